import { element, type Xml } from '../protocols/xml.ts';
import { decisionOnAll, type Evaluation } from './simulation.ts';

const member = (children: readonly Xml[] | string): Xml => element('member', children);

/** What both an action's result and that of one of its resources say of how it came about. */
const reasons = ({ matched, isWithinBoundary }: Evaluation): readonly Xml[] => [
  element(
    'MatchedStatements',
    matched.map((policy) =>
      member([element('SourcePolicyId', policy), element('SourcePolicyType', 'IAM Policy')]),
    ),
  ),
  element(
    'PermissionsBoundaryDecisionDetail',
    isWithinBoundary === undefined ? undefined : [element('AllowedByPermissionsBoundary', isWithinBoundary)],
  ),
];

const missingOf = ({ missing }: Evaluation): Xml =>
  element(
    'MissingContextValues',
    missing.map((key) => member(key)),
  );

const ofResource = (evaluation: Evaluation): Xml =>
  member([
    element('EvalResourceName', evaluation.resource),
    element('EvalResourceDecision', evaluation.decision),
    ...reasons(evaluation),
    missingOf(evaluation),
  ]);

/** The result of one action: as a whole, and on each of the resources that are named. */
export const evaluationResult = (action: string, evaluations: readonly Evaluation[]): Xml => {
  const [only, ...more] = evaluations;
  const isOnAll = more.length === 0 && only?.resource === '*';
  return member([
    element('EvalActionName', action),
    element('EvalResourceName', more.length === 0 ? only?.resource : undefined),
    element('EvalDecision', decisionOnAll(evaluations)),
    ...(more.length === 0 && only !== undefined ? reasons(only) : []),
    ...(isOnAll ? [missingOf(only)] : [element('ResourceSpecificResults', evaluations.map(ofResource))]),
  ]);
};
