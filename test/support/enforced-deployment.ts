import type { AccessRules } from '../../contracts/access.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack as CdkStack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { planSchema } from '../../contracts/plan.ts';
import { createGroundswellApp } from '../../infra/aws/groundswell-app.ts';
import { StoredPlan } from '../../infra/aws/stored-plan.ts';
import { type Deployment, joined } from '../../infra/simulated-aws/iam/deployment.ts';
import { readStack } from '../../infra/simulated-aws/iam/templates/read-stack.ts';
import { stateTable } from '../../infra/topology.ts';

export const hub = { account: '111122223333', region: 'eu-west-1' };
export const target = { account: '444455556666', region: 'eu-central-1' };
export const externalId = 'the-secret-of-the-shop';

/** What a plan names to reach the target. */
export const targetRole = `arn:aws:iam::${target.account}:role/groundswell-target-${target.region}-of-${hub.region}`;

/** A routing control of the target's own account. */
export const ledgerControl = `arn:aws:route53-recovery-control::${target.account}:controlpanel/ledger/routingcontrol/ledger`;

/** The topic of the README's rules of notifications. */
export const boardTopic = `arn:aws:sns:${hub.region}:${hub.account}:board`;

/** The role of the sample plans' runbooks, which is not of Groundswell: whoever has runbooks brings it. */
export const runbookRole = (account: string): string => `arn:aws:iam::${account}:role/runbooks`;

/** What such a role may do for the runbooks of the scenarios. */
const runbookTemplate = {
  Resources: {
    Runbooks: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'runbooks',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'ssm.amazonaws.com' },
              Action: 'sts:AssumeRole',
              Condition: {
                StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
                ArnLike: {
                  'aws:SourceArn': { 'Fn::Sub': 'arn:aws:ssm:*:${AWS::AccountId}:automation-execution/*' },
                },
              },
            },
          ],
        },
        Policies: [
          {
            PolicyName: 'Steps',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                { Effect: 'Allow', Action: ['ec2:DescribeInstances', 'ec2:CreateTags'], Resource: '*' },
                { Effect: 'Allow', Action: 'ssm:StartAutomationExecution', Resource: '*' },
                // The child has the same role, which is passed on to it.
                {
                  Effect: 'Allow',
                  Action: 'iam:PassRole',
                  Resource: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:role/runbooks' },
                  Condition: { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } },
                },
              ],
            },
          },
        ],
      },
    },
  },
};

/** Who may do what where access rules are in force. */
export const accessRules = [
  { groups: ['payments'], plans: { tags: { team: 'payments' } }, may: ['run', 'decide', 'edit'] },
  { groups: ['operations'], plans: 'all', may: ['see', 'run', 'decide', 'approve', 'edit'] },
  { machines: ['pipeline'], plans: { tags: { team: 'payments' } }, may: ['run'] },
] as const satisfies AccessRules;

/** A deployment with every kind of permission that a setting can bring. */
const settings = {
  ...hub,
  documents: ['Groundswell-*', 'AWS-*'],
  functions: ['warm-*', 'replica-caught-up'],
  traffic: [
    ...['drill', 'api', 'static', 'www'].map((name) => `Z0SHOP/${name}.shop.example.com`),
    ...['primary', 'recovery', 'drill'].map(
      (name) => `arn:aws:route53-recovery-control::${hub.account}:controlpanel/shop/routingcontrol/${name}`,
    ),
    ledgerControl,
  ],
  automationRoles: [hub, target].map(({ account }) => runbookRole(account)),
  instanceRoles: [`arn:aws:iam::${hub.account}:role/ShopServer`],
  encryption: 'own',
  requesters: ['555566667777'],
  notifications: [{ protocol: 'sqs', endpoint: `arn:aws:sqs:${hub.region}:${hub.account}:recovery` }],
  notify: {
    parameters: ['/hooks/slack', '/pagerduty/key', '/hooks/ticket', '/hooks/ticket-token'],
    secrets: ['hooks/teams'],
    topics: [boardTopic],
    keys: [`arn:aws:kms:${hub.region}:${hub.account}:key/0a1b2c3d`],
  },
  targets: [{ ...target, externalId }],
  api: { issuer: 'https://tokens.example.com/pool', audience: ['groundswell'] },
  access: accessRules,
  regionSwitch: ['whole', 'lost'].map((plan) => ({ plan, mode: 'DRILL' })),
};

/** The plan of the stack of a team that keeps its plans in a CDK app, in two sizes. */
export const teamPlan = (waves: number) =>
  planSchema.parse({
    planId: 'team-shop',
    waves: Array.from({ length: waves }, (_, wave) => ({
      waveId: `wave-${wave}`,
      servers: Array.from({ length: 100 }, (__, server) => ({
        sourceServerId: `s-${String(wave * 100 + server).padStart(17, '0')}`,
      })),
    })),
  });
/** More than one item of the table holds, so that its waves stand in pages. */
export const largeTeamPlan = () => teamPlan(15);

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

const noCode = () => Code.fromInline('export const handler = async () => {};');

const synthesise = (): readonly Stack[] => {
  const { app } = createGroundswellApp({
    validated: false,
    consoleFiles: [],
    codeOf: noCode,
    stepCode: noCode,
    context: { ...flags(), groundswell: settings },
  });
  const plans = new CdkStack(app, 'groundswell-plans', { env: hub });
  new StoredPlan(plans, 'Plan', {
    ...{ plan: largeTeamPlan(), code: noCode(), logDays: 90, key: undefined },
    table: {
      tableArn: plans.formatArn({ service: 'dynamodb', resource: 'table', resourceName: stateTable.name }),
    },
  });
  return app.synth().stacks.map(({ stackName, environment, template }) => ({
    ...{ name: stackName, account: environment.account, region: environment.region },
    template: template as Template,
  }));
};

let synthesised: readonly Stack[] | undefined;

/** The stacks of the hub and its target, synthesised once, under the flags of cdk.json. */
export const stacks = (): readonly Stack[] => {
  synthesised ??= synthesise();
  return synthesised;
};

/** What the templates permit; with a change, what they would permit after it. */
export const deployment = (change: (stack: Stack) => Template = ({ template }) => template): Deployment =>
  joined([
    ...stacks().map((stack) =>
      readStack(change(stack), { ...stack, stackName: stack.name, partition: 'aws' }),
    ),
    ...[hub, target].map((place) =>
      readStack(runbookTemplate, { ...place, stackName: 'runbooks', partition: 'aws' }),
    ),
  ]);

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
