import { App, Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import cdkConfiguration from '../../../cdk.json' with { type: 'json' };
import { planSchema, type Plan } from '../../../contracts/plan.ts';
import { buildFace } from '../../../infra/aws/bundles.ts';
import { GroundswellChecks } from '../../../infra/aws/own-rules.ts';
import { planProperties, StoredPlan } from '../../../infra/aws/stored-plan.ts';
import { actionsOf, type Statement } from './deployment.ts';

const planOf = (planId: string, servers: number): Plan =>
  planSchema.parse({
    planId,
    waves: Array.from({ length: servers / 100 }, (_, wave) => ({
      waveId: `wave-${wave}`,
      servers: Array.from({ length: 100 }, (__, server) => ({
        sourceServerId: `s-${createHex(wave * 100 + server)}`,
      })),
    })),
  });

/** As little compressible as ids are. */
const createHex = (seed: number): string =>
  (BigInt(seed + 1) * 0x9e3779b97f4a7c15n).toString(16).padStart(17, '0').slice(-17);

const synthesise = (plan: Plan, withKey = false) => {
  const app = new App({ context: cdkConfiguration.context });
  const stack = new Stack(app, 'plans', { env: { account: '111122223333', region: 'eu-west-1' } });
  const key = withKey
    ? Key.fromKeyArn(
        stack,
        'Key',
        'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f',
      )
    : undefined;
  new StoredPlan(stack, 'Plan', {
    ...{ plan, key, logDays: 90, code: Code.fromInline('export const handler = async () => {};') },
    table: { tableArn: stack.formatArn({ service: 'dynamodb', resource: 'table', resourceName: 'state' }) },
  });
  const { Resources } = app.synth().getStackByName('plans').template as {
    Resources: Record<string, { Type: string; Properties: Record<string, any> }>; // eslint-disable-line @typescript-eslint/no-explicit-any
  };
  const of = (type: string) => Object.entries(Resources).filter(([, { Type }]) => Type === type);
  const statements = of('AWS::IAM::ManagedPolicy').flatMap(
    ([, { Properties }]) => (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement,
  );
  return { app, stack, of, statements };
};

/** The first synthesis loads CDK's checks, which takes long on a busy machine. */
describe('a plan as a resource', { timeout: 200_000 }, () => {
  it('has a function that may store this plan, and do nothing else: it can start nothing', () => {
    const { statements } = synthesise(planOf('shop', 100), true);
    expect(statements.flatMap(actionsOf).toSorted()).toEqual([
      ...['dynamodb:GetItem', 'dynamodb:PutItem', 'kms:Decrypt', 'kms:GenerateDataKey'],
      ...['logs:CreateLogStream', 'logs:PutLogEvents'],
      ...['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
    ]);
    expect(statements.find(({ Sid }) => Sid === 'StorePlan')?.Condition).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['plan#shop', 'plan#shop/*'] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    });
  });

  it('is another resource under another name, with a function of its own', () => {
    const ids = (planId: string) =>
      ['Custom::GroundswellPlan', 'AWS::Lambda::Function'].map(
        (type) => synthesise(planOf(planId, 100)).of(type)[0]?.[0],
      );
    const [shop, till] = [ids('shop'), ids('till')];
    expect(new Set([...shop, ...till]).size).toBe(4);
  });

  it('shows a small plan in the template and compresses a large one, whose pages it may store too', () => {
    const small = synthesise(planOf('shop', 100));
    const large = synthesise(planOf('shop', 1_500));
    expect(small.of('Custom::GroundswellPlan')[0]?.[1].Properties).toHaveProperty('Plan');
    expect(large.of('Custom::GroundswellPlan')[0]?.[1].Properties).toHaveProperty('PlanGzip');
    expect(JSON.stringify(large.statements)).toContain('"page#*"');
    expect(planProperties(planOf('shop', 20_000))).toBeUndefined();
  });

  it('has a name that Lambda takes, however long the plan’s is, and another for each plan', () => {
    const nameOf = (planId: string): string =>
      synthesise(planOf(planId, 100)).of('AWS::Lambda::Function')[0]?.[1].Properties[
        'FunctionName'
      ] as string;
    const long = 'x'.repeat(63);
    expect(nameOf('shop')).toBe('groundswell-store-plan-shop');
    expect(nameOf(`${long}a`).length).toBe(64);
    expect(nameOf(`${long}a`)).not.toBe(nameOf(`${long}b`));
  });

  it.each([
    ['AwsSolutions', AwsSolutionsChecks],
    ['Serverless', ServerlessChecks],
    ['NIST 800-53 r5', NIST80053R5Checks],
    ["the product's own rules", GroundswellChecks],
  ])('has no finding of %s that is not acknowledged', (_pack, Pack) => {
    for (const withKey of [false, true]) {
      const { app, stack } = synthesise(planOf('shop', 100), withKey);
      expect(new Pack(app).validateScope(stack).violations.map(({ ruleName }) => ruleName)).toEqual([]);
    }
  });

  it('carries less code than the functions of the product', async () => {
    const code = (await buildFace('store-plan')).find(({ path }) => path.endsWith('.mjs'));
    expect(code?.contents.byteLength).toBeLessThan(420 * 1_000);
  });
});
