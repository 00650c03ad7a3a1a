import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { CustomResource, Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Plan } from '../../contracts/plan.ts';
import { stateTable } from '../topology.ts';
import { addCalledFunction } from './called-function.ts';
import type { WithTableArn } from './core-permissions.ts';

export interface StoredPlanProps {
  readonly plan: Plan;
  readonly code: Code;
  readonly table: WithTableArn;
  readonly logDays: number;
  readonly key: IKey | undefined;
}

/** In bytes of JSON. Up to here `cdk diff` shows what a plan says, and the plan stands in one item of the table. */
const readableMax = 60_000;

/**
 * Lambda takes 256 KB as the payload of an asynchronous invocation, and CloudFormation sends an update with the old
 * properties beside the new ones.
 */
const compressedMax = 110_000;

interface PlanProperties {
  readonly Plan?: string;
  readonly PlanGzip?: string;
}

/** The plan as a property of the resource; undefined if it is too large for one. */
export const planProperties = (plan: Plan): PlanProperties | undefined => {
  const Plan = JSON.stringify(plan);
  if (Buffer.byteLength(Plan) <= readableMax) return { Plan };
  const PlanGzip = gzipSync(Plan).toString('base64');
  return PlanGzip.length <= compressedMax ? { PlanGzip } : undefined;
};

/** Lambda takes 64 characters, of which a plan's name may have as many itself. */
const functionNameOf = (planId: string): string => {
  const name = `groundswell-store-plan-${planId}`;
  if (name.length <= 64) return name;
  return `${name.slice(0, 55)}-${createHash('sha256').update(planId).digest('hex').slice(0, 8)}`;
};

/** This plan's records alone; a large plan's waves stand in pages, which are named by their content. */
const inPlan = ({ tableArn }: WithTableArn, planId: string, isLarge: boolean): PolicyStatement =>
  new PolicyStatement({
    sid: 'StorePlan',
    actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    resources: [tableArn],
    conditions: {
      'ForAllValues:StringLike': {
        'dynamodb:LeadingKeys': [`plan#${planId}`, `plan#${planId}/*`, ...(isLarge ? ['page#*'] : [])],
      },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  });

/**
 * A plan as a resource of a stack: stored at deployment as its next version unless it is the newest already. The
 * children are named for the plan: under another name it is another plan, and the one before stays as it is.
 */
export class StoredPlan extends Construct {
  readonly resource: CustomResource;

  constructor(scope: Construct, id: string, { plan, code, table, logDays, key }: StoredPlanProps) {
    super(scope, id);
    const { planId } = plan;
    const properties = planProperties(plan);
    if (properties === undefined) throw new Error(`${planId} is too large for a resource.`);
    const storage = new Construct(this, planId);
    const fn = addCalledFunction(storage, {
      functionName: functionNameOf(planId),
      description: `Groundswell: stores the plan ${planId} at deployment`,
      roleDescription: `What stores the plan ${planId} runs as`,
      environment: { STATE_TABLE: stateTable.name, PLAN_ID: planId },
      statements: [inPlan(table, planId, properties.PlanGzip !== undefined)],
      timeout: Duration.minutes(2),
      called: 'CloudFormation calls it, waits for its answer, and fails the deployment without one.',
      // CloudFormation has not given up before: what it rolled back is not stored behind its back.
      maxEventAge: Duration.minutes(10),
      ...{ code, logDays, key },
    });
    this.resource = new CustomResource(storage, 'Plan', {
      resourceType: 'Custom::GroundswellPlan',
      serviceToken: fn.functionArn,
      serviceTimeout: Duration.minutes(15),
      properties: { ...properties },
    });
  }
}
