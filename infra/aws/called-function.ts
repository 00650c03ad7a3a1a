import { type Duration, Stack } from 'aws-cdk-lib';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { inKeys, inLogs, inTraces } from './core-permissions.ts';
import { KeptLog } from './kept-log.ts';
import { allowRole } from './managed-policies.ts';

export interface CalledFunctionProps {
  readonly functionName: string;
  readonly description: string;
  /** What its role is for, as IAM shows it. */
  readonly roleDescription: string;
  readonly code: lambda.Code;
  readonly environment: Readonly<Record<string, string>>;
  /** What it may do beside its log and its traces. */
  readonly statements: readonly PolicyStatement[];
  readonly timeout: Duration;
  /** Who calls it, and what becomes of a failure: why it needs no dead-letter queue. */
  readonly called: string;
  readonly logDays: number;
  readonly key: IKey | undefined;
  /** Where it is invoked asynchronously: how long Lambda tries. Default: as Lambda does. */
  readonly maxEventAge?: Duration;
}

/**
 * A function beside those of the topology, which somebody calls and hears the end of: with its log, its role and
 * all that this may do, each a child of the scope.
 */
export const addCalledFunction = (scope: Construct, props: CalledFunctionProps): lambda.Function => {
  const { functionName, code, environment, key, called } = props;
  const { group } = new KeptLog(scope, 'Log', {
    ...{ logGroupName: `/aws/lambda/${functionName}`, logDays: props.logDays, key },
  });
  const role = new Role(scope, 'Role', {
    description: props.roleDescription,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  });
  const statements = [inLogs(group), ...props.statements, ...inTraces(), ...inKeys(key)];
  const policies = allowRole(scope, role, statements, [
    ['AwsSolutions-IAM5[Resource::*]', "X-Ray's PutTraceSegments and PutTelemetryRecords know no resources."],
  ]);
  const fn = new lambda.Function(scope, 'Function', {
    ...{ functionName, description: props.description, code, logGroup: group, timeout: props.timeout },
    ...(props.maxEventAge && { maxEventAge: props.maxEventAge }),
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    handler: 'handler.handler',
    environment: { ...environment, NODE_OPTIONS: '--enable-source-maps' },
    memorySize: 512,
    role: role.withoutPolicyUpdates(),
    loggingFormat: lambda.LoggingFormat.JSON,
    tracing: lambda.Tracing.ACTIVE,
    ...(key && { environmentEncryption: key }),
  });
  fn.node.addDependency(...policies);
  acknowledge(
    fn,
    ['Serverless-LambdaDLQ', called],
    ['NIST.800.53.R5-LambdaDLQ', called],
    [
      'NIST.800.53.R5-LambdaConcurrency',
      'It runs seldom and alone; reserving would take from a pool that a new account has only 10 of.',
    ],
    [
      'NIST.800.53.R5-LambdaInsideVPC',
      'It calls only the public endpoints of AWS; a VPC would add what can fail in the disaster: its gateways and endpoints.',
    ],
  );
  if (props.maxEventAge !== undefined)
    acknowledge(fn.node.findChild('EventInvokeConfig'), ['Serverless-LambdaAsyncFailureDestination', called]);
  return fn;
};
