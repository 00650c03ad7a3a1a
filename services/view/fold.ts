import type { ExecutionFact, FrozenWave } from '../../contracts/execution-events.ts';
import type { ExecutionView, NeedView, ViewEvent, WaveView } from './execution-view.ts';
import { foldWave, withResults } from './fold-wave.ts';
import { beginSpan, endSpans, isAny } from './spans.ts';

const without = <T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> => {
  const { [key]: _gone, ...rest } = value;
  return rest;
};

const blankWave = (waveId: string): WaveView => ({
  ...{ waveId, dependsOn: [], place: '', status: 'WAITING', attempt: 0 },
  ...{ servers: [], actions: [], spans: [], notes: [] },
});

const inWave = (view: ExecutionView, waveId: string, change: (wave: WaveView) => WaveView): ExecutionView => {
  const known = view.waves.some((wave) => wave.waveId === waveId);
  const waves = known ? view.waves : [...view.waves, blankWave(waveId)];
  return { ...view, waves: waves.map((wave) => (wave.waveId === waveId ? change(wave) : wave)) };
};

const settle = (view: ExecutionView, waveId: string): ExecutionView => ({
  ...view,
  needs: view.needs.filter((need) => need.waveId !== waveId),
});

/** A retry tries only what failed; what was launched before stays. */
const startWave = (wave: WaveView, attempt: number, definition: FrozenWave, at: number): WaveView => {
  const known = new Map(wave.servers.map((server) => [server.sourceServerId, server]));
  const servers = definition.servers.map(({ sourceServerId, name }) => {
    const before = known.get(sourceServerId);
    return before?.phase === 'LAUNCHED' ? before : { sourceServerId, name, phase: 'NONE' as const };
  });
  const started: WaveView = {
    ...without(endSpans(wave, isAny, at), 'endedAt'),
    dependsOn: definition.dependsOn,
    status: 'STARTED',
    attempt,
    servers,
    startedAt: wave.startedAt ?? at,
    notes: attempt > 1 ? [`attempt ${attempt}`] : [],
  };
  return started;
};

const endWave = (
  wave: WaveView,
  status: WaveView['status'],
  at: number,
  notes: readonly string[],
): WaveView => ({
  ...endSpans(wave, isAny, at, status === 'FAILED' || status === 'HELD'),
  status,
  endedAt: at,
  notes,
});

const end = (view: ExecutionView, status: ExecutionView['status'], at: number): ExecutionView => ({
  ...view,
  status,
  endedAt: at,
  needs: [],
});

type WaveOfExecution = Extract<ExecutionFact, { type: `Wave${string}` }>;

/** What the execution says of one of its waves. */
const foldWaveInExecution = (view: ExecutionView, fact: WaveOfExecution, at: number): ExecutionView => {
  switch (fact.type) {
    case 'WaveStarted': {
      const { waveId, attempt, definition } = fact.data;
      return settle(
        inWave(view, waveId, (wave) => startWave(wave, attempt, definition, at)),
        waveId,
      );
    }
    case 'WaveCompleted': {
      const { waveId, outcome, servers } = fact.data;
      return settle(
        inWave(view, waveId, (wave) => endWave(withResults(wave, servers), outcome, at, [])),
        waveId,
      );
    }
    case 'WaveFailed': {
      const { waveId, onFailure, reasons, servers } = fact.data;
      const isHeld = onFailure === 'ask' && view.status !== 'CANCELLING';
      return inWave(view, waveId, (wave) => {
        const ended = endWave(withResults(wave, servers), isHeld ? 'HELD' : 'FAILED', at, reasons);
        return isHeld ? beginSpan(without(ended, 'endedAt'), 'HELD', 'HELD', at) : ended;
      });
    }
    case 'WaveSkipped': {
      const { waveId, reason, satisfiesDependants } = fact.data;
      const skipped = inWave(view, waveId, (wave) => {
        const status = wave.status === 'HELD' && !satisfiesDependants ? 'FAILED' : 'SKIPPED';
        return endWave(wave, status, at, reason === '' ? wave.notes : [reason]);
      });
      return settle(skipped, waveId);
    }
  }
};

const foldExecution = (
  view: ExecutionView,
  fact: Exclude<ExecutionFact, { type: 'OperatorNeeded' }>,
  at: number,
): ExecutionView => {
  switch (fact.type) {
    case 'ExecutionAccepted': {
      const { planId, mode, requestedBy, reason = '' } = fact.data;
      return { ...view, planId, mode, requestedBy, reason, startedAt: at };
    }
    case 'ExecutionStarted': {
      const { planId, planVersion, mode, requestedBy, reason, rtoMinutes } = fact.data;
      const rto = rtoMinutes === undefined ? {} : { rtoMinutes };
      return {
        ...view,
        planId,
        planVersion,
        mode,
        requestedBy,
        reason,
        ...rto,
        status: 'RUNNING',
        startedAt: at,
      };
    }
    case 'ExecutionRejected': {
      const faults = fact.data.faults.map(({ path, message, expected }) =>
        [`${path}: ${message}`, expected && `expected ${expected}`].filter(Boolean).join(' — '),
      );
      return { ...end(view, 'REJECTED', at), faults };
    }
    case 'WaveStarted':
    case 'WaveCompleted':
    case 'WaveFailed':
    case 'WaveSkipped':
      return foldWaveInExecution(view, fact, at);
    case 'ExecutionPaused':
      return { ...view, status: 'PAUSED' };
    case 'ExecutionResumed':
      return { ...view, status: 'RUNNING' };
    case 'ExecutionCancelling':
      return { ...view, status: 'CANCELLING' };
    case 'DecisionRefused':
      return { ...view, refusal: `${fact.data.decision}: ${fact.data.reason}` };
    case 'ExecutionCompleted':
      return end(view, fact.data.outcome, at);
    case 'ExecutionFailed':
      return end(view, 'FAILED', at);
    case 'ExecutionCancelled':
      return end(view, 'CANCELLED', at);
  }
};

const ask = (view: ExecutionView, need: NeedView): ExecutionView => ({
  ...view,
  needs: [...view.needs.filter(({ about, waveId }) => about !== need.about || waveId !== need.waveId), need],
});

const foldEvent = (view: ExecutionView, event: ViewEvent): ExecutionView => {
  const at = Date.parse(event.metadata.emittedAt);
  switch (event.type) {
    case 'OperatorNeeded': {
      const { about, why, choices, waveId } = event.data;
      return ask(view, { about, why, choices, ...(waveId !== undefined && { waveId }) });
    }
    case 'CapacityAwaited':
    case 'DRSJobClaimed':
    case 'DRSJobStarted':
    case 'DRSJobRefused':
    case 'DRSJobProgressed':
    case 'DRSJobCompleted':
    case 'DRSJobStuck':
    case 'ActionStarted':
    case 'ActionCompleted':
    case 'ActionFailed':
    case 'WaveStopped':
      return inWave(view, event.data.waveId, (wave) => foldWave(wave, event, at));
    case 'ExecutionAccepted':
    case 'ExecutionStarted':
    case 'ExecutionRejected':
    case 'ExecutionPaused':
    case 'ExecutionResumed':
    case 'ExecutionCancelling':
    case 'ExecutionCompleted':
    case 'ExecutionFailed':
    case 'ExecutionCancelled':
    case 'DecisionRefused':
    case 'WaveStarted':
    case 'WaveCompleted':
    case 'WaveFailed':
    case 'WaveSkipped':
      return foldExecution(view, event, at);
  }
};

/** What events show of an execution that was planned so. They have to be in order. */
export const viewOf = (planned: ExecutionView, events: readonly ViewEvent[]): ExecutionView =>
  events.reduce(foldEvent, planned);

const ended: readonly string[] = ['COMPLETED', 'PARTIAL', 'FAILED', 'CANCELLED', 'REJECTED'];
export const isOver = ({ status }: Pick<ExecutionView, 'status'>): boolean => ended.includes(status);
