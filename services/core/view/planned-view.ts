import type { ExecutionSnapshot, WaveSnapshot } from '../../../contracts/api.ts';
import type { Plan, PlanWave } from '../../../contracts/plan.ts';
import { shownKinds } from '../domain/actions/shown-kinds.ts';
import type { ExecutionView, NeedView, SpanView, WaveView } from './execution-view.ts';
import { byWhom, openedNote } from './words.ts';

/** A wave of which nothing is known but its name. */
export const blankWave = (waveId: string): WaveView => ({
  ...{ waveId, dependsOn: [], place: '', status: 'WAITING', attempt: 0, reasons: [] },
  ...{ servers: [], serversExpected: 0, jobs: [], actions: [], spans: [], notes: [] },
});

export const placeOf = ({ account, region }: { readonly account: string; readonly region: string }): string =>
  `${account} / ${region}`;

const blankView: Omit<ExecutionView, 'executionId' | 'planId' | 'mode' | 'requestedBy'> = {
  ...{ planVersion: 0, planHash: '', frozenHash: '', status: 'REQUESTED', reason: '', overrides: [] },
  ...{ serverCount: 0, waves: [], spans: [], needs: [], decisions: [], problems: [], notes: [], faults: [] },
};

const waveOfPlan = ({ waveId, dependsOn, servers }: PlanWave): WaveView => {
  const wave = { ...blankWave(waveId), dependsOn };
  if (!Array.isArray(servers)) return { ...wave, serversExpected: servers.minimum };
  return {
    ...wave,
    servers: servers.map(({ sourceServerId }) => ({ sourceServerId, name: sourceServerId, phase: 'NONE' })),
    serversExpected: servers.length,
  };
};

/** What is known of an execution before anything is stored of it. Without its plan, waves appear as they start. */
export const requestedView = (
  executionId: string,
  request: { readonly planId: string; readonly mode: ExecutionView['mode']; readonly requestedBy: string },
  plan?: Plan,
): ExecutionView => ({
  ...{ ...blankView, executionId, ...request },
  ...(plan?.direction !== undefined && { direction: plan.direction }),
  ...(plan?.rtoMinutes !== undefined && { rtoMinutes: plan.rtoMinutes }),
  waves: plan?.waves.map(waveOfPlan) ?? [],
});

const plannedWave = (wave: WaveSnapshot): WaveView => ({
  ...blankWave(wave.waveId),
  ...(wave.phase && { phase: wave.phase }),
  dependsOn: wave.dependsOn,
  place: placeOf(wave),
  servers: wave.servers.map(({ sourceServerId, name }) => ({ sourceServerId, name, phase: 'NONE' })),
  serversExpected: wave.servers.length,
  actions: wave.actions.map(({ stage, actionId, kind, prompt = '', approvers = [], silence }) => ({
    ...{ stage, actionId, kind, prompt, approvers, status: 'WAITING', message: '', tries: 0, tookMs: 0 },
    ...(silence !== undefined && { silence }),
  })),
});

/** An execution as it was planned, before its first event: what its events are folded into. */
export const plannedView = (snapshot: ExecutionSnapshot): ExecutionView => {
  const { executionId, planId, planVersion, mode, requestedBy, direction, rtoMinutes, may, waves } = snapshot;
  return {
    ...{ ...blankView, executionId, planId, planVersion, mode, requestedBy },
    ...(direction !== undefined && { direction }),
    ...(rtoMinutes !== undefined && { rtoMinutes }),
    ...(may !== undefined && { may }),
    waves: waves.map(plannedWave),
  };
};

/** The waits of a wave that its records know: they have not ended. */
const openSpans = ({ heldAt, actions }: WaveSnapshot): readonly SpanView[] => [
  ...(heldAt === undefined ? [] : [openSpan('HELD', heldAt, 'HELD')]),
  ...actions.flatMap(({ kind, stage, actionId, status, startedAt }) =>
    shownKinds[kind].asksPeople && status === 'RUNNING' && startedAt !== undefined
      ? [{ ...openSpan('APPROVAL', startedAt, actionId), action: { stage, kind } }]
      : [],
  ),
];

const openSpan = (kind: SpanView['kind'], since: string, label: string): SpanView => ({
  ...{ kind, label, from: Date.parse(since), failed: false },
});

const currentWave = (planned: WaveView, wave: WaveSnapshot): WaveView => ({
  ...planned,
  status: wave.status,
  attempt: wave.attempt,
  ...(wave.stopped !== undefined && { stopped: true }),
  ...(wave.startedAt !== undefined && { startedAt: Date.parse(wave.startedAt) }),
  servers: wave.servers.map(({ sourceServerId, name, phase, instanceId, failure, ...server }) => ({
    ...{ sourceServerId, name, phase },
    ...(instanceId !== undefined && { instanceId }),
    ...(failure !== undefined && { failure }),
    ...(server.keepsInstance && { keepsInstance: server.keepsInstance }),
    ...(server.warnings && { warnings: server.warnings }),
    ...(server.recoveryPoint && { recoveryPoint: server.recoveryPoint }),
    ...(server.launchActions && { launchActions: server.launchActions }),
    ...(server.homeward && { homeward: server.homeward }),
  })),
  actions: planned.actions.map((action, index) => {
    const { status = 'WAITING', message = '', startedAt, endsBy } = wave.actions[index] ?? {};
    return {
      ...{ ...action, status: status === 'AGAIN' ? 'RUNNING' : status, message },
      ...(startedAt !== undefined && { startedAt: Date.parse(startedAt) }),
      ...(endsBy !== undefined && { endsBy: Date.parse(endsBy) }),
    };
  }),
  spans: openSpans(wave),
  ...(wave.awaitingCapacity && { ahead: 0 }),
  notes: wave.stopped === undefined ? [] : [wave.stopped],
});

const awaitedOf = ({ status, approval, planVersion, requestedBy }: ExecutionSnapshot) =>
  status !== 'AWAITING_APPROVAL' || approval === undefined
    ? {}
    : {
        awaitedApproval: {
          ...{ planVersion, planHash: approval.planHash, requestedBy },
          expiresAt: Date.parse(approval.expiresAt),
        },
      };

/** What the records know that somebody has to decide, beside held waves and approvals. */
const cleanUpNeeds = ({ cleanUp, now }: ExecutionSnapshot): readonly NeedView[] => {
  if (cleanUp === undefined) return [];
  const { status, policy, dueAt = now, endedAt = now } = cleanUp;
  if (status === 'FAILED')
    return [
      {
        ...{ about: 'clean-up-failed', why: 'instances of the drill resist their end' },
        ...{ choices: ['clean-up', 'keep'], since: Date.parse(endedAt) },
      },
    ];
  return status === 'AWAITED' && policy === 'ask' && dueAt <= now
    ? [
        {
          ...{ about: 'clean-up-due', why: 'the drill has ended, and its instances run on' },
          ...{ choices: ['clean-up', 'extend', 'keep'], since: Date.parse(dueAt) },
        },
      ]
    : [];
};

const needsOf = (snapshot: ExecutionSnapshot): readonly NeedView[] => {
  const { status, approval, requestedBy, startedAt, overdueSince, waves } = snapshot;
  const overdue = (since: string, why: string, waveId?: string): NeedView => ({
    ...{ about: 'overdue', why, choices: ['wait', 'cancel'], since: Date.parse(since) },
    ...(waveId !== undefined && { waveId }),
  });
  return [
    ...cleanUpNeeds(snapshot),
    ...(status === 'AWAITING_APPROVAL' && approval !== undefined
      ? [{ ...secondPerson(requestedBy, approval.expiresAt), since: Date.parse(startedAt) }]
      : []),
    ...(overdueSince === undefined ? [] : [overdue(overdueSince, 'the execution is past its time-out')]),
    ...waves.flatMap((wave) =>
      wave.overdueSince === undefined
        ? []
        : [overdue(wave.overdueSince, `wave ${wave.waveId} is past its time-out`, wave.waveId)],
    ),
  ];
};

/** What a second person is asked. */
export const secondPerson = (requestedBy: string, expiresAt: string): Omit<NeedView, 'since'> => ({
  about: 'approval',
  why: `${requestedBy} requests a real recovery; a second person has to approve it by ${expiresAt}`,
  choices: ['approve', 'decline'],
});

const cleanUpOf = ({ cleanUp }: ExecutionSnapshot): Pick<ExecutionView, 'cleanUp'> => {
  if (cleanUp === undefined) return {};
  const { status, policy, dueAt, startedAt, endedAt, keptBy, kept, awaitingCapacity, actions } = cleanUp;
  return {
    cleanUp: {
      ...{ status, kept, terminated: {}, left: [], spared: [] },
      ...(policy !== undefined && { policy }),
      ...(dueAt !== undefined && { dueAt: Date.parse(dueAt) }),
      ...(startedAt !== undefined && { startedAt: Date.parse(startedAt) }),
      ...(endedAt !== undefined && { endedAt: Date.parse(endedAt) }),
      ...(keptBy !== undefined && { keptBy }),
      ...(awaitingCapacity && { queuedIn: awaitingCapacity }),
      ...(actions !== undefined && { actions }),
    },
  };
};

/** An execution as its records say it stands: shown until its events are there. */
export const currentView = (snapshot: ExecutionSnapshot): ExecutionView => {
  const planned = plannedView(snapshot);
  const { status, reason = '', acceptWarnings, pointInTime } = snapshot;
  return {
    ...{ ...planned, status, reason },
    ...(acceptWarnings !== undefined && { acceptWarnings }),
    ...(pointInTime !== undefined && { pointInTime }),
    ...(snapshot.calendars !== undefined && { calendars: snapshot.calendars }),
    ...awaitedOf(snapshot),
    ...(snapshot.paused !== undefined && {
      note:
        snapshot.paused.openedAt === undefined
          ? byWhom(snapshot.paused)
          : openedNote(byWhom(snapshot.paused)),
      spans: [openSpan('HELD', snapshot.paused.at, 'HELD')],
    }),
    needs: needsOf(snapshot),
    ...(snapshot.inCharge !== undefined && { inCharge: snapshot.inCharge.name }),
    startedAt: Date.parse(snapshot.startedAt),
    ...(snapshot.endedAt !== undefined && { endedAt: Date.parse(snapshot.endedAt) }),
    ...cleanUpOf(snapshot),
    waves: planned.waves.map((wave, index) => {
      const current = snapshot.waves[index];
      return current === undefined ? wave : currentWave(wave, current);
    }),
  };
};
