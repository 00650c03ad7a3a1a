import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { buildFace } from '../../../infra/aws/bundles.ts';
import { GroundswellChecks } from '../../../infra/aws/own-rules.ts';
import { readSettings } from '../../../infra/aws/settings.ts';
import { stepFunctionName } from '../../../infra/aws/region-switch-step.ts';
import { actionsOf, type Statement, synthesise } from './deployment.ts';

const place = { account: '111122223333', region: 'eu-west-1' };
const { app, hub, stacks } = synthesise({
  ...place,
  encryption: 'own',
  regionSwitch: [{ plan: 'shop' }, { plan: 'till', mode: 'DRILL' }],
});

const functionOf = (plan: string) =>
  hub.find(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::Function' && Properties['FunctionName'] === stepFunctionName(plan),
  );

const statementsOf = (plan: string): readonly Statement[] => {
  const role = (functionOf(plan)?.Properties['Role'] as { 'Fn::GetAtt': [string] } | undefined)?.[
    'Fn::GetAtt'
  ][0];
  return hub
    .filter(
      ({ Type, Properties }) =>
        Type === 'AWS::IAM::ManagedPolicy' && JSON.stringify(Properties['Roles']).includes(`"${role}"`),
    )
    .flatMap(({ Properties }) => (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement);
};

describe('a step of ARC Region switch', () => {
  it('is a function for each plan, and there is none where no setting asks for it', () => {
    expect(functionOf('shop')?.Properties).toMatchObject({
      Environment: { Variables: { PLAN_ID: 'shop', MODE: 'RECOVERY', EVENT_BUS_NAME: 'groundswell' } },
    });
    expect(functionOf('till')?.Properties).toMatchObject({
      Environment: { Variables: { PLAN_ID: 'till', MODE: 'DRILL' } },
    });
    expect(JSON.stringify(synthesise(place).hub)).not.toContain('region-switch');
  });

  it('may request executions and read single records, and nothing else of the product', () => {
    const statements = statementsOf('shop');
    expect(statements.flatMap(actionsOf).toSorted()).toEqual([
      'dynamodb:GetItem',
      'events:PutEvents',
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
    expect(
      statements.find((statement) => actionsOf(statement).includes('events:PutEvents'))?.Condition,
    ).toEqual({
      StringEquals: { 'events:source': 'groundswell', 'events:detail-type': ['ExecutionRequested'] },
    });
  });

  it.each([
    ['AwsSolutions', AwsSolutionsChecks],
    ['Serverless', ServerlessChecks],
    ['NIST 800-53 r5', NIST80053R5Checks],
    ["the product's own rules", GroundswellChecks],
  ])('has no finding of %s that is not acknowledged', (_pack, Pack) => {
    const findings = stacks.flatMap((stack) =>
      new Pack(app).validateScope(stack).violations.map(({ ruleName }) => ruleName),
    );
    expect(findings).toEqual([]);
  });

  it('is refused twice for one plan, and under a name that Lambda would not take', () => {
    expect(() => readSettings({ regionSwitch: [{ plan: 'shop' }, { plan: 'shop' }] })).toThrow(
      'each plan once',
    );
    expect(() => readSettings({ regionSwitch: [{ plan: 'x'.repeat(39) }] })).toThrow('regionSwitch');
    expect(stepFunctionName('x'.repeat(38)).length).toBeLessThanOrEqual(64);
  });

  it('carries less code than the functions of the product', async () => {
    const files = await buildFace('region-switch-step');
    expect(files.map(({ path }) => path.split('/').at(-1)).toSorted()).toEqual([
      'handler.mjs',
      'handler.mjs.map',
    ]);
    const code = files.find(({ path }) => path.endsWith('.mjs'));
    expect(code?.contents.byteLength).toBeLessThan(400 * 1_000);
  });
});
