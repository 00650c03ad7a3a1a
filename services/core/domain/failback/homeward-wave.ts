import type { HomewardProgress, ServerResult, WaveFact } from '../../../../contracts/wave-events.ts';
import { listings } from '../listed-servers.ts';
import { serversToRecover, stageOf, type Wave } from '../wave/wave.ts';
import { initialHomeward, type HomewardState } from './homeward-state.ts';
import { phaseOf } from './homeward-waves.ts';
import {
  batchMax,
  claimCalls,
  observePhase,
  phaseCalls,
  refusedCall,
  type CallOutcome,
  type Looked,
  type Phase,
  type PhaseCall,
  type PhaseFact,
} from './phase.ts';
import { machineAtHome, wayHomeOf, type Look, type WayHomeStage } from './way-home.ts';

/** Between two words of progress where only bytes have changed. */
const progressEveryMs = 5 * 60_000;

/** A launch or a reversal shows within minutes: who stands before his phase for longer has missed one. */
const behindMs = 10 * 60_000;

/** A wave in a phase of a failback. */
export interface PhaseInHand {
  readonly wave: Wave;
  readonly phase: Phase;
  readonly state: HomewardState;
}

/** Undefined for any other wave, and for one that has nothing left to do. */
export const phaseInHand = (wave: Wave): PhaseInHand | undefined => {
  const phase = phaseOf(wave.definition);
  if (phase === undefined || stageOf(wave).stage !== 'recover') return undefined;
  return { wave, phase, state: wave.state.homeward ?? initialHomeward };
};

const inWave = ({ wave: { definition, state } }: PhaseInHand) => ({
  ...{ waveId: definition.waveId, attempt: state.attempt },
});

/** The servers of which this attempt has no result yet. */
export const serversInHand = ({ wave }: Pick<PhaseInHand, 'wave'>): readonly string[] =>
  serversToRecover(wave)
    .map(({ sourceServerId }) => sourceServerId)
    .filter((id) => wave.state.results[id]?.attempt !== wave.state.attempt);

const ownOf = (hand: PhaseInHand, looked: readonly Looked[]): readonly Looked[] => {
  const ids = new Set(serversInHand(hand));
  return looked.filter(({ sourceServerId }) => ids.has(sourceServerId));
};

const nameOf = ({ wave }: PhaseInHand, id: string): string =>
  wave.definition.servers.find(({ sourceServerId }) => sourceServerId === id)?.name ?? id;

const doneResult = (hand: PhaseInHand, sourceServerId: string, look: Look | undefined): ServerResult => {
  const reversedId = look?.reversed?.sourceServerId;
  const atHome = look && machineAtHome(look);
  const isOurs = hand.wave.state.madeReversed?.includes(sourceServerId) === true;
  return {
    ...{ sourceServerId, name: nameOf(hand, sourceServerId), launchResult: 'LAUNCHED' },
    ...(hand.phase === 'reverse' && reversedId !== undefined && { reversedId }),
    ...(hand.phase === 'reverse' && isOurs && { madeReversed: true }),
    ...(hand.phase === 'protect' && atHome && { instanceId: atHome.instanceId }),
    phases: {},
  };
};

const failedResult = (hand: PhaseInHand, sourceServerId: string, failure: string): ServerResult => ({
  ...{ sourceServerId, name: nameOf(hand, sourceServerId), launchResult: 'FAILED', failure, phases: {} },
});

const serversEnded = (hand: PhaseInHand, servers: readonly ServerResult[]): readonly WaveFact[] =>
  servers.length === 0
    ? []
    : listings(servers).map((listed): WaveFact => ({
        type: 'HomewardServersEnded',
        data: { ...inWave(hand), servers: [...listed] },
      }));

const callFacts = (hand: PhaseInHand, facts: readonly PhaseFact[]): readonly WaveFact[] =>
  facts.flatMap((fact): readonly WaveFact[] => {
    if (fact.type === 'CallsClaimed')
      return [{ type: 'HomewardCallsClaimed', data: { ...inWave(hand), calls: [...fact.calls] } }];
    if (fact.type === 'CallsEnded')
      return [{ type: 'HomewardCallsEnded', data: { ...inWave(hand), calls: [...fact.calls] } }];
    return [];
  });

/** The servers that this look ends: they have come to the end of the phase, or a person has to see to them. */
const resultsIn = (
  hand: PhaseInHand,
  looked: readonly Looked[],
  facts: readonly PhaseFact[],
): readonly ServerResult[] => {
  const looks = new Map(looked.map(({ sourceServerId, look }) => [sourceServerId, look]));
  return facts.flatMap((fact): readonly ServerResult[] => {
    if (fact.type === 'ServersDone') return fact.servers.map((id) => doneResult(hand, id, looks.get(id)));
    return fact.type === 'ServerStuck' ? [failedResult(hand, fact.sourceServerId, fact.why)] : [];
  });
};

const before: Readonly<Record<Phase, readonly WayHomeStage[]>> = {
  reverse: [],
  protect: ['AWAY', 'REVERSING', 'SYNCING', 'READY'],
  retire: ['AWAY', 'REVERSING', 'SYNCING', 'READY', 'LAUNCHED'],
  undo: [],
};
const beyond: Readonly<Record<Phase, readonly WayHomeStage[]>> = {
  reverse: ['HOME'],
  protect: [],
  retire: [],
  undo: [],
};

/** Why a server is not where its phase could take it up, and has not been for so long that nobody waits any more. */
const whyBehind = (
  { phase, state }: PhaseInHand,
  { sourceServerId, look }: Looked,
  now: number,
): string | undefined => {
  const { stage } = wayHomeOf(look);
  const seen = state.seen[sourceServerId];
  if (seen === undefined || seen.stage !== progressIn(phase, look).stage || now < seen.since + behindMs)
    return undefined;
  if (phase === 'undo' && look.home.length > 0)
    return `${look.home.map(({ instanceId }) => instanceId).join(', ')} runs of it at home`;
  if (beyond[phase].includes(stage)) return `it is ${stage} already`;
  if (phase === 'protect' && before.protect.includes(stage))
    return `it was not launched at home: it is ${stage}`;
  return before[phase].includes(stage) ? `it is not protected at home: it is ${stage}` : undefined;
};

const behind = (hand: PhaseInHand, looked: readonly Looked[], now: number): readonly ServerResult[] => {
  const open = new Set(hand.state.open.map(({ sourceServerId }) => sourceServerId));
  return looked.flatMap((each) => {
    const isOpen = open.has(each.sourceServerId) || hand.state.asked[each.sourceServerId] !== undefined;
    const why = isOpen ? undefined : whyBehind(hand, each, now);
    return why === undefined ? [] : [failedResult(hand, each.sourceServerId, why)];
  });
};

/** Servers of which DRS will never do what comes next, as they are: people see to them. */
const refusedForGood = (hand: PhaseInHand, looked: readonly Looked[]): readonly ServerResult[] =>
  looked.flatMap(({ sourceServerId: id }) => {
    const why = hand.state.asked[id];
    return why === undefined ? [] : [failedResult(hand, id, why)];
  });

/** What a drill has reversed is on no way home any more. */
const undoneIn = ({ reversed }: Look): HomewardProgress => ({
  stage: reversed === undefined ? 'AWAY' : 'UNDOING',
});

const progressIn = (phase: Phase, look: Look): HomewardProgress => {
  if (phase === 'undo') return undoneIn(look);
  const { stage, why, progress } = wayHomeOf(look);
  return {
    stage,
    ...(progress && { doneBytes: progress.doneBytes, totalBytes: progress.totalBytes }),
    ...(progress?.etaAt !== undefined && { etaAt: new Date(progress.etaAt).toISOString() }),
    ...(why !== undefined && { why }),
  };
};

/** What is new of how far the servers are: a stage at once, bytes every few minutes. */
const progressed = (hand: PhaseInHand, looked: readonly Looked[], now: number): readonly WaveFact[] => {
  const { seen, saidAt } = hand.state;
  const shown = looked.map(
    ({ sourceServerId, look }) => [sourceServerId, progressIn(hand.phase, look)] as const,
  );
  const changed = shown.filter(([id, { stage, doneBytes }]) => {
    const known = seen[id];
    return known === undefined || known.stage !== stage || known.doneBytes !== doneBytes;
  });
  const isNewStage = changed.some(([id, { stage }]) => seen[id]?.stage !== stage);
  if (changed.length === 0 || (!isNewStage && now < saidAt + progressEveryMs)) return [];
  return listings(changed).map((listed): WaveFact => ({
    type: 'HomewardProgressed',
    data: { ...inWave(hand), servers: Object.fromEntries(listed) },
  }));
};

/** The stages in which data move, and a standstill is worth telling. */
const moving: readonly string[] = ['REVERSING', 'SYNCING', 'REPROTECTING'] satisfies WayHomeStage[];

const stalled = (hand: PhaseInHand, looked: readonly Looked[], now: number): readonly WaveFact[] => {
  const allowedMs = (hand.wave.definition.homeward?.stallMinutes ?? Infinity) * 60_000;
  const servers = looked.flatMap(({ sourceServerId, look }) => {
    const known = hand.state.seen[sourceServerId];
    const { stage, why, doneBytes } = progressIn(hand.phase, look);
    const isStill = known?.stage === stage && known.doneBytes === doneBytes && known.stalled !== true;
    if (!isStill || !moving.includes(stage) || now - known.since < allowedMs) return [];
    const since = new Date(known.since).toISOString();
    return [{ sourceServerId, stage, since, ...(why !== undefined && { why }) }];
  });
  return servers.length === 0
    ? []
    : listings(servers).map((listed): WaveFact => ({
        type: 'ReplicationStalled',
        data: { ...inWave(hand), servers: [...listed] },
      }));
};

/**
 * What a look says of a phase: what came of claimed calls, who has come to its end, how far the others are, and about
 * whom a person is asked. It claims nothing.
 */
export const lookFacts = (wave: Wave, looked: readonly Looked[], now: number): readonly WaveFact[] => {
  const hand = phaseInHand(wave);
  if (hand === undefined) return [];
  const own = ownOf(hand, looked);
  const facts = observePhase(hand.phase, hand.state, own, now);
  const calls = callFacts(hand, facts);
  // A stopped wave only waits for its calls: what they brought about is said, and nothing more begins.
  if (wave.state.stopped !== undefined) return calls;
  const made = facts.flatMap((fact) =>
    fact.type === 'CallsEnded'
      ? fact.calls
          .filter(({ operation, outcome }) => operation === 'ReverseReplication' && outcome === 'done')
          .map(({ sourceServerId }) => sourceServerId)
      : [],
  );
  const state = { ...wave.state, madeReversed: [...(wave.state.madeReversed ?? []), ...made] };
  const after = { ...hand, wave: { ...wave, state } };
  const ended = resultsIn(after, own, facts);
  const others = [...refusedForGood(hand, own), ...behind(hand, own, now)].filter(({ sourceServerId: id }) =>
    ended.every((result) => result.sourceServerId !== id),
  );
  return [
    ...calls,
    ...progressed(hand, own, now),
    ...stalled(hand, own, now),
    ...serversEnded(after, [...ended, ...others]),
  ];
};

/** No look comes about, and will not by asking again: a person has to open the place, and retry. */
export const unreadFacts = (wave: Wave, why: ReadonlyMap<string, string>): readonly WaveFact[] => {
  const hand = phaseInHand(wave);
  if (hand === undefined || wave.state.stopped !== undefined) return [];
  const open = new Set(hand.state.open.map(({ sourceServerId }) => sourceServerId));
  return serversEnded(
    hand,
    serversInHand(hand).flatMap((id) => {
      const reason = why.get(id);
      return reason === undefined || open.has(id) ? [] : [failedResult(hand, id, reason)];
    }),
  );
};

/** The next claim, if there is something to call for: of two handlers only one can save it. */
export const claimHomeward = (wave: Wave, looked: readonly Looked[], now: number): readonly WaveFact[] => {
  const hand = phaseInHand(wave);
  if (hand === undefined || wave.state.stopped !== undefined) return [];
  return callFacts(hand, claimCalls(hand.phase, hand.state, ownOf(hand, looked), now));
};

/** DRS said that a claimed call did nothing. */
export const refusalFacts = (
  wave: Wave,
  call: PhaseCall,
  refusal: Extract<CallOutcome, { readonly message: string }>,
): readonly WaveFact[] => {
  const hand = phaseInHand(wave);
  return hand === undefined ? [] : callFacts(hand, refusedCall(hand.state, call, refusal));
};

/** Why a wave in this state never claims these calls; undefined for what it may claim. */
export const illegalClaim = (wave: Wave, calls: readonly PhaseCall[]): string | undefined => {
  const hand = phaseInHand(wave);
  if (hand === undefined || wave.state.stopped !== undefined) return 'no phase of a failback was under way';
  const inHand = new Set(serversInHand(hand));
  const open = new Set(hand.state.open.map(({ sourceServerId }) => sourceServerId));
  const machines = new Map(
    wave.definition.servers.map(({ sourceServerId, machineId }) => [sourceServerId, machineId]),
  );
  if (calls.length > batchMax) return `it claims ${calls.length} calls at once`;
  for (const { sourceServerId: id, operation, where, id: named } of calls) {
    if (!phaseCalls[hand.phase].includes(`${operation} ${where}`))
      return `${operation} ${where} is no call of ${hand.phase}`;
    if (!inHand.has(id)) return `${id} was not in hand`;
    if (open.has(id)) return `a call for ${id} was open`;
    if (where === 'away' && named !== machines.get(id))
      return `${named} is not the machine of ${id} that comes home`;
  }
  return undefined;
};

/** Why a wave in this state never says that these servers have ended. */
export const illegalEnd = (wave: Wave, servers: readonly ServerResult[]): string | undefined => {
  const hand = phaseInHand(wave);
  if (hand === undefined) return 'no phase of a failback was under way';
  const inHand = new Set(serversInHand(hand));
  const open = new Set(hand.state.open.map(({ sourceServerId }) => sourceServerId));
  const foreign = servers.find(({ sourceServerId: id }) => !inHand.has(id) || open.has(id));
  return foreign === undefined ? undefined : `${foreign.sourceServerId} was not in hand, or has a call open`;
};
