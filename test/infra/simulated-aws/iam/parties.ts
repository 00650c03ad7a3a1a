import { parsePolicy, type Policy } from '../../../../infra/simulated-aws/iam/policy.ts';
import type { Principal } from '../../../../infra/simulated-aws/iam/principal.ts';

export const home = '111122223333';
export const other = '444455556666';

export const roleArn = `arn:aws:iam::${home}:role/worker`;
export const session: Principal = {
  kind: 'session',
  account: home,
  arn: `arn:aws:sts::${home}:assumed-role/worker/nightly`,
  userId: 'AROAEXAMPLE:nightly',
  roleArn,
};
export const user: Principal = {
  kind: 'user',
  account: home,
  arn: `arn:aws:iam::${home}:user/ana`,
  userId: 'AIDAEXAMPLE',
};
export const stranger: Principal = { ...user, account: other, arn: `arn:aws:iam::${other}:user/ben` };
export const events: Principal = { kind: 'service', name: 'events.amazonaws.com' };

type Written = Readonly<Record<string, unknown>>;

const policyOf = (kind: 'identity' | 'resource' | 'trust', statements: readonly Written[]): Policy =>
  parsePolicy({ Version: '2012-10-17', Statement: statements }, kind, kind);

/** Policies from statements, `Effect: Allow` where they do not say. */
export const identityPolicy = (...statements: readonly Written[]): Policy =>
  policyOf(
    'identity',
    statements.map((each) => ({ Effect: 'Allow', Resource: '*', ...each })),
  );
export const resourcePolicy = (...statements: readonly Written[]): Policy =>
  policyOf(
    'resource',
    statements.map((each) => ({ Effect: 'Allow', Resource: '*', ...each })),
  );
export const trustPolicy = (...statements: readonly Written[]): Policy =>
  policyOf(
    'trust',
    statements.map((each) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', ...each })),
  );
