import type { CleanUpFact, DrillInstance, ToldInstance } from '../../../../contracts/clean-up-events.ts';
import type { Fact } from '../../../../contracts/envelope.ts';

/** NONE: nothing was said of it. KEPT: a person keeps all instances of the drill. */
export const cleanUpStatuses = ['NONE', 'AWAITED', 'RUNNING', 'COMPLETED', 'FAILED', 'KEPT'] as const;

/** A call of TerminateRecoveryInstances of which more may come. Instants in epoch ms. */
export interface Termination {
  readonly job: number;
  readonly account: string;
  readonly region: string;
  readonly claimedAt: number;
  /** Those that are not known to be gone. */
  readonly instances: readonly DrillInstance[];
  /** Of DRS; absent until DRS has accepted the call. */
  readonly jobId?: string;
}

/** How often an instance was claimed without being gone since, and when last. */
export interface Tries {
  readonly tries: number;
  readonly at: number;
  /** Refusals of calls with others: it is tried among fewer. */
  readonly conflicts: number;
}

/** The actions of the plan before its clean-up, in this run. Instants in epoch ms. */
export interface ActionsFirst {
  /** DUE: to be begun, and no instance is ended before. SKIPPED: a person wanted none of them. */
  readonly status: 'DUE' | 'STARTED' | 'COMPLETED' | 'FAILED' | 'STOPPED' | 'SKIPPED';
  readonly startedAt?: number;
  /** The instances that they are given, and the only ones that the run ends; absent where they refer to no servers. */
  readonly instances?: readonly ToldInstance[];
}

/** What a drill has reversed is stopped and deleted, in this run. */
export interface UndoState {
  readonly status: 'STARTED' | 'COMPLETED' | 'FAILED' | 'STOPPED';
  /** Epoch ms. */
  readonly startedAt: number;
  readonly servers: readonly string[];
}

/** What the stream of a drill's clean-up says so far: no larger than what is under way. */
export interface CleanUpState {
  readonly status: (typeof cleanUpStatuses)[number];
  readonly policy?: 'auto' | 'ask';
  readonly awaitedAt: number;
  readonly dueAt: number;
  /** Said that it is due soon, or asked an operator. */
  readonly told: boolean;
  readonly run: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Absent where the plan has none. */
  readonly actions?: ActionsFirst;
  /** Absent before the last instance is ended, and of all but the drill of a failback. */
  readonly undo?: UndoState;
  /** When the run or its terminations began, or an instance was last gone. */
  readonly progressAt: number;
  readonly jobs: readonly Termination[];
  readonly jobsClaimed: number;
  /** Where the next call waits for the DRS quota, as `account/region`; absent where none does. */
  readonly queuedIn?: readonly string[];
  readonly tries: Readonly<Record<string, Tries>>;
  /** What the last call that left instances came to. */
  readonly problem?: string;
  /** Of this run. */
  readonly terminated: number;
  readonly ranMinutes: number;
  /** Who keeps all instances. */
  readonly keptBy?: string;
  /** Who keeps single instances. */
  readonly kept: Readonly<Record<string, string>>;
  /** Ids of decisions that were acted on or refused: none is handled twice. */
  readonly decisions: readonly string[];
}

export const initialCleanUp: CleanUpState = {
  status: 'NONE',
  awaitedAt: 0,
  dueAt: 0,
  told: false,
  run: 0,
  startedAt: 0,
  endedAt: 0,
  progressAt: 0,
  jobs: [],
  jobsClaimed: 0,
  tries: {},
  terminated: 0,
  ranMinutes: 0,
  kept: {},
  decisions: [],
};

export type CleanUpFactNamed<Name extends CleanUpFact['type']> = Extract<CleanUpFact, Fact<Name>>;

const decided = (state: CleanUpState, decisionId: string | undefined): CleanUpState =>
  decisionId === undefined ? state : { ...state, decisions: [...state.decisions, decisionId] };

const keeping = (state: CleanUpState, { data }: CleanUpFactNamed<'DrillKept'>, at: number): CleanUpState => {
  const { by, decisionId, instances } = data;
  if (instances !== undefined) {
    const kept = { ...state.kept, ...Object.fromEntries(instances.map((id) => [id, by])) };
    return decided({ ...state, kept }, decisionId);
  }
  const isUnderWay = state.status === 'RUNNING';
  const ended = isUnderWay ? {} : { status: 'KEPT' as const, endedAt: at };
  return decided({ ...state, keptBy: by, ...ended }, decisionId);
};

const starting = (
  state: CleanUpState,
  { data }: CleanUpFactNamed<'CleanUpStarted'>,
  at: number,
): CleanUpState => {
  const before = unqueued(state);
  const { keptBy: _keeper, problem: _problem, actions: _actions, undo: _undo, kept, ...rest } = before;
  const actions = data.actions && {
    status: data.actions === 'first' ? ('DUE' as const) : ('SKIPPED' as const),
  };
  const begun: CleanUpState = {
    ...rest,
    status: 'RUNNING',
    run: data.run,
    ...{ startedAt: at, progressAt: at, endedAt: 0, terminated: 0, ranMinutes: 0 },
    tries: {},
    kept: data.includesKept ? {} : kept,
    ...(actions !== undefined && { actions }),
  };
  return decided(begun, data.decidedBy?.decisionId);
};

/** An account and Region, in which one call goes on at a time. */
export const placeKey = ({
  account,
  region,
}: {
  readonly account: string;
  readonly region: string;
}): string => `${account}/${region}`;

/** Nothing waits in this place any more; without one, in none. */
const unqueued = (
  { queuedIn = [], ...state }: CleanUpState,
  place?: { readonly account: string; readonly region: string },
): CleanUpState => {
  const left = place === undefined ? [] : queuedIn.filter((key) => key !== placeKey(place));
  return { ...state, ...(left.length > 0 && { queuedIn: left }) };
};

const withoutJob = (state: CleanUpState, job: number): readonly Termination[] =>
  state.jobs.filter((each) => each.job !== job);

const claiming = (
  state: CleanUpState,
  { data }: CleanUpFactNamed<'TerminationClaimed'>,
  at: number,
): CleanUpState => {
  const { job, account, region, instances } = data;
  const tried = instances.map(({ instanceId }): [string, Tries] => {
    const { tries = 0, conflicts = 0 } = state.tries[instanceId] ?? {};
    return [instanceId, { tries: tries + 1, at, conflicts }];
  });
  return {
    ...unqueued(state, { account, region }),
    jobs: [...state.jobs, { job, account, region, claimedAt: at, instances }],
    jobsClaimed: job,
    tries: { ...state.tries, ...Object.fromEntries(tried) },
  };
};

const losing = (
  state: CleanUpState,
  { data }: CleanUpFactNamed<'InstanceTerminated'>,
  at: number,
): CleanUpState => {
  const { [data.instanceId]: _gone, ...tries } = state.tries;
  return {
    ...state,
    progressAt: at,
    tries,
    terminated: state.terminated + 1,
    ranMinutes: state.ranMinutes + (data.ranMinutes ?? 0),
    jobs: state.jobs.map((job) =>
      job.job === data.job
        ? { ...job, instances: job.instances.filter(({ instanceId }) => instanceId !== data.instanceId) }
        : job,
    ),
  };
};

const ending = (
  state: CleanUpState,
  { data }: CleanUpFactNamed<'TerminationEnded'>,
  at: number,
): CleanUpState => {
  const isConflict = data.cause === 'conflict';
  const tried = data.left.map((id): [string, Tries] => {
    const { tries = 1, conflicts = 0 } = state.tries[id] ?? {};
    return [id, { tries, at, conflicts: conflicts + (isConflict ? 1 : 0) }];
  });
  return {
    ...state,
    jobs: withoutJob(state, data.job),
    tries: { ...state.tries, ...Object.fromEntries(tried) },
    ...(data.cause !== 'done' && { problem: data.message }),
  };
};

/** Folds one fact of the stream of a clean-up, said at `at` (epoch ms). */
export const evolveCleanUp = (state: CleanUpState, fact: CleanUpFact, at: number): CleanUpState => {
  switch (fact.type) {
    case 'CleanUpAwaited': {
      const { policy, dueAt } = fact.data;
      return { ...state, status: 'AWAITED', policy, awaitedAt: at, dueAt: Date.parse(dueAt) };
    }
    case 'DrillExtended':
      return decided(
        { ...state, dueAt: Date.parse(fact.data.dueAt), awaitedAt: at, told: false },
        fact.data.decisionId,
      );
    case 'DrillKept':
      return keeping(state, fact, at);
    case 'CleanUpStarted':
      return starting(state, fact, at);
    case 'CleanUpQueued':
      return { ...state, queuedIn: [...(state.queuedIn ?? []), placeKey(fact.data)] };
    case 'CleanUpActionsStarted':
      return {
        ...state,
        actions: {
          ...{ status: 'STARTED', startedAt: at },
          ...(fact.data.instances && { instances: fact.data.instances }),
        },
      };
    case 'CleanUpActionsEnded':
      return { ...state, progressAt: at, actions: { ...state.actions, status: fact.data.outcome } };
    case 'CleanUpUndoStarted': {
      const servers = fact.data.definition.servers.map(({ sourceServerId }) => sourceServerId);
      return { ...state, undo: { status: 'STARTED', startedAt: at, servers } };
    }
    case 'CleanUpUndoEnded':
      return {
        ...state,
        progressAt: at,
        ...(state.undo && { undo: { ...state.undo, status: fact.data.outcome } }),
      };
    case 'TerminationClaimed':
      return claiming(state, fact, at);
    case 'TerminationStarted':
      return {
        ...state,
        jobs: state.jobs.map((job) => (job.job === fact.data.job ? { ...job, jobId: fact.data.jobId } : job)),
      };
    case 'InstanceTerminated':
      return losing(state, fact, at);
    case 'TerminationEnded':
      return ending(state, fact, at);
    case 'CleanUpCompleted':
      return {
        ...unqueued(state),
        status: state.keptBy === undefined ? 'COMPLETED' : 'KEPT',
        endedAt: at,
        tries: {},
      };
    case 'CleanUpFailed':
      return { ...unqueued(state), status: 'FAILED', endedAt: at, tries: {} };
    case 'TimeoutNear':
      return { ...state, told: true };
    case 'OperatorNeeded':
      return fact.data.about === 'clean-up-due' ? { ...state, told: true } : state;
    case 'DecisionRefused':
      return decided(state, fact.data.decisionId);
  }
};

/** Whether the plan's actions before the clean-up keep it from ending any instance: they are due, go on, or did not succeed. */
export const awaitsActions = ({ actions }: Pick<CleanUpState, 'actions'>): boolean =>
  actions !== undefined && actions.status !== 'COMPLETED' && actions.status !== 'SKIPPED';

/** Whether the actions refer to the instances that are ended after them, and this one is not among those that they were given. */
export const isUntold = ({ actions }: Pick<CleanUpState, 'actions'>, id: string): boolean =>
  actions?.instances?.every(({ instanceId }) => instanceId !== id) === true;

/** Whether those actions go on: the wave that holds them is theirs to change. */
export const runsActions = ({ status, actions }: Pick<CleanUpState, 'status' | 'actions'>): boolean =>
  status === 'RUNNING' && actions?.status === 'STARTED';

/** Whether what the drill has reversed is being stopped and deleted: the wave that does it is another service's to change. */
export const undoes = ({ status, undo }: Pick<CleanUpState, 'status' | 'undo'>): boolean =>
  status === 'RUNNING' && undo?.status === 'STARTED';

/** Whether instances of the drill are still to be ended, or a person has to say what becomes of them. */
export const isCleanUpOpen = ({ status }: Pick<CleanUpState, 'status'>): boolean =>
  status === 'AWAITED' || status === 'RUNNING' || status === 'FAILED';

/** After so long beyond its time an alarm tells of instances that still run. */
const overdueAfterMs = 3_600_000;

/** Whether instances of the drill outlive their time. */
export const isCleanUpOverdue = (state: CleanUpState, now: number): boolean => {
  if (state.status === 'AWAITED') return now >= state.dueAt + overdueAfterMs;
  return isCleanUpOpen(state) && now >= state.startedAt + overdueAfterMs;
};
