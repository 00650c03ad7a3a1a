import type { DecidedBy, ExecutionFact, Fault, FrozenWave } from '../../../contracts/execution-events.ts';
import type { ExecutionView, NeedView, ViewEvent, WaveView } from './execution-view.ts';
import { nearText } from '../../../contracts/near-text.ts';
import { foldWave, withResults } from './fold-wave.ts';
import { blankWave } from './planned-view.ts';
import { beginSpan, endSpans, isAny } from './spans.ts';

const without = <T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> => {
  const { [key]: _gone, ...rest } = value;
  return rest;
};

const inWave = (view: ExecutionView, waveId: string, change: (wave: WaveView) => WaveView): ExecutionView => {
  const known = view.waves.some((wave) => wave.waveId === waveId);
  const waves = known ? view.waves : [...view.waves, blankWave(waveId)];
  return { ...view, waves: waves.map((wave) => (wave.waveId === waveId ? change(wave) : wave)) };
};

/** Changes a wave unless the fact is about an attempt that a later one has replaced. */
const inAttempt = (
  view: ExecutionView,
  { waveId, attempt }: { readonly waveId: string; readonly attempt: number },
  change: (wave: WaveView) => WaveView,
): ExecutionView => inWave(view, waveId, (wave) => (attempt < wave.attempt ? wave : change(wave)));

const settle = (view: ExecutionView, waveId: string): ExecutionView => ({
  ...view,
  needs: view.needs.filter((need) => need.waveId !== waveId),
});

/** A retry may name only the servers that it tries again; what was launched before stays, unless that is to end. */
const withTried = (
  before: WaveView['servers'],
  servers: FrozenWave['servers'],
  isRelaunch: boolean,
): WaveView['servers'] => {
  const tried = new Set(servers.map(({ sourceServerId }) => sourceServerId));
  const kept = before.filter(
    ({ phase, sourceServerId, keepsInstance }) =>
      phase === 'LAUNCHED' || (keepsInstance && !isRelaunch) || !tried.has(sourceServerId),
  );
  const keptIds = new Set(kept.map(({ sourceServerId }) => sourceServerId));
  const fresh = servers
    .filter(({ sourceServerId }) => !keptIds.has(sourceServerId))
    .map(({ sourceServerId, name }) => ({ sourceServerId, name, phase: 'NONE' as const }));
  return [...kept, ...fresh];
};

type WaveStart = Extract<ExecutionFact, { type: 'WaveStarted' }>['data'];

const startWave = (
  wave: WaveView,
  { attempt, definition, relaunch, serverCount = 0 }: WaveStart,
  at: number,
): WaveView => {
  const servers = withTried(attempt === 1 ? [] : wave.servers, definition.servers, relaunch === true);
  return {
    ...without(endSpans(wave, isAny, at), 'endedAt'),
    dependsOn: definition.dependsOn,
    status: 'STARTED',
    attempt,
    servers,
    serversExpected: Math.max(servers.length, serverCount),
    startedAt: wave.startedAt ?? at,
    notes: attempt > 1 ? [`attempt ${attempt}`] : [],
  };
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
      return settle(
        inAttempt(view, fact.data, (wave) => startWave(wave, fact.data, at)),
        fact.data.waveId,
      );
    }
    case 'WaveServersListed':
      return inAttempt(view, fact.data, (wave) => ({
        ...wave,
        servers: withTried(wave.servers, fact.data.servers, fact.data.relaunch === true),
      }));
    case 'WaveResultsListed':
      return inAttempt(view, fact.data, (wave) => withResults(wave, fact.data.servers));
    case 'WaveCompleted': {
      const { waveId, outcome, servers } = fact.data;
      return settle(
        inAttempt(view, fact.data, (wave) => endWave(withResults(wave, servers), outcome, at, [])),
        waveId,
      );
    }
    case 'WaveFailed': {
      const { onFailure, reasons, servers } = fact.data;
      const isHeld = onFailure === 'ask' && view.status !== 'CANCELLING';
      return inAttempt(view, fact.data, (wave) => {
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

const approved = (view: ExecutionView): ExecutionView => ({
  ...without(view, 'awaitedApproval'),
  needs: view.needs.filter(({ about }) => about !== 'approval'),
});

const byWhom = ({ by, reason }: DecidedBy): string => (reason === '' ? `by ${by}` : `by ${by}: ${reason}`);

/** A fault in one line. */
export const faultText = ({ path, message, expected }: Fault): string =>
  `${path === '' ? '' : `${path}: `}${message}${expected === undefined ? '' : ` (valid: ${expected})`}`;

const foldExecution = (
  view: ExecutionView,
  fact: Exclude<ExecutionFact, { type: 'OperatorNeeded' | 'TimeoutNear' }>,
  at: number,
): ExecutionView => {
  switch (fact.type) {
    case 'ExecutionAccepted': {
      const { planId, mode, requestedBy, reason = '' } = fact.data;
      return { ...view, planId, mode, requestedBy, reason, startedAt: at };
    }
    case 'ApprovalAwaited': {
      const { planVersion, planHash, requestedBy, expiresAt } = fact.data;
      const awaitedApproval = { planVersion, planHash, requestedBy, expiresAt: Date.parse(expiresAt) };
      const why = `${requestedBy} asks for a real recovery; a second person has to approve it until ${expiresAt}`;
      const need = { about: 'approval', why, choices: ['approve', 'decline'] };
      return { ...view, planVersion, status: 'AWAITING_APPROVAL', awaitedApproval, needs: [need] };
    }
    case 'ExecutionApproved':
      return { ...approved(view), status: 'REQUESTED', approvedBy: fact.data.by };
    case 'ExecutionStarted': {
      const { planId, planVersion, mode, requestedBy, reason, rtoMinutes, rpoMinutes, allowReplacing } =
        fact.data;
      const rto = rtoMinutes === undefined ? {} : { rtoMinutes };
      const rpo = {
        ...(rpoMinutes !== undefined && { rpoMinutes }),
        ...([...fact.data.overrides, ...(fact.data.warnings ?? [])].includes('lag') && {
          didLag: true as const,
        }),
      };
      return {
        ...view,
        planId,
        planVersion,
        mode,
        requestedBy,
        reason,
        ...rto,
        ...rpo,
        ...(allowReplacing !== undefined && { allowReplacing }),
        status: 'RUNNING',
        startedAt: at,
      };
    }
    case 'ExecutionRejected': {
      return { ...approved(end(view, 'REJECTED', at)), faults: fact.data.faults.map(faultText) };
    }
    case 'WaveStarted':
    case 'WaveServersListed':
    case 'WaveResultsListed':
    case 'WaveCompleted':
    case 'WaveFailed':
    case 'WaveSkipped':
      return foldWaveInExecution(view, fact, at);
    case 'ExecutionPaused':
      return { ...view, status: 'PAUSED', note: byWhom(fact.data) };
    case 'ExecutionResumed':
      return { ...without(view, 'note'), status: 'RUNNING' };
    case 'ExecutionCancelling':
      return { ...view, status: 'CANCELLING', note: byWhom(fact.data) };
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
    case 'TimeoutNear': {
      const { waveId, endsBy } = event.data;
      const note = `the time-out of ${nearText(event.data)} is near, at ${endsBy}`;
      return waveId === undefined
        ? view
        : inWave(view, waveId, (wave) => ({ ...wave, notes: [...wave.notes, note] }));
    }
    case 'CapacityAwaited':
    case 'DRSJobClaimed':
    case 'DRSJobStarted':
    case 'DRSJobRefused':
    case 'DRSJobProgressed':
    case 'DRSJobResultsListed':
    case 'DRSJobCompleted':
    case 'LaunchActionsEnded':
    case 'DRSJobStuck':
    case 'ActionClaimed':
    case 'ActionStarted':
    case 'ActionCompleted':
    case 'ActionFailed':
    case 'WaveStopped':
      return inAttempt(view, event.data, (wave) => foldWave(wave, event, at));
    case 'ExecutionAccepted':
    case 'ApprovalAwaited':
    case 'ExecutionApproved':
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
    case 'WaveServersListed':
    case 'WaveResultsListed':
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
