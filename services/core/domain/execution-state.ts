import type { Fact } from '../../../contracts/envelope.ts';
import { executionStatuses } from '../../../contracts/execution-status.ts';
import type { ExecutionFact, ExecutionRequest, FrozenStop } from '../../../contracts/execution-events.ts';
import { phaseOf } from './failback/homeward-waves.ts';
import { countsOf } from './success-policy.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { CleanUp } from '../../../contracts/plan.ts';

/** NONE: there is no such execution. */
export const executionStates = ['NONE', ...executionStatuses] as const;
export type ExecutionStatus = (typeof executionStates)[number];

/** HELD: failed, and an operator has to say what follows. */
export const progressStatuses = ['STARTED', 'COMPLETED', 'PARTIAL', 'FAILED', 'HELD', 'SKIPPED'] as const;

/** A wave's place in its execution; a wave that has none yet waits for its dependencies. */
export interface WaveProgress {
  readonly status: (typeof progressStatuses)[number];
  readonly attempt: number;
  readonly startedAt: number;
  /** Whether waves that depend on it may start. */
  readonly satisfied: boolean;
  readonly launched: number;
  readonly failed: number;
  readonly timedOut: boolean;
  /** It is complete, and when it became so DRS had still to call jobs of it COMPLETED. */
  readonly hadRunningJobs?: true;
  /** Said that its time-out is near; absent before. */
  readonly warned?: boolean;
  /** Failed, and every server that it misses runs as an instance. */
  readonly needsRelaunch?: boolean;
  /** Since when it was held last, epoch ms. */
  readonly heldAt?: number;
  /** It is a phase of a failback that launches nothing. */
  readonly isPhase?: true;
  /** Its present attempt launches also servers again whose instance runs. */
  readonly relaunch?: boolean;
}

export interface ExecutionState {
  readonly status: ExecutionStatus;
  readonly requestId: string;
  /** As it was asked for. */
  readonly request?: ExecutionRequest;
  /** Of a real recovery that needs a second person: until when one may approve (epoch ms), and who did. */
  readonly approval?: { readonly expiresAt: number; readonly approvedBy?: string };
  readonly planId: string;
  readonly planVersion: number;
  readonly planHash: string;
  readonly frozenHash: string;
  readonly mode: Mode;
  readonly requestedBy: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly rtoMinutes: number;
  /** The request said that drills may destroy what real recoveries brought up. */
  readonly drillsOverRecovery?: true;
  /** Instances that launches of this drill may end or overwrite: the request named them. */
  readonly allowReplacing?: readonly string[];
  /** Of a drill: what its plan says of its instances once it has ended. */
  readonly cleanUp?: CleanUp;
  /** Of a drill: its plan has actions before its instances are ended. */
  readonly beforeCleanUp?: true;
  /** Alarms that are looked at while it runs. */
  readonly stopWhen?: readonly FrozenStop[];
  /** It brings home what a recovery launched. */
  readonly direction?: 'failback';
  /** When those of them that it has heard of went to ALARM, epoch ms, by account, Region and name. */
  readonly alarms?: Readonly<Record<string, number>>;
  readonly waveCount: number;
  readonly waves: Readonly<Record<string, WaveProgress>>;
  /** Waves that have started and not ended, and waves that are held. */
  readonly active: number;
  readonly concluded: number;
  /** A wave failed under the policy `stop`. */
  readonly stopping: boolean;
  readonly timedOut: boolean;
  readonly warned?: boolean;
  /** While it is paused: who paused it, why, and when (epoch ms). */
  readonly paused?: {
    readonly by: string;
    readonly reason: string;
    readonly at: number;
    /** Those that paused it, where no person did, and when they open again (epoch ms), where that is known. */
    readonly calendars?: readonly string[];
    readonly opensAt?: number;
    /** When they were seen to be open, epoch ms. */
    readonly openedAt?: number;
  };
  /** Change Calendars that hold up its waves if it is a drill. */
  readonly calendars?: readonly string[];
  /** Until when a person has accepted that they are closed, epoch ms. */
  readonly calendarsAcceptedUntil?: number;
  /** How many notes it has; absent: none. */
  readonly notes?: number;
  /** To whom it was handed over last, by whom, and when (epoch ms); absent: whoever requested it is in charge. */
  readonly inCharge?: { readonly name: string; readonly from: string; readonly since: number };
  /** Ids of the decisions that were acted on or refused: none is handled twice. */
  readonly decisions: readonly string[];
}

export const initialExecution: ExecutionState = {
  status: 'NONE',
  requestId: '',
  planId: '',
  planVersion: 0,
  planHash: '',
  frozenHash: '',
  mode: 'DRILL',
  requestedBy: '',
  startedAt: 0,
  endedAt: 0,
  rtoMinutes: 0,
  waveCount: 0,
  waves: {},
  active: 0,
  concluded: 0,
  stopping: false,
  timedOut: false,
  decisions: [],
};

export const isTerminal = (status: ExecutionStatus): boolean =>
  ['REJECTED', 'COMPLETED', 'PARTIAL', 'FAILED', 'CANCELLED'].includes(status);

/** Whether it is still with the intake. */
export const isBeforeStart = ({ status }: Pick<ExecutionState, 'status'>): boolean =>
  ['NONE', 'REQUESTED', 'AWAITING_APPROVAL'].includes(status);

const fresh: WaveProgress = {
  status: 'STARTED',
  attempt: 0,
  startedAt: 0,
  satisfied: false,
  launched: 0,
  failed: 0,
  timedOut: false,
};
const isActive = (status: WaveProgress['status'] | undefined): number =>
  status === 'STARTED' || status === 'HELD' ? 1 : 0;
const isConcluded = (status: WaveProgress['status'] | undefined): number =>
  status === undefined || status === 'STARTED' || status === 'HELD' ? 0 : 1;

/** Whether none of its waves is still to begin. */
export const hasBegunAllWaves = ({ active, concluded, waveCount }: ExecutionState): boolean =>
  active + concluded >= waveCount;

const withWave = (state: ExecutionState, waveId: string, change: Partial<WaveProgress>): ExecutionState => {
  const before = state.waves[waveId];
  const after = { ...(before ?? fresh), ...change };
  return {
    ...state,
    waves: { ...state.waves, [waveId]: after },
    active: state.active + isActive(after.status) - isActive(before?.status),
    concluded: state.concluded + isConcluded(after.status) - isConcluded(before?.status),
  };
};

const decided = (state: ExecutionState, decisionId: string | undefined): ExecutionState =>
  decisionId === undefined ? state : { ...state, decisions: [...state.decisions, decisionId] };

const pauseOf = (
  { by, reason, calendars, opensAt }: FactNamed<'ExecutionPaused'>['data'],
  at: number,
): NonNullable<ExecutionState['paused']> => ({
  ...{ by, reason, at },
  ...(calendars !== undefined && { calendars }),
  ...(opensAt !== undefined && { opensAt: Date.parse(opensAt) }),
});
const risesIn = ({ alarms }: FactNamed<'AlarmRaised'>['data']): Readonly<Record<string, number>> =>
  Object.fromEntries(
    alarms.map(({ account, region, name, since }) => [`${account}/${region}/${name}`, Date.parse(since)]),
  );
const unpaused = ({ paused: _paused, ...state }: ExecutionState): ExecutionState => state;
const noted = (
  state: ExecutionState,
  { data: { decisionId, by, to } }: FactNamed<'NoteAdded'>,
  at: number,
): ExecutionState => ({
  ...decided(state, decisionId),
  notes: (state.notes ?? 0) + 1,
  ...(to !== undefined && { inCharge: { name: to, from: by, since: at } }),
});
/** For so long a resumption holds where nobody knows when a calendar opens again. */
const acceptedMs = 3_600_000;

/** Until when a person who resumes at `at` has accepted what held the drill up; undefined for any other pause. */
const acceptedUntil = ({ paused }: Pick<ExecutionState, 'paused'>, at: number): number | undefined =>
  paused?.calendars === undefined ? undefined : (paused.openedAt ?? paused.opensAt ?? at + acceptedMs);

const resumed = (state: ExecutionState, at: number): ExecutionState => {
  const calendarsAcceptedUntil = acceptedUntil(state, at);
  const running = { ...unpaused(state), status: 'RUNNING' as const };
  return calendarsAcceptedUntil === undefined ? running : { ...running, calendarsAcceptedUntil };
};

/** Folds one fact of the execution's stream, said at `at` (epoch ms). */
export const evolveExecution = (state: ExecutionState, fact: ExecutionFact, at: number): ExecutionState => {
  switch (fact.type) {
    case 'ExecutionAccepted':
    case 'ApprovalAwaited':
    case 'ExecutionApproved':
    case 'ExecutionStarted':
    case 'ExecutionRejected':
      return evolveIntake(state, fact, at);
    case 'WaveStarted':
    case 'WaveCompleted':
    case 'WaveResultsChanged':
    case 'WaveFailed':
    case 'WaveSkipped':
      return evolveProgress(state, fact, at);
    case 'WaveServersListed':
    case 'WaveResultsListed':
      return state;
    case 'ExecutionPaused':
      return decided({ ...state, status: 'PAUSED', paused: pauseOf(fact.data, at) }, fact.data.decisionId);
    case 'CalendarsOpened':
      return state.paused === undefined ? state : { ...state, paused: { ...state.paused, openedAt: at } };
    case 'ExecutionResumed':
      return decided(resumed(state, at), fact.data.decisionId);
    case 'ExecutionCancelling':
      return decided({ ...unpaused(state), status: 'CANCELLING' }, fact.data.decisionId);
    case 'AlarmRaised':
      return { ...state, alarms: { ...state.alarms, ...risesIn(fact.data) } };
    case 'NoteAdded':
      return noted(state, fact, at);
    case 'DecisionRefused':
      return decided(state, fact.data.decisionId);
    case 'TimeoutNear':
      return fact.data.waveId === undefined
        ? { ...state, warned: true }
        : withWave(state, fact.data.waveId, { warned: true });
    case 'OperatorNeeded':
      if (fact.data.about === 'execution-timed-out') return { ...state, timedOut: true };
      return fact.data.about === 'wave-timed-out' && fact.data.waveId !== undefined
        ? withWave(state, fact.data.waveId, { timedOut: true })
        : state;
    case 'ExecutionCompleted':
      return { ...state, status: fact.data.outcome, endedAt: at };
    case 'ExecutionFailed':
      return { ...state, status: 'FAILED', endedAt: at };
    case 'ExecutionCancelled':
      return { ...state, status: 'CANCELLED', endedAt: at };
  }
};

type FactNamed<Name extends ExecutionFact['type']> = Extract<ExecutionFact, Fact<Name>>;

const evolveIntake = (
  state: ExecutionState,
  fact: FactNamed<
    'ExecutionAccepted' | 'ApprovalAwaited' | 'ExecutionApproved' | 'ExecutionStarted' | 'ExecutionRejected'
  >,
  at: number,
): ExecutionState => {
  switch (fact.type) {
    case 'ExecutionAccepted':
      return {
        ...state,
        status: 'REQUESTED',
        requestId: fact.data.requestId,
        planId: fact.data.planId,
        mode: fact.data.mode,
        requestedBy: fact.data.requestedBy,
        request: fact.data,
        startedAt: at,
      };
    case 'ApprovalAwaited': {
      const { planVersion, planHash, expiresAt } = fact.data;
      const approval = { expiresAt: Date.parse(expiresAt) };
      return { ...state, status: 'AWAITING_APPROVAL', planVersion, planHash, approval };
    }
    case 'ExecutionApproved': {
      const approval = { expiresAt: 0, ...state.approval, approvedBy: fact.data.by };
      return decided({ ...state, status: 'REQUESTED', approval }, fact.data.decisionId);
    }
    case 'ExecutionStarted': {
      const { requestId, planId, planVersion, planHash, frozenHash, mode, requestedBy, waveCount } =
        fact.data;
      const plan = { requestId, planId, planVersion, planHash, frozenHash, mode, requestedBy, waveCount };
      const overrides = fact.data.overrides.includes('drill-over-recovery') && {
        drillsOverRecovery: true as const,
      };
      const { allowReplacing, cleanUp, beforeCleanUp, calendars, stopWhen, direction } = fact.data;
      return {
        ...state,
        ...plan,
        ...overrides,
        ...(allowReplacing !== undefined && { allowReplacing }),
        ...(cleanUp !== undefined && { cleanUp }),
        ...(beforeCleanUp && { beforeCleanUp }),
        ...(calendars !== undefined && { calendars }),
        ...(stopWhen !== undefined && { stopWhen }),
        ...(direction !== undefined && { direction }),
        status: 'RUNNING',
        rtoMinutes: fact.data.rtoMinutes ?? 0,
        startedAt: at,
      };
    }
    case 'ExecutionRejected': {
      const { requestId, planId, decidedBy } = fact.data;
      const startedAt = state.startedAt || at;
      const rejected = { ...state, status: 'REJECTED' as const, requestId, planId, startedAt, endedAt: at };
      return decided(rejected, decidedBy?.decisionId);
    }
  }
};

const evolveProgress = (
  state: ExecutionState,
  fact: FactNamed<'WaveStarted' | 'WaveCompleted' | 'WaveResultsChanged' | 'WaveFailed' | 'WaveSkipped'>,
  at: number,
): ExecutionState => {
  switch (fact.type) {
    case 'WaveStarted': {
      const { waveId, attempt, decidedBy, relaunch, definition } = fact.data;
      const before = state.waves[waveId];
      return decided(
        withWave(state, waveId, {
          status: 'STARTED',
          attempt,
          startedAt: at,
          timedOut: false,
          ...(before?.warned === true && { warned: false }),
          ...(before?.needsRelaunch === true && { needsRelaunch: false }),
          ...(phaseOf(definition) !== undefined && { isPhase: true as const }),
          ...((relaunch ?? before?.relaunch) !== undefined && { relaunch: relaunch ?? false }),
        }),
        decidedBy?.decisionId,
      );
    }
    case 'WaveCompleted':
      return withWave(state, fact.data.waveId, {
        status: fact.data.outcome,
        satisfied: true,
        ...(fact.data.runningJobs !== undefined && { hadRunningJobs: true as const }),
        ...(fact.data.counts ?? countsOf(fact.data.servers)),
      });
    case 'WaveResultsChanged':
      return withWave(state, fact.data.waveId, { status: fact.data.outcome, ...fact.data.counts });
    case 'WaveFailed': {
      const held = fact.data.onFailure === 'ask' && state.status !== 'CANCELLING';
      const after = withWave(state, fact.data.waveId, {
        status: held ? 'HELD' : 'FAILED',
        satisfied: false,
        ...(held && { heldAt: at }),
        ...(fact.data.needsRelaunch && { needsRelaunch: true }),
        ...(fact.data.counts ?? countsOf(fact.data.servers)),
      });
      return { ...after, stopping: state.stopping || fact.data.onFailure === 'stop' };
    }
    case 'WaveSkipped': {
      const { waveId, satisfiesDependants, decidedBy } = fact.data;
      const wasHeld = state.waves[waveId]?.status === 'HELD';
      const status = wasHeld && !satisfiesDependants ? 'FAILED' : 'SKIPPED';
      return decided(
        withWave(state, waveId, { status, satisfied: satisfiesDependants }),
        decidedBy?.decisionId,
      );
    }
  }
};
