import type { Target } from '../../../contracts/plan.ts';
import type { WaveFact } from '../../../contracts/wave-events.ts';
import {
  claimHomeward,
  lookFacts,
  phaseInHand,
  refusalFacts,
  unreadFacts,
  type PhaseInHand,
} from '../domain/failback/homeward-wave.ts';
import { confirmedCalls, type Looked, type Phase, type PhaseCall } from '../domain/failback/phase.ts';
import type { Wave } from '../domain/wave/wave.ts';
import { groupBy } from '../kernel/group-by.ts';
import type { TransactPorts } from '../kernel/transact.ts';
import type { HomewardCaller } from '../ports/homeward-caller.ts';
import type { Log } from '../ports/log.ts';
import type { Wake } from '../ports/timers.ts';
import { inParallel } from '../readiness/in-parallel.ts';
import { targetKey } from '../readiness/target-facts.ts';
import { lostByCleanUp } from '../streams/leases.ts';
import { openWave, type WaveSession } from '../streams/wave-session.ts';
import { nextLookMs } from './cadence.ts';
import { lookAtPhase, type HomewardLook, type LookPorts } from './look.ts';

export interface PhasePorts extends TransactPorts, LookPorts {
  readonly caller: HomewardCaller;
  readonly log: Log;
  readonly clock: TransactPorts['clock'];
  readonly store: TransactPorts['store'];
}

export interface PhaseKnobs {
  /** A handler that finds its own claim older than this no longer calls. */
  readonly callWindowMs: number;
  /** How long one run goes on claiming; what is left is for the next, at once. */
  readonly runMs: number;
  /** Calls at once. */
  readonly atOnce: number;
  /** Should a run die, the next comes so much later. */
  readonly lookAgainMs: number;
}

export const phaseKnobs: PhaseKnobs = {
  callWindowMs: 10_000,
  runMs: 8_000,
  atOnce: 5,
  lookAgainMs: 60_000,
};

/** Who carries out a phase, and the phases that are his. */
export interface PhaseService {
  readonly service: 'reverse-replication' | 'retire-servers';
  readonly phases: readonly Phase[];
}

/** One delivery's work on one wave. */
interface Running {
  readonly ports: PhasePorts;
  readonly knobs: PhaseKnobs;
  readonly session: WaveSession;
}

/**
 * Brings the servers of a wave through a phase of a failback: looks where each is, claims the calls that come next,
 * makes each of them once, and says who has come to the end. What a call came to only a look says; a claim without an
 * effect is opened again once nobody can be calling for it any more.
 */
export const createPhaseRunner =
  (ports: PhasePorts, { service, phases }: PhaseService, knobs: PhaseKnobs = phaseKnobs) =>
  async (wake: Wake, causationId: string): Promise<void> => {
    const session = await openWave(ports, service, wake, causationId);
    if (session === undefined) return;
    const running: Running = { ports, knobs, session };
    const hand = inHandOf(await session.read(), phases);
    if (hand === undefined) {
      const { wave } = await session.change(() => []);
      return wakeCleanUp(running, wave);
    }
    // First: if this run dies, the next look comes all the same.
    await ports.timers.set(session.wakeFor(service), knobs.lookAgainMs);
    const last = await goOn(running, hand, phases);
    const left = inHandOf(last.wave, phases);
    if (left === undefined) return wakeCleanUp(running, last.wave);
    const delayMs = last.isDue ? 1_000 : nextLookMs(left, last.looked, ports.clock.now());
    await ports.timers.set(session.wakeFor(service), delayMs);
  };

const inHandOf = (wave: Wave, phases: readonly Phase[]): PhaseInHand | undefined => {
  const hand = phaseInHand(wave);
  return hand !== undefined && phases.includes(hand.phase) ? hand : undefined;
};

/** The clean-up of a drill goes on at once when what was reversed is gone; its own timer would find out later. */
const wakeCleanUp = async ({ ports, session }: Running, { definition }: Wave): Promise<void> => {
  if (definition.homeward?.phase !== 'undo') return;
  await ports.timers.set({ service: 'clean-up-drill', executionId: session.executionId }, 0);
};

interface Seen {
  readonly wave: Wave;
  readonly looked: readonly Looked[];
  /** More could be called for at once. */
  readonly isDue: boolean;
}

const lookAndSay = async (
  { ports, session }: Running,
  hand: PhaseInHand,
): Promise<{ readonly wave: Wave; readonly look: HomewardLook }> => {
  const look = await lookAtPhase(ports, hand, session.execution);
  const { wave } = await session.change((current, now) => [
    ...lookFacts(current, look.looked, now),
    ...unreadFacts(current, look.unread),
  ]);
  return { wave, look };
};

const goOn = async (running: Running, first: PhaseInHand, phases: readonly Phase[]): Promise<Seen> => {
  const { ports, knobs } = running;
  const until = ports.clock.now() + knobs.runMs;
  let hand = first;
  for (;;) {
    const { wave, look } = await lookAndSay(running, hand);
    const left = inHandOf(wave, phases);
    if (left === undefined || !(await mayCall(running, left, look.ways)))
      return { wave, looked: look.looked, isDue: false };
    if (ports.clock.now() >= until) {
      const isDue = claimHomeward(wave, look.looked, ports.clock.now()).length > 0;
      return { wave, looked: look.looked, isDue };
    }
    const isCalled = await claimAndCall(running, left, look.looked);
    if (!isCalled) return { wave, looked: look.looked, isDue: false };
    hand = left;
  }
};

/**
 * A paused or cancelled execution calls for nothing new. After a drill another execution may have taken the servers,
 * and needs what was reversed.
 */
const mayCall = async (
  { ports, session }: Running,
  { phase }: PhaseInHand,
  ways: HomewardLook['ways'],
): Promise<boolean> => {
  if (phase !== 'undo') return session.execution.status === 'RUNNING';
  for (const own of groupBy([...ways], ([, { away }]) => targetKey(away)).values()) {
    const [first] = own;
    const ids = own.map(([id]) => id);
    if (first === undefined) continue;
    if ((await lostByCleanUp(ports.store, session.executionId, first[1].away, ids)).length > 0) return false;
  }
  return true;
};

const callsIn = (facts: readonly WaveFact[]): readonly PhaseCall[] =>
  facts.flatMap((fact) => (fact.type === 'HomewardCallsClaimed' ? fact.data.calls : []));

const keyOf = ({ sourceServerId, operation, where, id }: PhaseCall): string =>
  [sourceServerId, operation, where, id].join(' ');

/** Claims what comes next, and calls for what a look right before still says. False where nothing was due. */
const claimAndCall = async (
  running: Running,
  { phase }: PhaseInHand,
  looked: readonly Looked[],
): Promise<boolean> => {
  const { ports, knobs, session } = running;
  let mine: readonly PhaseCall[] = [];
  let claimedAt = 0;
  const claim = await session.change((current, now) => {
    const facts = claimHomeward(current, looked, now);
    mine = callsIn(facts);
    claimedAt = now;
    return facts;
  }, 'later');
  const hand = phaseInHand(claim.wave);
  if (claim.facts.length === 0 || mine.length === 0 || hand === undefined) return false;
  const ids = mine.map(({ sourceServerId }) => sourceServerId);
  const again = await lookAtPhase(ports, hand, session.execution, ids);
  const due = confirmedCalls(phase, mine, again.looked);
  const confirmed = new Set(due.map(keyOf));
  const otherwise = 'a look right before the call says that it does not come next';
  for (const call of mine)
    if (!confirmed.has(keyOf(call)))
      await session.change((current) =>
        refusalFacts(current, call, { outcome: 'conflict', message: otherwise }),
      );
  await inParallel(due, knobs.atOnce, async (call) => {
    const target = again.ways.get(call.sourceServerId)?.[call.where];
    const isInTime = ports.clock.now() - claimedAt <= knobs.callWindowMs;
    if (target !== undefined && isInTime) await callOnce(running, target, call);
  });
  return true;
};

/** The one place that makes these calls, reached once for each by the handler that saved its claim. */
const callOnce = async ({ ports, session }: Running, target: Target, call: PhaseCall): Promise<void> => {
  const answer = await ports.caller.call(target, call.operation, call.id);
  if (answer.status === 'accepted') return;
  const { executionId, waveId } = session;
  ports.log.warn(`${call.operation} was not accepted`, { executionId, waveId, id: call.id, ...answer });
  if (answer.status === 'unknown') return;
  const { status: outcome, message } = answer;
  await session.change((current) => refusalFacts(current, call, { outcome, message }));
};
