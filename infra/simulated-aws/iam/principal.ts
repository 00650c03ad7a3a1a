import type { Policy, Principals } from './policy.ts';

/** Who asks: a service of AWS itself, a user, or a session of a role. */
export type Principal =
  | { readonly kind: 'service'; readonly name: string }
  | {
      readonly kind: 'user';
      readonly account: string;
      readonly arn: string;
      readonly userId: string;
    }
  | {
      readonly kind: 'session';
      readonly account: string;
      /** `arn:aws:sts::111122223333:assumed-role/name/session`. */
      readonly arn: string;
      readonly userId: string;
      readonly roleArn: string;
      /** Given when the role was assumed. */
      readonly policies?: readonly Policy[];
    };

/**
 * How a resource policy means somebody: not at all; by the account, which leaves it to that account's own policies;
 * by the role, or as anybody; or as the very user or session.
 */
export type Meant = 'none' | 'account' | 'role' | 'principal';

const accountOf = (name: string): string | undefined =>
  /^(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?$/.exec(name)?.[1];

const meantBy = (name: string, principal: Exclude<Principal, { kind: 'service' }>): Meant => {
  if (name === principal.arn) return 'principal';
  if (principal.kind === 'session' && name === principal.roleArn) return 'role';
  return accountOf(name) === principal.account ? 'account' : 'none';
};

const strength: readonly Meant[] = ['none', 'account', 'role', 'principal'];

export const strongest = (all: readonly Meant[]): Meant =>
  all.reduce<Meant>((best, next) => (strength.indexOf(next) > strength.indexOf(best) ? next : best), 'none');

/** How a Principal element means somebody. */
export const meant = ({ any, aws, services }: Principals, principal: Principal): Meant => {
  if (principal.kind === 'service') return any || services.includes(principal.name) ? 'principal' : 'none';
  return strongest([any ? 'role' : 'none', ...aws.map((name) => meantBy(name, principal))]);
};

/**
 * Whether a NotPrincipal element spares somebody. A session is its account, its role and itself, and is spared only
 * when all three are named. IAM user guide: "IAM JSON policy elements: NotPrincipal".
 */
export const isSpared = (who: Principals, principal: Principal): boolean => {
  if (principal.kind === 'service') return meant(who, principal) !== 'none';
  const names = [principal.arn, ...(principal.kind === 'session' ? [principal.roleArn] : [])];
  const isNamed = (name: string): boolean => who.aws.includes(name);
  return who.any || (names.every(isNamed) && who.aws.some((name) => accountOf(name) === principal.account));
};
