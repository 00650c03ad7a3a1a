import type { Fact } from '../../contracts/envelope.ts';
import type { ActionStage, ServerPhase, ServerResult, WaveFact } from '../../contracts/wave-events.ts';

/** One DRS job of the current attempt. Instants in epoch ms. */
export interface JobState {
  readonly job: number;
  readonly tryNumber: number;
  /** OPEN: nothing of ours can be running for it. CLAIMED: StartRecovery may have been called. */
  readonly status: 'OPEN' | 'CLAIMED' | 'STARTED' | 'COMPLETED' | 'REFUSED';
  readonly servers: readonly string[];
  readonly claimedAt: number;
  readonly refusals: number;
  /** Claims of which DRS knew no job after their quarantine. */
  readonly lost: number;
  readonly jobId?: string;
  readonly phases: Readonly<Record<string, ServerPhase>>;
  readonly phaseSince: number;
  readonly stuck: boolean;
  readonly message?: string;
}

export const actionStatuses = ['CLAIMED', 'RUNNING', 'AGAIN', 'SUCCEEDED', 'FAILED'] as const;

export interface ActionState {
  readonly stage: ActionStage;
  readonly actionId: string;
  readonly tryNumber: number;
  /** CLAIMED: SSM may have been asked to start it. */
  readonly status: (typeof actionStatuses)[number];
  readonly kind: 'automation' | 'approval' | 'wait';
  readonly startedAt: number;
  readonly endsBy: number;
  readonly automationExecutionId?: string;
  readonly cause?: string;
  readonly message?: string;
  /** Said that its time-out is near. */
  readonly warned?: boolean;
}

/** What a wave's stream says so far. Results of earlier attempts stay; jobs are the current attempt's. */
export interface WaveState {
  readonly attempt: number;
  readonly jobs: readonly JobState[];
  readonly results: Readonly<Record<string, ServerResult & { readonly attempt: number }>>;
  readonly actions: Readonly<Record<string, ActionState>>;
  readonly awaitingCapacity: boolean;
  /** Every DRS job that this wave ever had, of any attempt. */
  readonly jobIds: readonly string[];
  readonly stopped?: string;
  /** Epoch ms. */
  readonly stoppedAt?: number;
  /** Ids of approvers' answers that were acted on or refused: none is handled twice. */
  readonly decisions?: readonly string[];
}

export const initialWave: WaveState = {
  attempt: 0,
  jobs: [],
  results: {},
  actions: {},
  awaitingCapacity: false,
  jobIds: [],
};

export const actionKey = (stage: ActionStage, actionId: string): string => `${stage}/${actionId}`;

/** A new attempt has no jobs yet, and what succeeded before is not done again. */
export const beginAttempt = (state: WaveState, attempt: number): WaveState => {
  if (attempt <= state.attempt) return state;
  const succeeded = Object.entries(state.actions).filter(([, action]) => action.status === 'SUCCEEDED');
  return {
    ...initialWave,
    attempt,
    results: state.results,
    actions: Object.fromEntries(succeeded),
    jobIds: state.jobIds,
    ...(state.decisions && { decisions: state.decisions }),
  };
};

const withJob = (
  state: WaveState,
  job: number,
  change: (before: JobState | undefined) => JobState,
): WaveState => {
  const others = state.jobs.filter((each) => each.job !== job);
  const changed = change(state.jobs.find((each) => each.job === job));
  return { ...state, awaitingCapacity: false, jobs: [...others, changed].sort((a, b) => a.job - b.job) };
};

const withJobId = (state: WaveState, jobId: string, change: (before: JobState) => JobState): WaveState => ({
  ...state,
  jobs: state.jobs.map((each) => (each.jobId === jobId ? change(each) : each)),
});

const withAction = (
  state: WaveState,
  stage: ActionStage,
  actionId: string,
  change: (before: ActionState | undefined) => ActionState,
): WaveState => {
  const key = actionKey(stage, actionId);
  return { ...state, actions: { ...state.actions, [key]: change(state.actions[key]) } };
};

const freshJob = (job: number, tryNumber: number, servers: readonly string[], at: number): JobState => ({
  job,
  tryNumber,
  status: 'CLAIMED',
  servers,
  claimedAt: at,
  refusals: 0,
  lost: 0,
  phases: {},
  phaseSince: at,
  stuck: false,
});

const ended = (
  action: ActionState | undefined,
  stage: ActionStage,
  actionId: string,
  tryNumber: number,
  at: number,
): ActionState =>
  action ?? { stage, actionId, tryNumber, status: 'RUNNING', kind: 'wait', startedAt: at, endsBy: at };

const decided = (state: WaveState, { data }: WaveFact): WaveState => {
  const decisionId = 'decisionId' in data ? data.decisionId : undefined;
  return decisionId === undefined ? state : { ...state, decisions: [...(state.decisions ?? []), decisionId] };
};

const withWarning = (state: WaveState, key: string): WaveState => {
  const action = state.actions[key];
  return action === undefined
    ? state
    : { ...state, actions: { ...state.actions, [key]: { ...action, warned: true } } };
};

/** Folds one fact of the wave's stream. Facts of another kind do not stand in it. */
export const evolveWave = (before: WaveState, fact: WaveFact, at: number): WaveState => {
  const state = decided(beginAttempt(before, fact.data.attempt ?? before.attempt), fact);
  switch (fact.type) {
    case 'CapacityAwaited':
      return { ...state, awaitingCapacity: true };
    case 'DRSJobClaimed':
    case 'DRSJobStarted':
    case 'DRSJobRefused':
      return evolveClaim(state, fact, at);
    case 'DRSJobProgressed':
      return withJobId(state, fact.data.jobId, (job) => ({
        ...job,
        phases: { ...job.phases, ...fact.data.phases },
        phaseSince: at,
        stuck: false,
      }));
    case 'DRSJobStuck':
      return withJobId(state, fact.data.jobId, (job) => ({ ...job, stuck: true }));
    case 'DRSJobCompleted': {
      const { attempt, servers, jobId } = fact.data;
      const results = Object.fromEntries(
        servers.map((server) => [server.sourceServerId, { ...server, attempt }]),
      );
      const completed = withJobId(state, jobId, (job) => ({ ...job, status: 'COMPLETED', phases: {} }));
      return { ...completed, results: { ...state.results, ...results } };
    }
    case 'ActionClaimed':
    case 'ActionStarted':
    case 'ActionCompleted':
    case 'ActionFailed':
      return evolveAction(state, fact, at);
    case 'WaveStopped':
      return { ...state, stopped: fact.data.reason, stoppedAt: at };
    case 'TimeoutNear': {
      const { stage, actionId = '' } = fact.data;
      return withWarning(state, `${stage ?? ''}/${actionId}`);
    }
    case 'DecisionRefused':
    case 'OperatorNeeded':
      return state;
  }
};

export type WaveFactNamed<Name extends WaveFact['type']> = Extract<WaveFact, Fact<Name>>;

const evolveClaim = (
  state: WaveState,
  fact: WaveFactNamed<'DRSJobClaimed' | 'DRSJobStarted' | 'DRSJobRefused'>,
  at: number,
): WaveState => {
  switch (fact.type) {
    case 'DRSJobClaimed': {
      const { job, tryNumber, servers } = fact.data;
      return withJob(state, job, (known) => ({
        ...freshJob(job, tryNumber, servers, at),
        refusals: known?.refusals ?? 0,
        lost: known?.lost ?? 0,
      }));
    }
    case 'DRSJobStarted': {
      const { job, tryNumber, servers, jobId } = fact.data;
      const started = withJob(state, job, (known) => ({
        ...(known ?? freshJob(job, tryNumber, servers, at)),
        status: 'STARTED',
        jobId,
        phaseSince: at,
      }));
      return { ...started, jobIds: [...state.jobIds, jobId] };
    }
    case 'DRSJobRefused': {
      const { job, tryNumber, final, message, cause } = fact.data;
      return withJob(state, job, (known) => {
        const claimed = known ?? freshJob(job, tryNumber, [], at);
        const lost = claimed.lost + (cause === 'not-found-after-quarantine' ? 1 : 0);
        return {
          ...claimed,
          status: final ? 'REFUSED' : 'OPEN',
          refusals: claimed.refusals + 1,
          lost,
          message,
        };
      });
    }
  }
};

const evolveAction = (
  state: WaveState,
  fact: WaveFactNamed<'ActionClaimed' | 'ActionStarted' | 'ActionCompleted' | 'ActionFailed'>,
  at: number,
): WaveState => {
  switch (fact.type) {
    case 'ActionClaimed': {
      const { stage, actionId, tryNumber } = fact.data;
      return withAction(state, stage, actionId, () => ({
        ...{ stage, actionId, tryNumber, status: 'CLAIMED', kind: 'automation' },
        ...{ startedAt: at, endsBy: at },
      }));
    }
    case 'ActionStarted': {
      const { stage, actionId, tryNumber, kind, endsBy, automationExecutionId } = fact.data;
      const id = automationExecutionId === undefined ? {} : { automationExecutionId };
      return withAction(state, stage, actionId, () => ({
        stage,
        actionId,
        tryNumber,
        status: 'RUNNING',
        kind,
        startedAt: at,
        endsBy: Date.parse(endsBy),
        ...id,
      }));
    }
    case 'ActionCompleted': {
      const { stage, actionId, tryNumber } = fact.data;
      return withAction(state, stage, actionId, (known) => ({
        ...ended(known, stage, actionId, tryNumber, at),
        status: 'SUCCEEDED',
      }));
    }
    case 'ActionFailed': {
      const { stage, actionId, tryNumber, final, cause, message } = fact.data;
      return withAction(state, stage, actionId, (known) => ({
        ...ended(known, stage, actionId, tryNumber, at),
        status: final ? 'FAILED' : 'AGAIN',
        cause,
        message,
      }));
    }
  }
};
