import * as z from 'zod';
import type { LocalClock } from '../clock.ts';
import { type Random, uuidFrom } from '../identifiers.ts';
import { type FormTree, listOf } from '../protocols/form.ts';
import { parseInput } from '../protocols/operation.ts';
import { createQueryService, type QueryOperation } from '../protocols/query-protocol.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { element } from '../protocols/xml.ts';
import type { LocalService, WireRequest } from '../wire.ts';
import { accessKeyFor, secretOf } from './access-key.ts';
import { checkSessionPolicy, packedSizeOf } from './packed-policy.ts';
import type { StsScenario } from './scenario.ts';
import { callerOf, type Identity, sessionIdentity, tokenFor } from './session.ts';

export interface LocalStsOptions {
  readonly clock: LocalClock;
  /** The account of callers who have assumed no role. */
  readonly account: string;
  readonly scenario: StsScenario;
  readonly random: Random;
}

export interface LocalSts {
  readonly service: LocalService;
}

const texts = (tree: unknown, member?: string): readonly string[] =>
  listOf(tree as FormTree | undefined, 'member').flatMap((item) => {
    const text = typeof item === 'object' && member !== undefined ? item[member] : item;
    return typeof text === 'string' ? [text] : [];
  });

const tree = z.unknown().optional();

const input = z.object({
  RoleArn: z.string().min(20).max(2048),
  RoleSessionName: z
    .string()
    .regex(/^[\w+=,.@-]{2,64}$/, 'Member must satisfy the pattern [\\w+=,.@-]{2,64}'),
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3600),
  ExternalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, 'Member must satisfy the pattern [\\w+=,.@:\\/-]{2,1224}')
    .optional(),
  Policy: z.string().min(1).max(2048).optional(),
  PolicyArns: tree.transform((members) => texts(members, 'arn')),
  Tags: tree.transform((members) => {
    const [keys, values] = [texts(members, 'Key'), texts(members, 'Value')];
    return Object.fromEntries(keys.map((key, at) => [key, values[at] ?? '']));
  }),
});

/** STS calls a ValidationError what other services call a ValidationException. */
const parsed = (form: unknown): z.output<typeof input> => {
  try {
    return parseInput(input, form);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'ValidationException')
      throw new ServiceError('ValidationError', error.message);
    throw error;
  }
};

const checkRole = (scenario: StsScenario, roleArn: string, durationSeconds: number): void => {
  if (!/^arn:aws:iam::\d{12}:role\/.+$/.test(roleArn))
    throw new ServiceError('ValidationError', `${roleArn} is invalid`);
  const { maxSessionSeconds = 3600 } = scenario.roles[roleArn] ?? {};
  if (durationSeconds > maxSessionSeconds)
    throw new ServiceError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
};

/** Who calls; a session that has ended calls no more. */
const liveCallerOf = (request: WireRequest, { account, clock }: LocalStsOptions): Identity => {
  const caller = callerOf(request, account);
  if (caller.expiresAt !== undefined && caller.expiresAt <= clock.now())
    throw new ServiceError('ExpiredToken', 'The security token included in the request is expired', 403);
  return caller;
};

const checkTrust = (
  scenario: StsScenario,
  caller: Identity,
  roleArn: string,
  externalId: string | undefined,
): void => {
  const role = scenario.roles[roleArn];
  const isWrongId = role?.externalId !== undefined && role.externalId !== externalId;
  if (role?.denied === true || isWrongId)
    throw new ServiceError(
      'AccessDenied',
      `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      403,
    );
};

const checkChain = (caller: Identity, durationSeconds: number): void => {
  if (caller.arn.includes(':assumed-role/') && durationSeconds > 3600)
    throw new ServiceError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
};

const assumeRole =
  (options: LocalStsOptions): QueryOperation =>
  (form, request) => {
    const { clock, scenario, random } = options;
    const given = parsed(form);
    const { RoleArn, DurationSeconds, Policy } = given;
    const caller = liveCallerOf(request, options);
    checkRole(scenario, RoleArn, DurationSeconds);
    checkSessionPolicy(Policy);
    const packedSize = packedSizeOf({ policy: Policy, policyArns: given.PolicyArns, tags: given.Tags });
    checkTrust(scenario, caller, RoleArn, given.ExternalId);
    checkChain(caller, DurationSeconds);
    const expiresAt = clock.now() + DurationSeconds * 1000;
    const session = { ...sessionIdentity(RoleArn, given.RoleSessionName, Policy), expiresAt };
    const accessKeyId = accessKeyFor(session.account, random);
    return [
      element('Credentials', [
        element('AccessKeyId', accessKeyId),
        element('SecretAccessKey', secretOf(accessKeyId)),
        element('SessionToken', tokenFor(session)),
        element('Expiration', new Date(expiresAt).toISOString()),
      ]),
      element('AssumedRoleUser', [element('AssumedRoleId', session.userId), element('Arn', session.arn)]),
      element('PackedPolicySize', packedSize),
    ];
  };

const getCallerIdentity =
  (options: LocalStsOptions): QueryOperation =>
  (_, request) => {
    const caller = liveCallerOf(request, options);
    return [element('Arn', caller.arn), element('UserId', caller.userId), element('Account', caller.account)];
  };

/** STS for all simulated accounts: roles give keys from which `accountOf` reads the account that they act in. */
export const createLocalSts = (options: LocalStsOptions): LocalSts => ({
  service: createQueryService({
    signingName: 'sts',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    requestId: () => uuidFrom(options.random),
    operations: { AssumeRole: assumeRole(options), GetCallerIdentity: getCallerIdentity(options) },
  }),
});
