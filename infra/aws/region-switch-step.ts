import { Duration, type Stack } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { busName, stateTable } from '../topology.ts';
import { acknowledge } from './acknowledge.ts';
import { inKeys, inLogs, inTraces, readRecords, toPublish } from './core-permissions.ts';
import { KeptLog } from './kept-log.ts';
import { allowRole } from './managed-policies.ts';
import type { Settings } from './settings.ts';
import type { StateTable } from './state-table.ts';

export interface RegionSwitchStepProps {
  readonly step: Settings['regionSwitch'][number];
  readonly code: lambda.Code;
  readonly stack: Stack;
  readonly table: StateTable['table'];
  readonly bus: EventBus;
  readonly logDays: number;
  readonly key: Key | undefined;
}

/** Of the step that runs a plan: what a Region switch plan names. */
export const stepFunctionName = (plan: string): string => `groundswell-region-switch-${plan}`;

const requests = ['ExecutionRequested'] as const;

/**
 * A custom action of ARC Region switch: requests an execution of one plan, and fails until that is done, so
 * that Region switch looks again. Region switch invokes it with the execution role of its own plan.
 */
export class RegionSwitchStep extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: RegionSwitchStepProps) {
    super(scope, id);
    const { step, code, stack, table, bus, logDays, key } = props;
    const functionName = stepFunctionName(step.plan);
    const { group } = new KeptLog(this, 'Log', { logGroupName: `/aws/lambda/${functionName}`, logDays, key });
    const role = new Role(this, 'Role', {
      description: `What the step of Region switch for ${step.plan} runs as`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
    });
    const statements = [
      ...[inLogs(group), readRecords(table)],
      ...[...toPublish(bus, requests), ...inTraces(), ...inKeys(key)],
    ];
    const policies = allowRole(this, role, statements, [
      [
        'AwsSolutions-IAM5[Resource::*]',
        "X-Ray's PutTraceSegments and PutTelemetryRecords know no resources.",
      ],
    ]);
    this.function = new lambda.Function(this, 'Function', {
      ...{ functionName, code, logGroup: group },
      description: `Groundswell: ${step.plan} as a step of ARC Region switch`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'handler.handler',
      environment: {
        EVENT_BUS_NAME: busName,
        STATE_TABLE: stateTable.name,
        PLAN_ID: step.plan,
        MODE: step.mode,
        NODE_OPTIONS: '--enable-source-maps',
      },
      memorySize: 512,
      timeout: Duration.seconds(30),
      role: role.withoutPolicyUpdates(),
      loggingFormat: lambda.LoggingFormat.JSON,
      tracing: lambda.Tracing.ACTIVE,
      ...(key && { environmentEncryption: key }),
    });
    this.function.node.addDependency(...policies);
    const called =
      'Region switch invokes it and waits for its answer, and calls again when that is an error.';
    acknowledge(
      this.function,
      ['Serverless-LambdaDLQ', called],
      ['NIST.800.53.R5-LambdaDLQ', called],
      [
        'NIST.800.53.R5-LambdaConcurrency',
        'One step runs at once; reserving would take from a pool that a new account has only 10 of.',
      ],
      [
        'NIST.800.53.R5-LambdaInsideVPC',
        'It calls only the public endpoints of AWS; a VPC would add what can fail in the disaster: its gateways and endpoints.',
      ],
    );
  }
}
