import {
  type AccessRule,
  type AccessRules,
  everybody,
  type Permission,
  permissions,
} from '../../../contracts/access.ts';
import type { PlanTags } from '../../../contracts/plan-tags.ts';
import type { Caller } from './caller.ts';

/** Whom a token speaks for: a person with their groups, or a machine under its client id. */
export type Bearer =
  | { readonly is: 'person'; readonly groups: readonly string[] }
  | { readonly is: 'machine'; readonly client: string };

/** What a caller may do with plans, by their tags. */
export interface Rights {
  /** Whether all plans may be seen, so that nothing has to be hidden. */
  readonly seesAll: boolean;
  /** Whether rules decide: without any, nobody is told what they may do with a plan. */
  readonly areRuled: boolean;
  readonly may: (permission: Permission, tags: PlanTags) => boolean;
  /** All that the caller may do with some plan, whichever it is. */
  readonly somewhere: readonly Permission[];
}

/** Whether a client is one that the rules name, whatever else its tokens say. */
const isNamed = (client: string, rules: AccessRules | undefined): boolean =>
  rules?.some(({ machines = [] }) => machines.includes(client)) ?? false;

/** A token of a client that the rules call a machine is a machine's, also where the issuer writes a user into it. */
export const bearerOf = ({ client, isClientsOwn, groups }: Caller, rules: AccessRules | undefined): Bearer =>
  client !== undefined && (isClientsOwn || isNamed(client, rules))
    ? { is: 'machine', client }
    : { is: 'person', groups };

const isAbout = ({ groups = [], machines = [] }: AccessRule, bearer: Bearer): boolean =>
  bearer.is === 'machine'
    ? machines.includes(bearer.client)
    : groups.some((group) => group === everybody || bearer.groups.includes(group));

const covers = ({ plans }: AccessRule, tags: PlanTags): boolean =>
  plans === 'all' ||
  Object.entries(plans.tags).every(([name, value]) => Object.hasOwn(tags, name) && tags[name] === value);

/** Whoever may do anything with a plan may see it. */
const grants = ({ may }: AccessRule, permission: Permission): boolean =>
  permission === 'see' || may.includes(permission);

/**
 * What a caller may do. Without rules everything that the scopes of the token allow, but for machines, which answer no
 * approval: the second pair of eyes is a person's unless the deployment says otherwise.
 */
export const rightsOf = (rules: AccessRules | undefined, bearer: Bearer): Rights => {
  if (rules === undefined) {
    const may = (permission: Permission): boolean => permission !== 'approve' || bearer.is === 'person';
    return { seesAll: true, areRuled: false, may, somewhere: permissions.filter(may) };
  }
  const own = rules.filter((rule) => isAbout(rule, bearer));
  return {
    seesAll: own.some(({ plans }) => plans === 'all'),
    areRuled: true,
    may: (permission, tags) => own.some((rule) => grants(rule, permission) && covers(rule, tags)),
    somewhere: permissions.filter((permission) => own.some((rule) => grants(rule, permission))),
  };
};

/** What a request is about, by the tags of each plan or version that it touches. */
export interface Subject {
  /** What stands there already: whoever may not see all of it is told that there is nothing. */
  readonly there: readonly PlanTags[];
  /** What the request would make of it: the caller has written it, so nothing of it is hidden from them. */
  readonly made?: readonly PlanTags[];
}

export type Verdict =
  | { readonly is: 'allowed'; readonly may: readonly Permission[] }
  | { readonly is: 'hidden' }
  | { readonly is: 'refused'; readonly missing: readonly Permission[]; readonly on: 'there' | 'made' };

const missingOn = (
  rights: Rights,
  needed: readonly Permission[],
  all: readonly PlanTags[],
): readonly Permission[] => needed.filter((permission) => !all.every((tags) => rights.may(permission, tags)));

/** What the caller may do with all of these at once. */
export const mayWith = (rights: Rights, all: readonly PlanTags[]): readonly Permission[] =>
  permissions.filter((permission) => all.every((tags) => rights.may(permission, tags)));

/** Decides on a request: hidden goes before refused, so that a refusal tells only of what may be seen. */
export const decideAccess = (
  rights: Rights,
  needed: readonly Permission[],
  { there, made = [] }: Subject,
): Verdict => {
  if (!there.every((tags) => rights.may('see', tags))) return { is: 'hidden' };
  const ofThere = missingOn(rights, needed, there);
  if (ofThere.length > 0) return { is: 'refused', missing: ofThere, on: 'there' };
  const ofMade = missingOn(rights, needed, made);
  if (ofMade.length > 0) return { is: 'refused', missing: ofMade, on: 'made' };
  return { is: 'allowed', may: mayWith(rights, [...there, ...made]) };
};
