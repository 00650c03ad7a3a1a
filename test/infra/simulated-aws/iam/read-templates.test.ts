import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStack } from '../../../../infra/simulated-aws/iam/templates/read-stack.ts';
import {
  readTemplates,
  templateFilesAt,
  TemplatesError,
} from '../../../../infra/simulated-aws/iam/templates/read-templates.ts';

const place = { stackName: 'shop', account: '111122223333', region: 'eu-west-1', partition: 'aws' };

const template = {
  Conditions: { InIreland: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] } },
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'orders' } },
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Queue' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'sqs:SendMessage',
              Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] },
              Principal: { Service: 'events.amazonaws.com' },
            },
          ],
        },
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: { 'Fn::Sub': 'worker-${AWS::Region}' },
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
          ],
        },
        Policies: [
          {
            PolicyName: 'inline',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  'Fn::If': [
                    'InIreland',
                    { Effect: 'Allow', Action: 'sns:Publish', Resource: { Ref: 'Topic' } },
                    { Ref: 'AWS::NoValue' },
                  ],
                },
              ],
            },
          },
        ],
      },
    },
    Policy: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        Roles: [{ Ref: 'Role' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'dynamodb:GetItem',
              Resource: {
                'Fn::Join': [
                  '',
                  [
                    'arn:',
                    { Ref: 'AWS::Partition' },
                    ':dynamodb:',
                    { Ref: 'AWS::Region' },
                    ':',
                    { Ref: 'AWS::AccountId' },
                    ':table/t',
                  ],
                ],
              },
            },
          ],
        },
      },
    },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'told' } },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'work',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        TracingConfig: { Mode: 'Active' },
      },
    },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'shop' } },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'on-order',
        EventBusName: { Ref: 'Bus' },
        Targets: [
          {
            Id: 'work',
            Arn: { 'Fn::GetAtt': ['Function', 'Arn'] },
            DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
          },
        ],
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: { Ref: 'Function' },
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': ['Rule', 'Arn'] },
      },
    },
  },
};

describe('a template', () => {
  const read = readStack(template, place);

  it('gives roles with all their policies', () => {
    const [role] = read.roles;
    expect(role?.arn).toBe('arn:aws:iam::111122223333:role/worker-eu-west-1');
    const resources = role?.policies.flatMap(({ statements }) =>
      statements.flatMap((statement) => statement.resources?.patterns ?? []),
    );
    expect(resources).toEqual([
      'arn:aws:dynamodb:eu-west-1:111122223333:table/t',
      'arn:aws:sns:eu-west-1:111122223333:told',
    ]);
  });

  it('gives functions, rules and the policies of what they reach', () => {
    const functionArn = 'arn:aws:lambda:eu-west-1:111122223333:function:work';
    const ruleArn = 'arn:aws:events:eu-west-1:111122223333:rule/shop/on-order';
    const queueArn = 'arn:aws:sqs:eu-west-1:111122223333:orders';
    expect(read.functions).toMatchObject([{ arn: functionArn, roleArn: read.roles[0]?.arn, isTraced: true }]);
    expect(read.rules).toMatchObject([
      { arn: ruleArn, targets: [{ arn: functionArn, deadLetterArn: queueArn }] },
    ]);
    expect([...read.resourcePolicies.keys()].toSorted()).toEqual([functionArn, queueArn]);
    expect(read.resourcePolicies.get(functionArn)?.statements[0]?.conditions).toEqual([
      { operator: 'ArnLike', key: 'AWS:SourceArn', values: [ruleArn] },
    ]);
  });

  it('that is none is refused', () => {
    expect(() => readStack({ Outputs: {} }, place)).toThrow('shop: it is no CloudFormation template');
    const lost = {
      Resources: { Rule: { Type: 'AWS::Events::Rule', Properties: { Name: { Ref: 'Lost' } } } },
    };
    expect(() => readStack(lost, place)).toThrow('shop: there is no resource Lost');
  });
});

describe('a place with templates', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'templates-'));
    writeFileSync(join(folder, 'shop.template.json'), JSON.stringify(template));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is a file, at home or where it is said to be', () => {
    const file = join(folder, 'shop.template.json');
    const home = { account: '111122223333', region: 'eu-west-1' };
    const at = (given: string) => readTemplates(templateFilesAt(given), home).functions[0]?.arn;
    expect(at(file)).toBe('arn:aws:lambda:eu-west-1:111122223333:function:work');
    expect(at(`${file}@444455556666/eu-central-1`)).toBe(
      'arn:aws:lambda:eu-central-1:444455556666:function:work',
    );
  });

  it('is a folder with a manifest', () => {
    expect(() => templateFilesAt(folder)).toThrow(TemplatesError);
    const artifact = {
      type: 'aws:cloudformation:stack',
      environment: 'aws://444455556666/unknown-region',
      properties: { templateFile: 'shop.template.json' },
    };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts: { shop: artifact } }));
    expect(templateFilesAt(folder)).toMatchObject([
      { stackName: 'shop', account: '444455556666', region: undefined },
    ]);
  });

  it('that is not there is said to be missing', () => {
    expect(() => templateFilesAt(join(folder, 'elsewhere'))).toThrow('There is no');
  });
});
