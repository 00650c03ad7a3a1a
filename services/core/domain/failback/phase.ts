import type { Homeward } from '../../../../contracts/execution-events.ts';
import { backoffMs } from '../../kernel/backoff.ts';
import { nextCallOf, type HomewardCall } from './next-call.ts';
import { machineAtHome, wayHomeOf, wayHomeStages, type Look, type WayHomeStage } from './way-home.ts';

/** What a wave of a failback does with its servers, beside launching them. */
export type Phase = Exclude<Homeward['phase'], 'launch'>;

/** A call of DRS that a phase makes for a server; no phase launches. */
export interface PhaseCall extends HomewardCall {
  readonly operation: Exclude<HomewardCall['operation'], 'StartRecovery'>;
  readonly sourceServerId: string;
}

/** A call of which nobody has said yet what came of it. Whoever saved its claim makes it once. */
export interface OpenCall extends PhaseCall {
  /** Epoch ms. */
  readonly claimedAt: number;
}

/**
 * done: a look shows its effect. lost: none does, long after the claim. conflict, invalid: DRS said that it did
 * nothing, which a later call may change, or none.
 */
export type CallOutcome =
  | { readonly outcome: 'done' | 'lost' }
  | { readonly outcome: 'conflict' | 'invalid'; readonly message: string };

export type EndedCall = PhaseCall & CallOutcome;

/** How often a call came to nothing, and when last, epoch ms. */
interface Tries {
  readonly lost: number;
  readonly conflicts: number;
  readonly at: number;
}

export interface PhaseState {
  readonly open: readonly OpenCall[];
  /** Servers that have come to the end of the phase. */
  readonly done: readonly string[];
  /** By server and call. */
  readonly tries: Readonly<Record<string, Tries>>;
  /** Servers for which a person was asked, with why. */
  readonly asked: Readonly<Record<string, string>>;
}

export const initialPhase: PhaseState = { open: [], done: [], tries: {}, asked: {} };

export type PhaseFact =
  | { readonly type: 'CallsClaimed'; readonly calls: readonly PhaseCall[] }
  | { readonly type: 'CallsEnded'; readonly calls: readonly EndedCall[] }
  | { readonly type: 'ServersDone'; readonly servers: readonly string[] }
  | { readonly type: 'ServerStuck'; readonly sourceServerId: string; readonly why: string };

/** A server of the phase at one look. */
export interface Looked {
  readonly sourceServerId: string;
  readonly look: Look;
}

/** So many servers are called for under one claim, each of which is a call of its own. */
export const batchMax = 25;

/** After this many claims of a call without an effect, a person is asked: services die more rarely than that. */
const lostMax = 5;

/** Between two tries after DRS said that it cannot now: the agent of a machine takes minutes to come up. */
const conflictBackoff = { firstMs: 60_000, factor: 1.6, maxMs: 600_000 };

/** How long an effect may be hidden: the life of the handler that calls, and the time in which DRS does not show it. */
export const hiddenMs = 10 * 60_000;

const rank = (stage: WayHomeStage): number => (stage === 'UNCLEAR' ? -1 : wayHomeStages.indexOf(stage));

const lastStage: Readonly<Record<Exclude<Phase, 'undo'>, WayHomeStage>> = {
  reverse: 'READY',
  protect: 'PROTECTED',
  retire: 'HOME',
};

/** Whether a server has come to the end of a phase. */
export const isDone = (phase: Phase, look: Look): boolean =>
  phase === 'undo' ? look.reversed === undefined : rank(wayHomeOf(look).stage) >= rank(lastStage[phase]);

/**
 * The stages in which a phase calls at all. What comes next at any other is another phase's, or a launch; nothing is
 * retired before a look has called it PROTECTED.
 */
const callsIn: Readonly<Record<Exclude<Phase, 'undo'>, readonly WayHomeStage[]>> = {
  reverse: ['AWAY'],
  protect: ['LAUNCHED'],
  retire: ['PROTECTED', 'RETIRING'],
};

/** A machine away that is not the one which came home is somebody's: it is never ended, nor is its record deleted. */
const isForeign = ({ where, id, operation }: HomewardCall, { launchedId }: Look): boolean =>
  where === 'away' && operation !== 'ReverseReplication' && id !== launchedId;

/** What a drill has reversed is taken back once nothing of it is launched any more. The forward replication is not touched. */
const undoing = ({ reversed, home, busy }: Look): HomewardCall | undefined => {
  if (reversed === undefined || home.length > 0 || busy.includes('home')) return undefined;
  const { sourceServerId: id, replication } = reversed;
  const next =
    replication.state === 'DISCONNECTED'
      ? ('DeleteSourceServer' as const)
      : replication.state === 'STOPPED'
        ? ('DisconnectSourceServer' as const)
        : ('StopReplication' as const);
  return { operation: next, where: 'home', id };
};

const nextOf = (phase: Phase, look: Look): HomewardCall | undefined => {
  if (phase === 'undo') return undoing(look);
  const way = wayHomeOf(look);
  return callsIn[phase].includes(way.stage) && way.isDrill !== true ? nextCallOf(look, way) : undefined;
};

/** The call that a phase makes for a server at this look; undefined where there is none, or it is not the phase's. */
export const callOf = (phase: Phase, { sourceServerId, look }: Looked): PhaseCall | undefined => {
  const next = nextOf(phase, look);
  if (next === undefined || isForeign(next, look) || next.operation === 'StartRecovery') return undefined;
  return { ...next, operation: next.operation, sourceServerId };
};

/** The calls that each phase may make, and where. */
export const phaseCalls: Readonly<Record<Phase, readonly string[]>> = {
  reverse: ['ReverseReplication away'],
  protect: ['ReverseReplication home'],
  retire: [
    'StopReplication home',
    'TerminateRecoveryInstances away',
    'DeleteRecoveryInstance away',
    'DeleteRecoveryInstance home',
    'DisconnectSourceServer home',
    'DeleteSourceServer home',
  ],
  undo: ['StopReplication home', 'DisconnectSourceServer home', 'DeleteSourceServer home'],
};

const keyOf = ({ sourceServerId, operation, where }: PhaseCall): string =>
  `${sourceServerId} ${operation} ${where}`;

const isSame = (one: PhaseCall | undefined, other: PhaseCall): boolean =>
  one !== undefined && keyOf(one) === keyOf(other) && one.id === other.id;

/** Whether a look shows what a call brings about. A repeat of what it shows would do something else, or nothing. */
export const hasEffect = ({ operation, where, id }: PhaseCall, look: Look): boolean => {
  const { reversed, away, home } = look;
  const state = reversed?.replication.state;
  switch (operation) {
    case 'ReverseReplication':
      return where === 'away'
        ? reversed !== undefined || away.some((machine) => machine.replication !== undefined)
        : machineAtHome(look)?.replication !== undefined;
    case 'StopReplication':
      return reversed === undefined || state === 'STOPPED' || state === 'DISCONNECTED';
    case 'TerminateRecoveryInstances':
    case 'DeleteRecoveryInstance':
      return (where === 'away' ? away : home).every((machine) => machine.instanceId !== id);
    case 'DisconnectSourceServer':
      return reversed === undefined || state === 'DISCONNECTED';
    case 'DeleteSourceServer':
      return reversed === undefined;
  }
};

const inOpen = ({ open }: PhaseState): ReadonlySet<string> =>
  new Set(open.map((call) => call.sourceServerId));

const untried: Tries = { lost: 0, conflicts: 0, at: 0 };

const triesOf = ({ tries }: PhaseState, call: PhaseCall): Tries => tries[keyOf(call)] ?? untried;

const mayBeTried = ({ lost, conflicts, at }: Tries, now: number): boolean =>
  lost < lostMax && (conflicts === 0 || now >= at + backoffMs(conflictBackoff, conflicts));

/** The calls that are due now: of servers that have none open, are not done, and of which nobody was asked. */
const dueCalls = (
  phase: Phase,
  state: PhaseState,
  looked: readonly Looked[],
  now: number,
): readonly PhaseCall[] => {
  const busy = inOpen(state);
  return looked.flatMap((each) => {
    const { sourceServerId: id } = each;
    if (busy.has(id) || state.done.includes(id) || state.asked[id] !== undefined) return [];
    const call = callOf(phase, each);
    return call !== undefined && mayBeTried(triesOf(state, call), now) ? [call] : [];
  });
};

/** The next claim, if there is something to call for: of two services only one can save it. */
export const claimCalls = (
  phase: Phase,
  state: PhaseState,
  looked: readonly Looked[],
  now: number,
): readonly PhaseFact[] => {
  const calls = dueCalls(phase, state, looked, now).slice(0, batchMax);
  return calls.length === 0 ? [] : [{ type: 'CallsClaimed', calls }];
};

const endedFact = (calls: readonly EndedCall[]): readonly PhaseFact[] =>
  calls.length === 0 ? [] : [{ type: 'CallsEnded', calls }];

/** What came of one claimed call; undefined while it may still take effect. */
const outcomeOf = (
  call: OpenCall,
  looks: ReadonlyMap<string, Look>,
  now: number,
): 'done' | 'lost' | undefined => {
  const look = looks.get(call.sourceServerId);
  if (look === undefined) return undefined;
  if (hasEffect(call, look)) return 'done';
  return now >= call.claimedAt + hiddenMs ? 'lost' : undefined;
};

/** The calls of which a look shows what came of them. */
const ended = ({ open }: PhaseState, looks: ReadonlyMap<string, Look>, now: number): readonly PhaseFact[] =>
  endedFact(
    open.flatMap(({ claimedAt, ...call }) => {
      const outcome = outcomeOf({ ...call, claimedAt }, looks, now);
      return outcome === undefined ? [] : [{ ...call, outcome }];
    }),
  );

/** DRS answered that a call did nothing: it is open no more. An answer that leaves a doubt is none. */
export const refusedCall = (
  { open }: PhaseState,
  call: PhaseCall,
  refusal: Extract<CallOutcome, { readonly message: string }>,
): readonly PhaseFact[] =>
  open.some((each) => isSame(each, call)) ? endedFact([{ ...call, ...refusal }]) : [];

const finished = (phase: Phase, state: PhaseState, looked: readonly Looked[]): readonly PhaseFact[] => {
  const servers = looked
    .filter(({ sourceServerId: id, look }) => !state.done.includes(id) && isDone(phase, look))
    .map(({ sourceServerId }) => sourceServerId);
  return servers.length === 0 ? [] : [{ type: 'ServersDone', servers }];
};

/** Why a phase cannot go on with a server; undefined while it can, or only waits. */
const whyStuck = (phase: Phase, state: PhaseState, each: Looked): string | undefined => {
  const { look } = each;
  const way = wayHomeOf(look);
  if (phase !== 'undo' && way.stage === 'UNCLEAR') return way.why ?? 'unclear';
  const next = nextOf(phase, look);
  if (next !== undefined && isForeign(next, look))
    return `${next.id} was launched for it since, beside ${look.launchedId}: people decide which of them is to run`;
  const call = callOf(phase, each);
  return call !== undefined && triesOf(state, call).lost >= lostMax
    ? `${call.operation} of ${call.id} had no effect, ${lostMax} times`
    : undefined;
};

/** A person is asked, once, about what fits no stage, and about a call that had no effect again and again. */
const stuck = (phase: Phase, state: PhaseState, looked: readonly Looked[]): readonly PhaseFact[] => {
  const busy = inOpen(state);
  return looked.flatMap((each): readonly PhaseFact[] => {
    const { sourceServerId } = each;
    if (busy.has(sourceServerId) || state.done.includes(sourceServerId)) return [];
    if (state.asked[sourceServerId] !== undefined) return [];
    const why = whyStuck(phase, state, each);
    return why === undefined ? [] : [{ type: 'ServerStuck', sourceServerId, why }];
  });
};

const tried = (state: PhaseState, calls: readonly EndedCall[], at: number): PhaseState['tries'] => ({
  ...state.tries,
  ...Object.fromEntries(
    calls.map((call) => {
      const { lost, conflicts } = triesOf(state, call);
      const isLost = call.outcome === 'lost';
      const isConflict = call.outcome === 'conflict';
      return [
        keyOf(call),
        { lost: lost + (isLost ? 1 : 0), conflicts: conflicts + (isConflict ? 1 : 0), at },
      ];
    }),
  ),
});

const refusedForGood = (calls: readonly EndedCall[]): PhaseState['asked'] =>
  Object.fromEntries(
    calls.flatMap((call) => (call.outcome === 'invalid' ? [[call.sourceServerId, call.message]] : [])),
  );

const closing = (state: PhaseState, calls: readonly EndedCall[], at: number): PhaseState => {
  const { tries: _before, ...rest } = state;
  const isClosed = (open: OpenCall): boolean => calls.some((call) => isSame(open, call));
  return {
    ...rest,
    open: state.open.filter((call) => !isClosed(call)),
    tries: tried(state, calls, at),
    asked: { ...state.asked, ...refusedForGood(calls) },
  };
};

/** Folds one fact, said at `at` (epoch ms). */
export const evolvePhase = (state: PhaseState, fact: PhaseFact, at: number): PhaseState => {
  switch (fact.type) {
    case 'CallsClaimed':
      return {
        ...state,
        open: [...state.open, ...fact.calls.map((call) => ({ ...call, claimedAt: at }))],
      };
    case 'CallsEnded':
      return closing(state, fact.calls, at);
    case 'ServersDone':
      return { ...state, done: [...state.done, ...fact.servers] };
    case 'ServerStuck':
      return { ...state, asked: { ...state.asked, [fact.sourceServerId]: fact.why } };
  }
};

/** What a look says of a phase: what came of claims, who is done, and about whom a person is asked. It claims nothing. */
export const observePhase = (
  phase: Phase,
  state: PhaseState,
  looked: readonly Looked[],
  now: number,
): readonly PhaseFact[] => {
  const looks = new Map(looked.map(({ sourceServerId, look }) => [sourceServerId, look]));
  const settled = ended(state, looks, now);
  const after = settled.reduce((folded, fact) => evolvePhase(folded, fact, now), state);
  return [...settled, ...finished(phase, after, looked), ...stuck(phase, after, looked)];
};

/**
 * The calls of a claim that may be made at this moment: those that a look right before still says come next. What it no
 * longer says is left to the looks that follow.
 */
export const confirmedCalls = (
  phase: Phase,
  calls: readonly PhaseCall[],
  looked: readonly Looked[],
): readonly PhaseCall[] => {
  const now = new Map(looked.map((each) => [each.sourceServerId, callOf(phase, each)]));
  return calls.filter((call) => isSame(now.get(call.sourceServerId), call));
};
