import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { createGroundswellApp } from '../../infra/aws/groundswell-app.ts';
import { type Deployment, joined } from '../../infra/local/iam/deployment.ts';
import { readStack } from '../../infra/local/iam/templates/read-stack.ts';

export const hub = { account: '111122223333', region: 'eu-west-1' };
export const target = { account: '444455556666', region: 'eu-central-1' };
export const externalId = 'the-secret-of-the-shop';

/** What a plan names to reach the target. */
export const targetRole = `arn:aws:iam::${target.account}:role/groundswell-target-${target.region}-of-${hub.region}`;

/** A deployment with every kind of permission that a setting can bring. */
const settings = {
  ...hub,
  documents: ['Groundswell-*', 'AWS-*'],
  automationRoles: [`arn:aws:iam::${target.account}:role/runbooks`],
  targets: [{ ...target, externalId }],
  api: { issuer: 'https://tokens.example.com/pool', audience: ['groundswell'] },
};

type Template = Readonly<Record<string, unknown>>;
interface Stack {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly template: Template;
}

const flags = (): Readonly<Record<string, unknown>> => {
  const file = join(import.meta.dirname, '../../cdk.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly context: Readonly<Record<string, unknown>> })
    .context;
};

let synthesised: readonly Stack[] | undefined;

/** The stacks of the hub and its target, synthesised once, under the flags of cdk.json. */
export const stacks = (): readonly Stack[] => {
  synthesised ??= createGroundswellApp({
    consoleFiles: [],
    codeOf: () => Code.fromInline('export const handler = async () => {};'),
    context: { ...flags(), groundswell: settings },
  })
    .app.synth()
    .stacks.map(({ stackName, environment, template }) => ({
      ...{ name: stackName, account: environment.account, region: environment.region },
      template: template as Template,
    }));
  return synthesised;
};

/** A change to a template before it is deployed. */
export type Change = (text: string) => string;

/** What the templates permit; with a change, what they would permit after it. */
export const deployment = (change: (stack: Stack) => Template = ({ template }) => template): Deployment =>
  joined(
    stacks().map((stack) => readStack(change(stack), { ...stack, stackName: stack.name, partition: 'aws' })),
  );

/** The same deployment in which one role lacks actions, on all resources or on those with a text in their ARN. */
export const withoutAction = (
  whole: Deployment,
  roleName: string,
  action: string,
  resource = '',
): Deployment => ({
  ...whole,
  roles: whole.roles.map((role) =>
    role.arn.endsWith(`/${roleName}`)
      ? {
          ...role,
          policies: role.policies.map((policy) => ({
            ...policy,
            statements: policy.statements.flatMap((statement) => {
              const has = statement.actions.patterns.includes(action);
              const patterns = statement.resources?.patterns ?? [];
              const hit = patterns.filter((pattern) => pattern.includes(resource));
              if (!has || hit.length === 0) return [statement];
              const others = statement.actions.patterns.filter((each) => each !== action);
              const kept = patterns.filter((pattern) => !hit.includes(pattern));
              return [
                ...(others.length === 0 ? [] : [{ ...statement, actions: { not: false, patterns: others } }]),
                ...(kept.length === 0
                  ? []
                  : [
                      {
                        ...statement,
                        actions: { not: false, patterns: [action] },
                        resources: { not: false, patterns: kept },
                      },
                    ]),
              ];
            }),
          })),
        }
      : role,
  ),
});
