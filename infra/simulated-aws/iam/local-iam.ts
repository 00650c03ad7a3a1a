import { type Random, uuidFrom } from '../identifiers.ts';
import type { FormTree } from '../protocols/form.ts';
import { createQueryService, type QueryOperation } from '../protocols/query-protocol.ts';
import { asServiceError, ServiceError } from '../protocols/service-error.ts';
import { element } from '../protocols/xml.ts';
import type { LocalService } from '../wire.ts';
import { parsePolicy, type Policy, PolicyError } from './policy.ts';
import { type Entity, simulateAccess } from './simulation.ts';
import { evaluationResult } from './simulation-answer.ts';
import { contextIn, invalid, readSimulation, type SimulationInput } from './simulation-input.ts';

export interface LocalIamOptions {
  readonly random: Random;
  /** The role or user of this ARN; undefined where there is none. */
  readonly entityOf: (arn: string) => Entity | undefined;
}

export interface LocalIam {
  readonly service: LocalService;
}

const policyIn = (text: string, name: string): Policy => {
  try {
    return parsePolicy(JSON.parse(text), name, 'identity');
  } catch (error) {
    if (error instanceof PolicyError || error instanceof SyntaxError) throw invalid(error.message);
    throw error;
  }
};

const sourceForm = /^arn:[\w-]+:iam::\d{12}:(?<kind>role|user|group)\/(?:.*\/)?(?<name>[\w+=,.@-]+)$/;

const entityIn = (asked: SimulationInput, entityOf: LocalIamOptions['entityOf']): Entity => {
  const { kind, name } = sourceForm.exec(asked.PolicySourceArn)?.groups ?? {};
  if (kind === undefined)
    throw invalid(
      `Invalid Entity Arn: ${asked.PolicySourceArn} does not clearly define entity type and name.`,
    );
  const entity = entityOf(asked.PolicySourceArn);
  if (entity === undefined)
    throw new ServiceError('NoSuchEntity', `The ${kind} with name ${name} cannot be found.`, 404);
  const [boundary, ...more] = asked.PermissionsBoundaryPolicyInputList;
  if (more.length > 0) throw invalid('Only one permissions boundary can be given.');
  return {
    ...entity,
    policies: [
      ...entity.policies,
      ...asked.PolicyInputList.map((text, at) => policyIn(text, `PolicyInputList.${at + 1}`)),
    ],
    ...(boundary !== undefined && { boundary: policyIn(boundary, 'PermissionsBoundaryPolicyInputList.1') }),
  };
};

/** A marker says where to go on. */
const markerOf = (at: number): string => Buffer.from(`at ${at}`).toString('base64');
const startAt = ({ Marker, ActionNames }: SimulationInput): number => {
  if (Marker === undefined) return 0;
  const at = Number(/^at (\d+)$/.exec(Buffer.from(Marker, 'base64').toString())?.[1]);
  if (Number.isNaN(at) || at >= ActionNames.length) throw invalid('Invalid Marker.');
  return at;
};

const simulatePrincipalPolicy =
  ({ entityOf }: LocalIamOptions): QueryOperation =>
  (form) => {
    // The Query protocol's forms are trees.
    const asked = readSimulation(form as FormTree);
    const entity = entityIn(asked, entityOf);
    const context = contextIn(asked);
    const resources = asked.ResourceArns.length === 0 ? ['*'] : asked.ResourceArns;
    const from = startAt(asked);
    const to = from + asked.MaxItems;
    const isTruncated = to < asked.ActionNames.length;
    return [
      element(
        'EvaluationResults',
        asked.ActionNames.slice(from, to).map((action) =>
          evaluationResult(
            action,
            resources.map((resource) => simulateAccess(entity, action, resource, context)),
          ),
        ),
      ),
      element('IsTruncated', isTruncated),
      element('Marker', isTruncated ? markerOf(to) : undefined),
    ];
  };

/** IAM calls an input that its model does not allow by a name of its own. */
const withOwnErrors =
  (run: QueryOperation): QueryOperation =>
  (form, request) => {
    try {
      return run(form, request);
    } catch (raw) {
      const { code, message, statusCode } = asServiceError(raw);
      throw new ServiceError(code === 'ValidationException' ? 'ValidationError' : code, message, statusCode);
    }
  };

/** IAM, as far as it says of others what they may do. */
export const createLocalIam = (options: LocalIamOptions): LocalIam => ({
  service: createQueryService({
    signingName: 'iam',
    namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    requestId: () => uuidFrom(options.random),
    operations: { SimulatePrincipalPolicy: withOwnErrors(simulatePrincipalPolicy(options)) },
  }),
});
