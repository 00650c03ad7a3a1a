import { planSchema } from '../../contracts/plan.ts';
import type { Recorded } from '../../contracts/envelope.ts';
import type { DecisionFact } from '../../contracts/decision-events.ts';
import type { StoredStream } from '../../services/core/domain/audit/discrepancy.ts';
import type { SourceServer } from '../../services/core/ports/recovery-service.ts';
import { courseOf, usualTimings } from '../memory/job-course.ts';
import type { StreamRecord } from '../../services/core/kernel/stream.ts';
import { createDeployment } from './memory-deployment.ts';
import { serverId } from './frozen-wave.ts';

const server = (n: number, more: object = {}) => ({ sourceServerId: serverId(n), ...more });

/** Whatever can happen to a wave happens to one of these. */
export const eventfulPlan = planSchema.parse({
  planId: 'shop',
  rtoMinutes: 60,
  rpoMinutes: 15,
  waves: [
    {
      waveId: 'database',
      servers: [server(1), server(2)],
      before: [{ kind: 'approval', actionId: 'go-ahead', approvers: ['the-approver'], prompt: 'Go?' }],
      after: [{ kind: 'automation', actionId: 'check', document: 'Check', triesMax: 2 }],
    },
    { waveId: 'search', servers: [server(3), server(4)], success: { atLeast: 1 } },
    { waveId: 'cache', servers: [server(7)], success: { atLeastPercent: 50 }, onFailure: 'continue' },
    { waveId: 'pages', dependsOn: ['cache'], servers: [server(8)] },
    { waveId: 'application', dependsOn: ['database'], servers: [server(5), server(6)], onFailure: 'ask' },
    {
      waveId: 'mail',
      dependsOn: ['application'],
      servers: [server(9)],
      before: [{ kind: 'approval', actionId: 'postmaster' }],
      onFailure: 'ask',
    },
    {
      waveId: 'web',
      dependsOn: ['application'],
      servers: [server(10, { critical: false }), server(11)],
      success: 'critical',
      before: [{ kind: 'wait', actionId: 'warm-up', minutes: 2 }],
      after: [{ kind: 'automation', actionId: 'smoke', document: 'Smoke', optional: true }],
    },
  ],
});

const sourceServer = (n: number): SourceServer => ({
  ...{ sourceServerId: serverId(n), name: `host-${n}`, tags: {}, replicationState: 'CONTINUOUS' },
  volumesMissing: false,
});

const deploymentOfTheShop = (onEvent: (event: Recorded) => void) => {
  const tried = new Set<string>();
  return createDeployment({
    onEvent,
    model: {
      serversOf: () => Array.from({ length: 11 }, (_, index) => sourceServer(index + 1)),
      snapshotsOf: () => [],
      quotas: { jobsMax: 2, serversPerJobMax: 100, serversInJobsMax: 500 },
      courseOf(_target, { servers }, nth) {
        const ids = servers.map(({ sourceServerId }) => sourceServerId);
        const failing = new Set([serverId(4), serverId(7), serverId(10)]);
        if (ids.includes(serverId(6)) && !tried.has(serverId(6))) failing.add(serverId(6));
        for (const id of ids) tried.add(id);
        // No two jobs last equally long, or a mistake between them would not show.
        return courseOf({ ...usualTimings, snapshotMs: 50_000 + nth * 1_000 }, ids, failing);
      },
    },
    automations: (_target, { document }, nth) => ({
      endsAfterMs: 20_000 + nth * 1_000,
      end:
        document === 'Smoke' || nth === 1
          ? { status: 'failed', ssmStatus: 'Failed', outputs: {}, failureMessage: 'no answer' }
          : { status: 'succeeded', ssmStatus: 'Success', outputs: {} },
    }),
  });
};

const minute = 60_000;

interface Answer {
  readonly afterMs: number;
  readonly type: DecisionFact['type'];
  readonly data: object;
}
const answer = (afterMs: number, type: Answer['type'], data: object): Answer => ({ afterMs, type, data });

/** What the operators of this drill do when they see an event. */
const answerTo = ({ type, data }: Recorded): Answer | undefined => {
  const { waveId, actionId, about } = data as Readonly<Record<string, string | undefined>>;
  const approval = { waveId, actionId };
  if (type === 'ActionStarted' && actionId === 'go-ahead')
    return answer(7 * minute, 'ApproveRequested', {
      ...{ ...approval, by: 'the-approver', reason: 'the shop is closed' },
    });
  if (type === 'ActionStarted' && actionId === 'postmaster')
    return answer(11 * minute, 'DeclineRequested', {
      ...{ ...approval, by: 'postmaster', reason: 'mail stays where it is' },
    });
  if (type === 'OperatorNeeded' && about === 'wave-failed' && waveId === 'application')
    return answer(30 * minute, 'RetryWaveRequested', { waveId, by: 'ann', reason: 'quota raised' });
  if (type === 'OperatorNeeded' && about === 'wave-failed' && waveId === 'mail')
    return answer(36 * minute, 'SkipWaveRequested', { waveId, by: 'ann', reason: 'not today' });
  if (type === 'WaveCompleted' && waveId === 'database')
    return answer(6 * minute, 'PauseRequested', { by: 'bob', reason: 'a call' });
  if (type === 'ExecutionPaused')
    return answer(20 * minute, 'ResumeRequested', { by: 'bob', reason: 'call over' });
  if (type === 'ExecutionResumed')
    return answer(minute, 'ResumeRequested', { by: 'ann', reason: 'once more' });
  return undefined;
};

export interface EventfulDrill {
  readonly executionId: string;
  /** As published, each once, in order of time. */
  readonly events: readonly Recorded[];
  readonly stored: readonly StoredStream[];
  readonly failures: readonly unknown[];
}

/** Runs it to its end in virtual time: the same events, to the letter, each time. */
export const runEventfulDrill = async (): Promise<EventfulDrill> => {
  let executionId = '';
  const deployment = deploymentOfTheShop((event) => {
    const answered = answerTo(event);
    if (answered === undefined) return;
    const { afterMs, type, data } = answered;
    const decision = {
      executionId,
      decisionId: `to-${event.metadata.eventId}`,
      ...data,
    } as DecisionFact['data'];
    deployment.after(afterMs, () => deployment.decide(type, decision));
  });
  executionId = await deployment.request(eventfulPlan, 'DRILL', 'spring-drill', {
    reason: 'quarterly drill',
    acceptWarnings: ['lag'],
  });
  await deployment.run(executionId, 24 * 60 * minute);
  const ids = await deployment.store.list('stream', executionId);
  const records = await Promise.all(
    ids.map((id) => deployment.store.read<StreamRecord<unknown>>({ kind: 'stream', id })),
  );
  return {
    executionId,
    events: [...new Map(deployment.events.map((event) => [event.metadata.eventId, event])).values()],
    stored: records.flatMap((record) => record?.body ?? []),
    failures: deployment.failures,
  };
};
