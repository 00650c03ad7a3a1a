import * as z from 'zod';
import { isOperator } from './condition-operator.ts';

/** One test of a condition block: `{"StringLike": {"aws:userid": ["*:name"]}}`. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Whom a statement of a resource policy means; `any` is everybody. */
export interface Principals {
  readonly any: boolean;
  /** Accounts, roles, users and sessions, as written. */
  readonly aws: readonly string[];
  readonly services: readonly string[];
}

export interface Statement {
  /** Its Sid, or its place in the document. */
  readonly id: string;
  readonly effect: 'Allow' | 'Deny';
  /** Undefined in identity policies, which are about whoever has them. */
  readonly principals: { readonly not: boolean; readonly who: Principals } | undefined;
  readonly actions: { readonly not: boolean; readonly patterns: readonly string[] };
  /** Undefined in trust policies, which are about their own role. */
  readonly resources: { readonly not: boolean; readonly patterns: readonly string[] } | undefined;
  readonly conditions: readonly Condition[];
}

export interface Policy {
  /** For whoever asks which policy said something. */
  readonly name: string;
  /** Version 2008-10-17 takes `${aws:username}` literally. */
  readonly hasVariables: boolean;
  readonly statements: readonly Statement[];
}

/** IAM's MalformedPolicyDocument, with every fault. */
export class PolicyError extends Error {
  constructor(name: string, faults: readonly string[]) {
    super(`The policy ${name} is malformed: ${faults.join('; ')}`);
    this.name = 'PolicyError';
  }
}

const texts = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value));
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const scalars = z
  .union([scalar, z.array(scalar)])
  .transform((value) => (typeof value === 'string' ? [value] : value));

const principals = z.union([
  z.literal('*').transform((): Principals => ({ any: true, aws: [], services: [] })),
  z
    .strictObject({
      AWS: texts.default([]),
      Service: texts.default([]),
      Federated: texts.optional(),
      CanonicalUser: texts.optional(),
    })
    .transform(({ AWS, Service }): Principals => ({
      any: AWS.includes('*'),
      aws: AWS.filter((name) => name !== '*'),
      services: Service,
    })),
]);

const action = texts.refine(
  (names) => names.every((name) => name === '*' || /^[a-z\d-]+:[\w*?]+$/i.test(name)),
  'an action is * or service:Name',
);
const resource = texts.refine(
  (names) => names.every((name) => name === '*' || name.startsWith('arn:') || name.startsWith('${')),
  'a resource is * or an ARN',
);

const statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: principals.optional(),
    NotPrincipal: principals.optional(),
    Action: action.optional(),
    NotAction: action.optional(),
    Resource: resource.optional(),
    NotResource: resource.optional(),
    Condition: z.record(z.string(), z.record(z.string(), scalars)).default({}),
  })
  .superRefine((given, context) => {
    const fault = (message: string): void => context.addIssue({ code: 'custom', message });
    if ((given.Action === undefined) === (given.NotAction === undefined))
      fault('it has exactly one of Action and NotAction');
    if (given.Resource !== undefined && given.NotResource !== undefined)
      fault('it has Resource or NotResource, and not both');
    if (given.Principal !== undefined && given.NotPrincipal !== undefined)
      fault('it has Principal or NotPrincipal, and not both');
    for (const operator of Object.keys(given.Condition))
      if (!isOperator(operator)) fault(`${operator} is no condition operator`);
  })
  .transform((given): Omit<Statement, 'id'> & { readonly id: string | undefined } => ({
    id: given.Sid,
    effect: given.Effect,
    principals: eitherOf(given.Principal, given.NotPrincipal, (not, who) => ({ not, who })),
    actions: { not: given.Action === undefined, patterns: given.Action ?? given.NotAction ?? [] },
    resources: eitherOf(given.Resource, given.NotResource, (not, patterns) => ({ not, patterns })),
    conditions: Object.entries(given.Condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]): Condition => ({ operator, key, values })),
    ),
  }));

const eitherOf = <T, R>(
  plain: T | undefined,
  negated: T | undefined,
  make: (not: boolean, value: T) => R,
): R | undefined => {
  if (plain !== undefined) return make(false, plain);
  return negated === undefined ? undefined : make(true, negated);
};

const document = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).default('2008-10-17'),
  Id: z.string().optional(),
  Statement: z.union([z.array(statement), statement.transform((one) => [one])]),
});

/** What a policy must have beside what every policy has. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

const faultsOfKind = (kind: PolicyKind, { id, principals: who, resources }: Statement): readonly string[] => [
  ...(kind === 'identity' && who !== undefined ? [`${id} names a principal in an identity policy`] : []),
  ...(kind !== 'identity' && who === undefined ? [`${id} names no principal`] : []),
  ...(kind !== 'trust' && resources === undefined ? [`${id} names no resource`] : []),
  ...(kind === 'trust' && resources !== undefined ? [`${id} names a resource in a trust policy`] : []),
];

/** Reads a policy document of a kind; throws a PolicyError with everything that is wrong with it. */
export const parsePolicy = (raw: unknown, name: string, kind: PolicyKind): Policy => {
  const parsed = document.safeParse(raw);
  if (!parsed.success)
    throw new PolicyError(
      name,
      parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`),
    );
  const { Version, Statement: given } = parsed.data;
  const statements = given.map((each, at): Statement => ({ ...each, id: each.id ?? `statement ${at + 1}` }));
  const faults = statements.flatMap((each) => faultsOfKind(kind, each));
  if (faults.length > 0) throw new PolicyError(name, faults);
  return { name, hasVariables: Version === '2012-10-17', statements };
};
