import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy, type PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge, type Acknowledged } from './acknowledge.ts';

/** IAM and AWS STS quotas: characters of a managed policy without white space, and managed policies of a role. */
export const managedPolicyMax = 6_144;
export const policiesOfRoleMax = 10;

/** What the document itself takes, and room for the sid of a statement that is split. */
const statementsMax = managedPolicyMax - 144;

/** A statement that is longer is split by its resources, so that several of them fit into one policy. */
const statementMax = statementsMax / 2;

/** What a value that is known only at deployment takes, when it is an ARN of this product's. */
const unknownArn = 'x'.repeat(130);

const joinedParts = (value: object): readonly unknown[] | undefined => {
  const [separator, parts] = ((value as { 'Fn::Join'?: unknown })['Fn::Join'] ?? []) as [string?, unknown[]?];
  return separator === '' ? parts : undefined;
};

const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-southeast-1',
  'AWS::AccountId': '111122223333',
};

/** A resolved value as long as it can become: what is not known yet is as long as an ARN. */
const atItsLongest = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(atItsLongest);
  if (typeof value !== 'object' || value === null) return value;
  const parts = joinedParts(value);
  if (parts !== undefined) return parts.map(atItsLongest).join('');
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0] === 'Ref') return pseudo[(value as { Ref: string }).Ref] ?? unknownArn;
  if (keys.length === 1 && keys[0]?.startsWith('Fn::')) return unknownArn;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, atItsLongest(inner)]));
};

/** How long a document or a part of one can be once it is deployed, in characters. */
export const deployedLength = (resolved: unknown): number => JSON.stringify(atItsLongest(resolved)).length;

const lengthOf = (stack: Stack, statement: PolicyStatement): number =>
  deployedLength(stack.resolve(statement.toStatementJson())) + 1;

/** The statement as several, each about fewer resources, if it is too long as one. */
const split = (stack: Stack, statement: PolicyStatement): readonly PolicyStatement[] => {
  const { resources, sid } = statement;
  if (resources.length < 2 || lengthOf(stack, statement) <= statementMax) return [statement];
  const half = Math.ceil(resources.length / 2);
  return [resources.slice(0, half), resources.slice(half)].flatMap((some, index) =>
    split(
      stack,
      statement.copy({ resources: some, ...(sid !== undefined && { sid: `${sid}${'AB'[index]}` }) }),
    ),
  );
};

/** Shares statements out among as few policies as hold them, in their order. */
const share = (stack: Stack, statements: readonly PolicyStatement[]): readonly PolicyStatement[][] => {
  const policies: { length: number; readonly statements: PolicyStatement[] }[] = [];
  for (const statement of statements.flatMap((each) => split(stack, each))) {
    const length = lengthOf(stack, statement);
    const roomy = policies.find((policy) => policy.length + length <= statementsMax);
    if (roomy === undefined) policies.push({ length, statements: [statement] });
    else {
      roomy.statements.push(statement);
      roomy.length += length;
    }
  }
  return policies.map((policy) => policy.statements);
};

/**
 * All that a role may do, in as many managed policies as IAM needs for it. What asks for a permission when
 * it is created has to depend on the policies that are returned: CloudFormation knows of no such need.
 */
export const allowRole = (
  scope: Construct,
  role: Role,
  statements: readonly PolicyStatement[],
  wildcards: readonly Acknowledged[],
): readonly ManagedPolicy[] => {
  const shares = share(Stack.of(scope), statements);
  if (shares.length > policiesOfRoleMax)
    throw new Error(
      `${role.node.path} would need ${shares.length} managed policies, of which IAM allows ${policiesOfRoleMax}: name fewer or shorter documents and roles in the settings.`,
    );
  return shares.map((some, index) => {
    const policy = new ManagedPolicy(scope, index === 0 ? 'Policy' : `Policy${index + 1}`, {
      roles: [role],
      statements: [...some],
    });
    acknowledge(policy, ...wildcards);
    return policy;
  });
};
