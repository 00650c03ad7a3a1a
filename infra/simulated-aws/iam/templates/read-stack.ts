import * as z from 'zod';
import { isRecord, listIn, recordIn, textIn, textsIn } from '../access.ts';
import type {
  DeployedApi,
  DeployedFunction,
  DeployedRole,
  DeployedRule,
  DeployedTarget,
  Deployment,
} from '../deployment.ts';
import { parsePolicy, type Policy } from '../policy.ts';
import { type Deployed, type StackPlace, TemplateError } from './place.ts';
import { createResolve } from './resolve.ts';
import { resourcePoliciesOf } from './resource-policies.ts';

const templateSchema = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
  Parameters: z.record(z.string(), z.looseObject({ Default: z.unknown().optional() })).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
});

const deployedOf = (raw: unknown, place: StackPlace): readonly Deployed[] => {
  const parsed = templateSchema.safeParse(raw);
  if (!parsed.success)
    throw new TemplateError(
      place.stackName,
      `it is no CloudFormation template: ${z.prettifyError(parsed.error)}`,
    );
  const resolve = createResolve(parsed.data, place);
  return Object.entries(parsed.data.Resources).map(([logicalId, { Type, Properties }]) => {
    const properties = resolve(Properties);
    return {
      logicalId,
      type: Type,
      ref: String(resolve({ Ref: logicalId })),
      arn: String(resolve({ 'Fn::GetAtt': [logicalId, Type === 'AWS::SNS::Topic' ? 'TopicArn' : 'Arn'] })),
      properties: isRecord(properties) ? properties : {},
    };
  });
};

const ofType = (all: readonly Deployed[], ...types: readonly string[]): readonly Deployed[] =>
  all.filter(({ type }) => types.includes(type));

/** Permissions that AWS's own managed policies give, as far as templates here name any. */
const policiesOfAws: Readonly<Record<string, readonly string[]>> = {
  'service-role/AWSLambdaBasicExecutionRole': [
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ],
};

const policyOfAws = (arn: string, place: StackPlace): Policy => {
  const name = /^arn:[\w-]+:iam::aws:policy\/(.+)$/.exec(arn)?.[1] ?? '';
  const actions = policiesOfAws[name];
  if (actions === undefined)
    throw new TemplateError(place.stackName, `the managed policy ${arn} is not known`);
  const Statement = [{ Effect: 'Allow', Action: actions, Resource: '*' }];
  return parsePolicy({ Version: '2012-10-17', Statement }, name, 'identity');
};

const rolesOf = (all: readonly Deployed[], place: StackPlace): readonly DeployedRole[] => {
  const managed = ofType(all, 'AWS::IAM::ManagedPolicy').map(({ logicalId, ref, properties }) => ({
    arn: ref,
    roles: textsIn(properties, 'Roles'),
    policy: parsePolicy(properties['PolicyDocument'], logicalId, 'identity'),
  }));
  const inline = ofType(all, 'AWS::IAM::Policy', 'AWS::IAM::RolePolicy').map(({ logicalId, properties }) => ({
    roles: [...textsIn(properties, 'Roles'), textIn(properties, 'RoleName')],
    policy: parsePolicy(properties['PolicyDocument'], logicalId, 'identity'),
  }));
  const managedAt = (arn: string): Policy =>
    managed.find((policy) => policy.arn === arn)?.policy ?? policyOfAws(arn, place);
  return ofType(all, 'AWS::IAM::Role').map(({ logicalId, ref, arn, properties }): DeployedRole => {
    const boundary = textIn(properties, 'PermissionsBoundary');
    const named = textsIn(properties, 'ManagedPolicyArns');
    const attached = managed.filter(({ roles, arn: own }) => roles.includes(ref) && !named.includes(own));
    return {
      arn,
      account: place.account,
      trust: parsePolicy(properties['AssumeRolePolicyDocument'], `trust of ${logicalId}`, 'trust'),
      policies: [
        ...named.map(managedAt),
        ...attached.map(({ policy }) => policy),
        ...inline.filter(({ roles }) => roles.includes(ref)).map(({ policy }) => policy),
        ...listIn(properties, 'Policies').map((policy) =>
          parsePolicy(recordIn(policy, 'PolicyDocument'), textIn(policy, 'PolicyName'), 'identity'),
        ),
      ],
      ...(boundary !== '' && { boundary: managedAt(boundary) }),
    };
  });
};

const functionsOf = (all: readonly Deployed[], { account }: StackPlace): readonly DeployedFunction[] => {
  const onFailure = new Map(
    ofType(all, 'AWS::Lambda::EventInvokeConfig').map(({ properties }) => [
      textIn(properties, 'FunctionName'),
      textIn(recordIn(recordIn(properties, 'DestinationConfig'), 'OnFailure'), 'Destination'),
    ]),
  );
  return ofType(all, 'AWS::Lambda::Function').map(({ ref, arn, properties }): DeployedFunction => {
    const onFailureArn = onFailure.get(ref) ?? onFailure.get(arn) ?? '';
    return {
      ...{ arn, name: ref, account, roleArn: textIn(properties, 'Role') },
      isTraced: textIn(recordIn(properties, 'TracingConfig'), 'Mode') === 'Active',
      ...(onFailureArn !== '' && { onFailureArn }),
    };
  });
};

const targetOf = (target: unknown): DeployedTarget => {
  const [roleArn, deadLetterArn] = [
    textIn(target, 'RoleArn'),
    textIn(recordIn(target, 'DeadLetterConfig'), 'Arn'),
  ];
  return {
    arn: textIn(target, 'Arn'),
    ...(roleArn !== '' && { roleArn }),
    ...(deadLetterArn !== '' && { deadLetterArn }),
  };
};

const rulesOf = (all: readonly Deployed[], { account, region }: StackPlace): readonly DeployedRule[] =>
  ofType(all, 'AWS::Events::Rule').map(({ arn, properties }) => ({
    ...{ arn, account, region },
    pattern: properties['EventPattern'],
    targets: listIn(properties, 'Targets').map(targetOf),
  }));

const apisOf = (all: readonly Deployed[], { account, region }: StackPlace): readonly DeployedApi[] =>
  ofType(all, 'AWS::ApiGatewayV2::Api').map(({ ref }) => ({
    ...{ id: ref, account, region },
    routes: ofType(all, 'AWS::ApiGatewayV2::Route').flatMap(({ properties }) =>
      textIn(properties, 'ApiId') === ref ? [textIn(properties, 'RouteKey')] : [],
    ),
  }));

/** A function may be named by its name or its ARN. */
const functionArnOf = (all: readonly Deployed[], nameOrArn: string): string =>
  ofType(all, 'AWS::Lambda::Function').find(({ ref }) => ref === nameOrArn)?.arn ?? nameOrArn;

/** Reads one template as it would be deployed there. Throws a TemplateError or a PolicyError. */
export const readStack = (raw: unknown, place: StackPlace): Deployment => {
  const all = deployedOf(raw, place);
  return {
    roles: rolesOf(all, place),
    functions: functionsOf(all, place),
    mappings: ofType(all, 'AWS::Lambda::EventSourceMapping').map(({ properties }) => ({
      functionArn: functionArnOf(all, textIn(properties, 'FunctionName')),
      sourceArn: textIn(properties, 'EventSourceArn'),
    })),
    rules: rulesOf(all, place),
    apis: apisOf(all, place),
    resourcePolicies: resourcePoliciesOf(all, place, (name) => functionArnOf(all, name)),
  };
};
