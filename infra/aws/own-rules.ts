import { type CfnResource, Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnManagedPolicy, CfnPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { NagMessageLevel, NagPack, NagRuleCompliance } from 'cdk-nag';
import * as z from 'zod';
import { deciders } from '../../contracts/services.ts';
import { auditService, functionName } from '../topology.ts';
import { ownEvents } from './event-writers.ts';

const { COMPLIANT, NON_COMPLIANT, NOT_APPLICABLE } = NagRuleCompliance;

const listSchema = z.union([z.array(z.unknown()), z.unknown().transform((value) => [value])]);
const conditionSchema = z.record(z.string(), z.record(z.string(), z.unknown()));
const statementSchema = z.looseObject({
  Effect: z.enum(['Allow', 'Deny']),
  Action: listSchema,
  Principal: z.unknown().optional(),
  Condition: conditionSchema.default({}),
});
type Statement = z.output<typeof statementSchema>;

const statementsOf = (node: CfnResource, document: unknown): readonly Statement[] =>
  z
    .object({ Statement: z.array(statementSchema) })
    .parse(Stack.of(node).resolve(document))
    .Statement.filter(({ Effect }) => Effect === 'Allow');

const isCompliant = (holds: boolean): NagRuleCompliance => (holds ? COMPLIANT : NON_COMPLIANT);

const patternSchema = z.looseObject({
  source: z.array(z.string()).default([]),
  account: z.array(z.unknown()).default([]),
  'replay-name': z.unknown().optional(),
  $or: z.array(z.looseObject({ source: z.array(z.string()).default([]) })).default([]),
});
const patternOf = (rule: CfnRule) => patternSchema.parse(Stack.of(rule).resolve(rule.eventPattern) ?? {});

/** A replayed event starts nothing: only the audit's rule lets one through. */
const replayFence = (node: CfnResource): NagRuleCompliance => {
  if (!(node instanceof CfnRule) || node.eventPattern === undefined) return NOT_APPLICABLE;
  const fence = JSON.stringify(patternOf(node)['replay-name']);
  return isCompliant(fence === '[{"exists":false}]' || node.name === functionName(auditService));
};

/** AWS's own events are heard from accounts that are named. */
const hintAccounts = (node: CfnResource): NagRuleCompliance => {
  if (!(node instanceof CfnRule) || node.eventPattern === undefined) return NOT_APPLICABLE;
  const { source, account, $or } = patternOf(node);
  const sources = [...source, ...$or.flatMap((part) => part.source)];
  return sources.some((name) => name.startsWith('aws.')) ? isCompliant(account.length > 0) : NOT_APPLICABLE;
};

const mayPut = ({ Action }: Statement): boolean =>
  Action.some((action) => /^(\*|events:(\*|Put.*))$/.test(String(action)));

/** Whoever may publish may publish events of named types, of which the facts are its own. */
const oneWriter = (node: CfnResource): NagRuleCompliance => {
  if (!(node instanceof CfnManagedPolicy || node instanceof CfnPolicy)) return NOT_APPLICABLE;
  const statements = statementsOf(node, node.policyDocument).filter(mayPut);
  if (statements.length === 0) return NOT_APPLICABLE;
  const names = (statement: Statement) =>
    listSchema.parse(statement.Condition['StringEquals']?.['events:detail-type'] ?? []);
  const writers = (statement: Statement) =>
    deciders.filter((service) => ownEvents(service).some((name) => names(statement).includes(name)));
  return isCompliant(
    statements.every(
      (statement) =>
        names(statement).length > 0 &&
        statement.Condition['StringEquals']?.['events:source'] !== undefined &&
        writers(statement).length <= 1,
    ),
  );
};

const documentOf = (node: CfnResource): unknown => {
  if (node instanceof CfnQueuePolicy || node instanceof CfnTopicPolicy) return node.policyDocument;
  return node instanceof CfnRole ? node.assumeRolePolicyDocument : undefined;
};

const isService = ({ Principal }: Statement): boolean =>
  z.looseObject({ Service: z.unknown().optional() }).safeParse(Principal).data?.Service !== undefined;

/** Either names whom a service acts for: an account, or a resource, whose ARN carries its account. */
const namesItsSource = ({ Condition }: Statement): boolean =>
  Condition['StringEquals']?.['aws:SourceAccount'] !== undefined ||
  ['ArnEquals', 'ArnLike', 'StringEquals'].some((operator) => {
    const arns = Condition[operator]?.['aws:SourceArn'];
    return arns !== undefined && listSchema.parse(arns).every(isOfOneAccount);
  });

/** What a deployment alone knows is an ARN of its own. */
const isOfOneAccount = (arn: unknown): boolean =>
  typeof arn !== 'string' || /^arn:[^:*]+:[^:*]+:[^:*]*:(\d{12}|<.*>):/.test(arn);

/** A service of AWS acts here for this account only. IAM user guide: "The confused deputy problem". */
const sourceAccount = (node: CfnResource): NagRuleCompliance => {
  if (node instanceof CfnPermission)
    return isCompliant(node.sourceArn !== undefined || node.sourceAccount !== undefined);
  const document = documentOf(node);
  if (document === undefined) return NOT_APPLICABLE;
  const statements = statementsOf(node, document).filter(isService);
  if (statements.length === 0) return NOT_APPLICABLE;
  return isCompliant(statements.every(namesItsSource));
};

const rules = [
  ['ReplayFence', 'A live rule lets replayed events through.', replayFence],
  ['HintAccounts', "A rule hears AWS's own events from any account.", hintAccounts],
  ['OneWriter', 'A policy allows events without naming them, or facts of several writers.', oneWriter],
  ['SourceAccount', 'A service of AWS may act here for any account.', sourceAccount],
] as const;

/** What the published packs do not know of: the rules of this product's own. */
export class GroundswellChecks extends NagPack {
  readonly name = 'Groundswell';
  protected override packName = 'Groundswell';

  protected override checkResource(node: CfnResource): void {
    for (const [ruleSuffixOverride, info, rule] of rules)
      this.applyRule({
        ...{ ruleSuffixOverride, info, node, rule },
        explanation: info,
        level: NagMessageLevel.ERROR,
      });
  }
}
