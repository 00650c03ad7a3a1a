import * as z from 'zod';
import type { LocalClock } from '../clock.ts';
import { type Random, uuidFrom } from '../identifiers.ts';
import { parseInput } from '../protocols/operation.ts';
import { createQueryService, type QueryOperation } from '../protocols/query-protocol.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { element } from '../protocols/xml.ts';
import type { LocalService } from '../wire.ts';
import { accessKeyFor, secretOf } from './access-key.ts';
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

const input = z.object({
  RoleArn: z.string().regex(/^arn:aws:iam::\d{12}:role\/.+$/, 'must be the ARN of a role'),
  RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/, 'must satisfy the pattern [\\w+=,.@-]{2,64}'),
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3600),
  ExternalId: z.string().optional(),
  Policy: z.string().min(1).max(2048).optional(),
});

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
  ({ clock, account, scenario, random }: LocalStsOptions): QueryOperation =>
  (form, request) => {
    const { RoleArn, RoleSessionName, DurationSeconds, ExternalId, Policy } = parseInput(input, form);
    const caller = callerOf(request, account);
    checkTrust(scenario, caller, RoleArn, ExternalId);
    checkChain(caller, DurationSeconds);
    const session = sessionIdentity(RoleArn, RoleSessionName, Policy);
    const accessKeyId = accessKeyFor(session.account, random);
    return [
      element('Credentials', [
        element('AccessKeyId', accessKeyId),
        element('SecretAccessKey', secretOf(accessKeyId)),
        element('SessionToken', tokenFor(session)),
        element('Expiration', new Date(clock.now() + DurationSeconds * 1000).toISOString()),
      ]),
      element('AssumedRoleUser', [element('AssumedRoleId', session.userId), element('Arn', session.arn)]),
    ];
  };

const getCallerIdentity =
  ({ account }: LocalStsOptions): QueryOperation =>
  (_, request) => {
    const caller = callerOf(request, account);
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
