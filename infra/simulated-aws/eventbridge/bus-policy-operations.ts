import * as z from 'zod';
import type { Operations } from '../protocols/operation.ts';
import { type Core, requireBus } from './core.ts';
import { type PolicyStatement, policyText } from './event-bus.ts';
import { invalidParameter, notFound, validation } from './errors.ts';
import { operation } from './operation.ts';
import { isJsonObject, type JsonObject, parseJson } from './json.ts';

const policyCharactersMax = 10_240;

const statementsOf = (policy: string): readonly PolicyStatement[] => {
  const document = parseJson(policy)?.value;
  const statements = isJsonObject(document) ? [document['Statement']].flat() : [];
  if (statements.length === 0 || !statements.every(isJsonObject)) throw invalidParameter('Policy');
  return statements;
};

interface Grant {
  readonly StatementId: string;
  readonly Action: string;
  readonly Principal: string;
  readonly Condition?: JsonObject | undefined;
}

const conditionOf = ({ Type, Key, Value }: JsonObject): JsonObject => ({
  [String(Type)]: { [String(Key)]: Value },
});

const statementFrom = (grant: Grant, busArn: string): PolicyStatement => ({
  Sid: grant.StatementId,
  Effect: 'Allow',
  Principal: grant.Principal === '*' ? '*' : { AWS: `arn:aws:iam::${grant.Principal}:root` },
  Action: grant.Action,
  Resource: busArn,
  ...(grant.Condition === undefined ? {} : { Condition: conditionOf(grant.Condition) }),
});

const statementId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-zA-Z0-9-_]+$/);

const putPermission = z.object({
  EventBusName: z.string().min(1).max(256).optional(),
  StatementId: statementId.optional(),
  Action: z.string().min(1).max(64).optional(),
  Principal: z
    .string()
    .min(1)
    .max(12)
    .regex(/^(\d{12}|\*)$/)
    .optional(),
  Condition: z.object({ Type: z.string(), Key: z.string(), Value: z.string() }).optional(),
  Policy: z.string().optional(),
});

const removePermission = z.object({
  EventBusName: z.string().min(1).max(256).optional(),
  StatementId: statementId.optional(),
  RemoveAllPermissions: z.boolean().optional(),
});

const granted = (
  { StatementId, Action, Principal, Condition }: z.output<typeof putPermission>,
  old: readonly PolicyStatement[],
  busArn: string,
): readonly PolicyStatement[] => {
  if (StatementId === undefined || Action === undefined || Principal === undefined)
    throw validation('Parameter(s) StatementId, Action and Principal, or Policy, must be specified.');
  const statement = statementFrom({ StatementId, Action, Principal, Condition }, busArn);
  return [...old.filter((other) => other['Sid'] !== StatementId), statement];
};

export const busPolicyOperations = (core: Core): Operations => ({
  PutPermission: operation(putPermission, (input) => {
    const bus = requireBus(core, input.EventBusName);
    const policy =
      input.Policy === undefined
        ? granted(input, bus.policy, core.arns.bus(bus.name))
        : statementsOf(input.Policy);
    if ((policyText(policy) ?? '').length > policyCharactersMax)
      throw validation(
        `The policy of event bus ${bus.name} is larger than ${policyCharactersMax} characters.`,
      );
    core.tables.bus.set(bus.name, { ...bus, policy, changedAt: core.clock.now() });
  }),
  RemovePermission: operation(removePermission, ({ EventBusName, StatementId, RemoveAllPermissions }) => {
    const bus = requireBus(core, EventBusName);
    const policy = RemoveAllPermissions
      ? []
      : bus.policy.filter((statement) => statement['Sid'] !== StatementId);
    if (!RemoveAllPermissions && policy.length === bus.policy.length)
      throw notFound('Statement with the provided id does not exist.');
    core.tables.bus.set(bus.name, { ...bus, policy, changedAt: core.clock.now() });
  }),
});
