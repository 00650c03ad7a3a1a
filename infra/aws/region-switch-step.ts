import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Code, Function } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { busName, stateTable } from '../topology.ts';
import { addCalledFunction } from './called-function.ts';
import { readRecords, toPublish, type WithBusArn, type WithTableArn } from './core-permissions.ts';
import type { Settings } from './settings.ts';

export interface RegionSwitchStepProps {
  readonly step: Settings['regionSwitch'][number];
  readonly code: Code;
  readonly table: WithTableArn;
  readonly bus: WithBusArn;
  readonly logDays: number;
  readonly key: IKey | undefined;
}

/** Of the step that runs a plan: what a Region switch plan names. */
export const stepFunctionName = (plan: string): string => `groundswell-region-switch-${plan}`;

const requests = ['ExecutionRequested'] as const;

/**
 * A custom action of ARC Region switch: requests an execution of one plan, and fails until that is done, so
 * that Region switch looks again. Region switch invokes it with the execution role of its own plan.
 */
export class RegionSwitchStep extends Construct {
  readonly function: Function;

  constructor(scope: Construct, id: string, { step, code, table, bus, logDays, key }: RegionSwitchStepProps) {
    super(scope, id);
    this.function = addCalledFunction(this, {
      functionName: stepFunctionName(step.plan),
      description: `Groundswell: ${step.plan} as a step of ARC Region switch`,
      roleDescription: `What the step of Region switch for ${step.plan} runs as`,
      environment: {
        EVENT_BUS_NAME: busName,
        STATE_TABLE: stateTable.name,
        PLAN_ID: step.plan,
        MODE: step.mode,
      },
      statements: [readRecords(table), ...toPublish(bus, requests)],
      timeout: Duration.seconds(30),
      called: 'Region switch invokes it and waits for its answer, and calls again when that is an error.',
      ...{ code, logDays, key },
    });
  }
}
