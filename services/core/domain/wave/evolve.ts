import type { Fact } from '../../../../contracts/envelope.ts';
import type { TrafficMove } from '../../../../contracts/traffic.ts';
import type { ActionStage, LaunchAction, WaveFact } from '../../../../contracts/wave-events.ts';
import { evolveHomeward, initialHomeward, type HomewardFact } from '../failback/homeward-state.ts';
import {
  actionKey,
  beginAttempt,
  type ActionState,
  type JobState,
  type LaunchActionsState,
  type WaveState,
} from './state.ts';

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

const letters = { PENDING: '', IN_PROGRESS: 'R', SUCCEEDED: 'S', FAILED: 'F' } as const;

/** The runs of a server's launch actions, a letter each. */
export const lettersOf = (actions: readonly LaunchAction[]): string =>
  actions
    .map(({ status, optional }) => (optional ? letters[status].toLowerCase() : letters[status]))
    .join('');

const withLaunchActions = (
  job: JobState,
  { launchActions = {}, expected, unread }: WaveFactNamed<'DRSJobProgressed'>['data'],
): JobState => {
  if (expected === undefined && unread === undefined && job.launchActions === undefined) return job;
  const known = job.launchActions ?? {};
  const ids = new Set([...Object.keys(expected ?? {}), ...Object.keys(launchActions)]);
  const changed = [...ids].map((id): readonly [string, LaunchActionsState] => [
    id,
    {
      expected: expected?.[id] ?? known[id]?.expected ?? 0,
      runs: launchActions[id] === undefined ? (known[id]?.runs ?? '') : lettersOf(launchActions[id]),
    },
  ]);
  return {
    ...job,
    launchActions: { ...known, ...Object.fromEntries(changed) },
    ...(unread !== undefined && { unread }),
  };
};

/** Of a job that has ended only what is awaited is kept. */
const awaitingOnly = (job: JobState, awaiting: readonly string[]): JobState => {
  const { awaiting: _before, settled: _settled, launchActions = {}, ...rest } = job;
  if (awaiting.length === 0) return { ...rest, phases: {} };
  const kept = <T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(entries).filter(([id]) => awaiting.includes(id)));
  return { ...rest, phases: kept(job.phases), launchActions: kept(launchActions), awaiting };
};

const withResults = (
  state: WaveState,
  {
    data: { attempt, servers },
  }: WaveFactNamed<
    | 'DRSJobResultsListed'
    | 'ServerLaunchesEnded'
    | 'DRSJobCompleted'
    | 'LaunchActionsEnded'
    | 'HomewardServersEnded'
  >,
): WaveState => ({
  ...state,
  results: {
    ...state.results,
    ...Object.fromEntries(servers.map((server) => [server.sourceServerId, { ...server, attempt }])),
  },
});

/** What a call of this execution has reversed counts through all attempts. */
const withReversals = (state: WaveState, fact: HomewardFact): WaveState => {
  if (fact.type !== 'HomewardCallsEnded') return state;
  const made = fact.data.calls.filter(
    ({ operation, outcome }) => operation === 'ReverseReplication' && outcome === 'done',
  );
  const ids = made.map(({ sourceServerId }) => sourceServerId);
  return ids.length === 0 ? state : { ...state, madeReversed: [...(state.madeReversed ?? []), ...ids] };
};

const homewardOf = (state: WaveState, fact: HomewardFact, at: number): WaveState => {
  const after = withReversals(state, fact);
  const homeward = evolveHomeward(state.homeward ?? initialHomeward, fact, at);
  return fact.type === 'HomewardServersEnded'
    ? withResults({ ...after, homeward }, fact)
    : { ...after, homeward };
};

/** How servers of jobs ended, and jobs with them. */
const evolveResults = (
  state: WaveState,
  fact: WaveFactNamed<
    'DRSJobResultsListed' | 'ServerLaunchesEnded' | 'DRSJobCompleted' | 'LaunchActionsEnded'
  >,
  at: number,
): WaveState => {
  switch (fact.type) {
    case 'DRSJobResultsListed':
      return withResults(state, fact);
    case 'ServerLaunchesEnded':
      return withResults(
        withJobId(state, fact.data.jobId, ({ launchActions: _ended, ...job }) => ({
          ...job,
          ...{ settled: true, phases: {}, phaseSince: at, stuck: false },
        })),
        fact,
      );
    case 'DRSJobCompleted': {
      const { jobId, awaiting = [] } = fact.data;
      const completed = withJobId(state, jobId, (job) => ({
        ...awaitingOnly(job, awaiting),
        status: 'COMPLETED',
        ...(awaiting.length > 0 && { phaseSince: at }),
      }));
      return withResults(completed, fact);
    }
    case 'LaunchActionsEnded': {
      const { jobId, servers } = fact.data;
      const ended = new Set(servers.map(({ sourceServerId }) => sourceServerId));
      const left = withJobId(state, jobId, (job) =>
        awaitingOnly(
          job,
          (job.awaiting ?? []).filter((id) => !ended.has(id)),
        ),
      );
      return withResults(left, fact);
    }
  }
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
        ...withLaunchActions(job, fact.data),
        phases: { ...job.phases, ...fact.data.phases },
        phaseSince: at,
        stuck: false,
      }));
    case 'DRSJobStuck':
      return withJobId(state, fact.data.jobId, (job) => ({ ...job, stuck: true }));
    case 'DRSJobResultsListed':
    case 'ServerLaunchesEnded':
    case 'DRSJobCompleted':
    case 'LaunchActionsEnded':
      return evolveResults(state, fact, at);
    case 'ReversedServersFound':
      return { ...state, reversed: fact.data.reversed };
    case 'HomewardCallsClaimed':
    case 'HomewardCallsEnded':
    case 'HomewardServersEnded':
    case 'HomewardProgressed':
    case 'ReplicationStalled':
      return homewardOf(state, fact, at);
    case 'ActionClaimed':
    case 'ActionStarted':
    case 'ActionProgressed':
    case 'TaskReportRefused':
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

export type ActionFact = WaveFactNamed<
  | 'ActionClaimed'
  | 'ActionStarted'
  | 'ActionProgressed'
  | 'TaskReportRefused'
  | 'ActionCompleted'
  | 'ActionFailed'
>;

const withMoves = (state: WaveState, key: string, moves: readonly TrafficMove[] | undefined): WaveState =>
  moves === undefined ? state : { ...state, moves: { ...state.moves, [key]: moves } };

const heartbeat = (heartbeatBy: string | undefined) =>
  heartbeatBy === undefined ? {} : { heartbeatBy: Date.parse(heartbeatBy) };

const evolveAction = (state: WaveState, fact: ActionFact, at: number): WaveState => {
  switch (fact.type) {
    case 'ActionClaimed': {
      const { stage, actionId, tryNumber, moves } = fact.data;
      return withAction(withMoves(state, actionKey(stage, actionId), moves), stage, actionId, () => ({
        ...{ stage, actionId, tryNumber, status: 'CLAIMED' },
        ...{ startedAt: at, endsBy: at },
      }));
    }
    case 'ActionStarted': {
      const { stage, actionId, tryNumber, kind, endsBy, heartbeatBy } = fact.data;
      const { automationExecutionId, taskId, durableExecutionArn, changeId } = fact.data;
      return withAction(state, stage, actionId, () => ({
        stage,
        actionId,
        tryNumber,
        status: 'RUNNING',
        kind,
        startedAt: at,
        endsBy: Date.parse(endsBy),
        ...(automationExecutionId !== undefined && { automationExecutionId }),
        ...(taskId !== undefined && { taskId }),
        ...(durableExecutionArn !== undefined && { durableExecutionArn }),
        ...(changeId !== undefined && { changeId }),
        ...heartbeat(heartbeatBy),
      }));
    }
    case 'ActionProgressed': {
      const { stage, actionId, tryNumber, heartbeatBy, message } = fact.data;
      return withAction(state, stage, actionId, (known) => ({
        ...ended(known, stage, actionId, tryNumber, at),
        heardAt: at,
        progress: message,
        ...heartbeat(heartbeatBy),
      }));
    }
    case 'TaskReportRefused': {
      const { stage, actionId, tryNumber } = fact.data;
      return withAction(state, stage, actionId, (known) => ({
        ...ended(known, stage, actionId, tryNumber, at),
        refusedReports: (known?.refusedReports ?? 0) + 1,
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
