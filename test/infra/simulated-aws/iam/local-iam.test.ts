import {
  IAMClient,
  paginateSimulatePrincipalPolicy,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import type { SimulatePrincipalPolicyCommandInput } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import type { DeployedRole } from '../../../../infra/simulated-aws/iam/deployment.ts';
import { createEntities } from '../../../../infra/simulated-aws/iam/entities.ts';
import { createLocalIam } from '../../../../infra/simulated-aws/iam/local-iam.ts';
import { seededRandom } from '../random.ts';
import { clientOptions } from '../service-handler.ts';
import { home, identityPolicy, other, roleArn, trustPolicy } from './parties.ts';

const volume = `arn:aws:ec2:eu-west-1:${home}:volume/vol-1`;
const snapshot = 'arn:aws:ec2:eu-west-1::snapshot/snap-1';

const role = (more: Partial<DeployedRole> = {}): DeployedRole => ({
  arn: roleArn,
  account: home,
  trust: trustPolicy({ Principal: { Service: 'lambda.amazonaws.com' } }),
  policies: [
    identityPolicy(
      { Action: ['ec2:DescribeVolumes', 'sqs:SendMessage'] },
      {
        Action: ['ec2:DeleteVolume', 'ec2:CreateSnapshot'],
        Resource: 'arn:aws:ec2:eu-west-1:*:volume/*',
        Condition: { Bool: { 'aws:ViaAWSService': 'true' } },
      },
      { Effect: 'Deny', Action: 'sqs:SendMessage', Condition: { StringEquals: { 'aws:username': 'x' } } },
    ),
  ],
  ...more,
});

const iam = (roles?: readonly DeployedRole[]) =>
  new IAMClient(
    clientOptions(createLocalIam({ random: seededRandom(5), entityOf: createEntities(home, roles) }).service),
  );

const simulate = (input: Partial<SimulatePrincipalPolicyCommandInput>, client: IAMClient = iam([role()])) =>
  client.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn: roleArn, ActionNames: [], ...input }));

const viaService = {
  ContextKeyName: 'aws:ViaAWSService',
  ContextKeyType: 'boolean' as const,
  ContextKeyValues: ['true'],
};

describe('a simulation of what a role may do', () => {
  it('allows what a policy allows on anything, and tells by which', async () => {
    const { EvaluationResults, IsTruncated } = await simulate({ ActionNames: ['ec2:DescribeVolumes'] });
    expect(EvaluationResults).toEqual([
      expect.objectContaining({
        EvalActionName: 'ec2:DescribeVolumes',
        EvalResourceName: '*',
        EvalDecision: 'allowed',
        MatchedStatements: [{ SourcePolicyId: 'identity', SourcePolicyType: 'IAM Policy' }],
      }),
    ]);
    expect(IsTruncated).toBe(false);
  });

  it('denies what nobody allows', async () => {
    const { EvaluationResults } = await simulate({ ActionNames: ['ec2:RunInstances'] });
    expect(EvaluationResults).toMatchObject([{ EvalDecision: 'implicitDeny', MatchedStatements: [] }]);
  });

  it('denies on anything what is allowed on named resources', async () => {
    const { EvaluationResults } = await simulate({
      ActionNames: ['ec2:DeleteVolume'],
      ContextEntries: [viaService],
    });
    expect(EvaluationResults).toMatchObject([{ EvalDecision: 'implicitDeny' }]);
  });

  it('says of each resource what is allowed on it, and denies the action where one of them is not', async () => {
    const { EvaluationResults } = await simulate({
      ActionNames: ['ec2:DeleteVolume', 'ec2:CreateSnapshot'],
      ResourceArns: [volume, snapshot],
      ContextEntries: [viaService],
    });
    const onEach = [
      { EvalResourceName: volume, EvalResourceDecision: 'allowed' },
      { EvalResourceName: snapshot, EvalResourceDecision: 'implicitDeny' },
    ];
    expect(EvaluationResults).toMatchObject([
      {
        EvalActionName: 'ec2:DeleteVolume',
        EvalDecision: 'implicitDeny',
        ResourceSpecificResults: onEach,
      },
      { EvalActionName: 'ec2:CreateSnapshot', ResourceSpecificResults: onEach },
    ]);
  });

  it('takes no condition key but those that are given, and names those that are missing', async () => {
    const asked = { ActionNames: ['ec2:DeleteVolume'], ResourceArns: [volume] };
    expect((await simulate(asked)).EvaluationResults).toMatchObject([
      {
        EvalDecision: 'implicitDeny',
        ResourceSpecificResults: [{ MissingContextValues: ['aws:ViaAWSService'] }],
      },
    ]);
    expect((await simulate({ ...asked, ContextEntries: [viaService] })).EvaluationResults).toMatchObject([
      { EvalDecision: 'allowed', ResourceSpecificResults: [{ MissingContextValues: [] }] },
    ]);
  });

  it('tells an explicit denial from none', async () => {
    const { EvaluationResults } = await simulate({
      ActionNames: ['sqs:SendMessage'],
      ContextEntries: [{ ContextKeyName: 'aws:username', ContextKeyType: 'string', ContextKeyValues: ['x'] }],
    });
    expect(EvaluationResults).toMatchObject([{ EvalDecision: 'explicitDeny' }]);
  });

  it('keeps within a boundary, its own or one that is given', async () => {
    const queues = identityPolicy({ Action: 'sqs:*' });
    const asked = { ActionNames: ['ec2:DescribeVolumes', 'sqs:SendMessage'] };
    const expected = [
      {
        EvalDecision: 'implicitDeny',
        PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
      },
      { EvalDecision: 'allowed', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true } },
    ];
    const own = await simulate(asked, iam([role({ boundary: queues })]));
    expect(own.EvaluationResults).toMatchObject(expected);
    const given = await simulate({
      ...asked,
      PermissionsBoundaryPolicyInputList: [
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}',
      ],
    });
    expect(given.EvaluationResults).toMatchObject(expected);
  });

  it('adds the policies that are given', async () => {
    const { EvaluationResults } = await simulate({
      ActionNames: ['ec2:RunInstances'],
      PolicyInputList: [
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:Run*","Resource":"*"}}',
      ],
    });
    expect(EvaluationResults).toMatchObject([
      { EvalDecision: 'allowed', MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.1' }] },
    ]);
  });

  it('comes in pages', async () => {
    const ActionNames = Array.from({ length: 7 }, (_, at) => `ec2:Action${at}`);
    const pages: (readonly (string | undefined)[])[] = [];
    const paginated = paginateSimulatePrincipalPolicy(
      { client: iam([role()]), pageSize: 3 },
      { PolicySourceArn: roleArn, ActionNames },
    );
    for await (const { EvaluationResults = [] } of paginated)
      pages.push(EvaluationResults.map(({ EvalActionName }) => EvalActionName));
    expect(pages.map(({ length }) => length)).toEqual([3, 3, 1]);
    expect(pages.flat()).toEqual(ActionNames);
  });

  it('allows everything to the users of the account, and to everybody where nothing is enforced', async () => {
    const asked = { ActionNames: ['ec2:RunInstances'], ResourceArns: [volume] };
    const allowed = [{ EvalDecision: 'allowed' }];
    const byUser = await simulate({ ...asked, PolicySourceArn: `arn:aws:iam::${home}:user/local` });
    expect(byUser.EvaluationResults).toMatchObject(allowed);
    expect((await simulate(asked, iam())).EvaluationResults).toMatchObject(allowed);
  });

  const ActionNames = ['ec2:RunInstances'];
  it.each([
    [
      'of a role that is not there',
      { PolicySourceArn: `${roleArn}s` },
      'NoSuchEntityException',
      'role with name workers',
    ],
    [
      'of a role of another account',
      { PolicySourceArn: roleArn.replace(home, other) },
      'NoSuchEntityException',
      'worker',
    ],
    [
      'of a group',
      { PolicySourceArn: `arn:aws:iam::${home}:group/staff` },
      'NoSuchEntityException',
      'group with name staff',
    ],
    [
      'of a session',
      { PolicySourceArn: `arn:aws:sts::${home}:assumed-role/worker/nightly` },
      'InvalidInputException',
      'Invalid Entity Arn',
    ],
    ['of what is no action', { ActionNames: ['RunInstances'] }, 'InvalidInputException', 'RunInstances'],
    ['of no action', { ActionNames: [] }, 'ValidationError', 'ActionNames'],
    [
      'on what is no resource',
      { ResourceArns: ['vol-1'] },
      'InvalidInputException',
      'ResourceNames are not in a valid ARN format: vol-1.',
    ],
    [
      'with a condition key of another type',
      { ContextEntries: [{ ...viaService, ContextKeyValues: ['yes'] }] },
      'InvalidInputException',
      'not of type boolean',
    ],
    [
      'with several values of one',
      { ContextEntries: [{ ...viaService, ContextKeyValues: ['true', 'false'] }] },
      'InvalidInputException',
      'exactly one value',
    ],
    ['with a policy that is none', { PolicyInputList: ['{}'] }, 'InvalidInputException', 'malformed'],
    ['with a page of no size', { MaxItems: 0 }, 'ValidationError', 'MaxItems'],
    ['from a marker that nobody gave', { Marker: 'there' }, 'InvalidInputException', 'Marker'],
    [
      'as somebody else',
      { CallerArn: `arn:aws:iam::${home}:user/ana` },
      'InvalidInputException',
      'CallerArn',
    ],
  ])('is refused %s', async (_, input, name, message) => {
    await expect(simulate({ ActionNames, ...input })).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
    });
  });
});
