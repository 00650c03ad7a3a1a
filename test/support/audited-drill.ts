import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { planSchema, type Plan } from '../../contracts/plan.ts';
import { startRuntime, type Runtime } from '../../infra/local/runtime.ts';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import type { ArchivedEvent } from '../../services/core/domain/audit/read-archived.ts';
import type { StoredStream } from '../../services/core/domain/audit/discrepancy.ts';
import { planHeadKey, planVersionKey, type PlanVersion } from '../../services/core/domain/plan-version.ts';
import { executionIdOf, hashOf } from '../../services/core/kernel/canonical.ts';
import type { StreamRecord } from '../../services/core/kernel/stream.ts';
import { awsOperatorPorts, type OperatorPorts } from '../../services/core/ports/aws/operator-ports.ts';

/** The sample drill that goes wrong, with an approval before its database and a named approver. */
const auditedPlan = (): Plan => {
  const plan = planSchema.parse(parse(readFileSync('contracts/plans/failures.yaml', 'utf8')));
  const approval = {
    kind: 'approval',
    actionId: 'go-ahead',
    approvers: ['the-approver'],
    prompt: 'The shop closes for ten minutes. Go ahead?',
  };
  return planSchema.parse({
    ...plan,
    rtoMinutes: 30,
    rpoMinutes: 15,
    waves: plan.waves.map((wave) => (wave.waveId === 'database' ? { ...wave, before: [approval] } : wave)),
  });
};

export interface AuditedDrill {
  readonly runtime: Runtime;
  readonly operator: OperatorPorts;
  readonly executionId: string;
  readonly planId: string;
}

export const storePlan = async (operator: OperatorPorts, plan: Plan): Promise<void> => {
  const version: PlanVersion = {
    planId: plan.planId,
    version: 1,
    hash: hashOf(plan),
    plan,
    storedAt: '2026-11-23T08:00:00.000Z',
  };
  await operator.store.write(planVersionKey(plan.planId, 1), version, 0);
  await operator.store.write(planHeadKey(plan.planId), { latest: 1, latestHash: version.hash }, 0);
};

const detailSchema = z.object({
  metadata: z.object({ executionId: z.string() }),
  data: z.object({ kind: z.string().optional() }),
});
const endings = ['ExecutionCompleted', 'ExecutionFailed', 'ExecutionCancelled', 'ExecutionRejected'];

/** Runs a drill to its end on a runtime of its own: one wave fails, one is partial, and somebody approves. */
export const runAuditedDrill = async (speed = 120, stateDir?: string): Promise<AuditedDrill> => {
  const scenario = scenarioSchema.parse(
    parse(readFileSync('contracts/plans/failures.scenario.yaml', 'utf8')),
  );
  const runtime = await startRuntime({ speed, scenario, ...(stateDir !== undefined && { stateDir }) });
  const operator = awsOperatorPorts({
    endpoint: runtime.endpoint,
    region: runtime.region,
    busName: 'groundswell',
    tableName: 'groundswell-state',
  });
  const plan = auditedPlan();
  await storePlan(operator, plan);
  const requestId = 'spring-drill';
  const executionId = executionIdOf(requestId);
  const ended = new Promise<void>((resolve) => {
    runtime.subscribe((event) => {
      const detail = detailSchema.safeParse(event.detail);
      if (event['detail-type'] === 'ActionStarted' && detail.data?.data.kind === 'approval')
        void operator.say('ApproveRequested', {
          executionId,
          waveId: 'database',
          actionId: 'go-ahead',
          by: 'the-approver',
          reason: 'the shop is closed',
        });
      if (endings.includes(event['detail-type'])) resolve();
    });
  });
  await runtime.warm();
  await operator.say('ExecutionRequested', {
    requestId,
    planId: plan.planId,
    mode: 'DRILL',
    requestedBy: 'the-operator',
    reason: 'quarterly drill',
  });
  await ended;
  return { runtime, operator, executionId, planId: plan.planId };
};

const recordSchema = z.object({ type: z.string(), detail: z.unknown() });

/** What was recorded of an execution in a run. */
export const recordedIn = async (
  { operator: { store }, executionId }: AuditedDrill,
  run: string,
): Promise<readonly ArchivedEvent[]> => {
  const ids = await store.list('audit', `${run}/${executionId}`);
  const records = await Promise.all(ids.map((id) => store.read({ kind: 'audit', id })));
  return records.map((record) => recordSchema.parse(record?.body));
};

export const storedStreams = async ({
  operator: { store },
  executionId,
}: AuditedDrill): Promise<readonly StoredStream[]> => {
  const ids = await store.list('stream', executionId);
  const records = await Promise.all(
    ids.map((id) => store.read<StreamRecord<unknown>>({ kind: 'stream', id })),
  );
  return records.flatMap((record) => record?.body ?? []);
};

/** Waits until everything that the streams say was recorded live and the books are closed, and gives the streams. */
export const settled = async (drill: AuditedDrill): Promise<readonly StoredStream[]> => {
  for (;;) {
    const stored = await storedStreams(drill);
    const recorded = await drill.operator.store.list('audit', `live/${drill.executionId}`);
    const isRecorded = recorded.length === stored.reduce((sum, { version }) => sum + version, 0);
    if (isRecorded && (await drill.operator.store.openExecutions()).length === 0) return stored;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
