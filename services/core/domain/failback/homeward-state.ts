import type { Fact } from '../../../../contracts/envelope.ts';
import type { HomewardProgress, WaveFact } from '../../../../contracts/wave-events.ts';
import { evolvePhase, initialPhase, type EndedCall, type PhaseState } from './phase.ts';

/** How far a server was when that was last said. */
export interface Seen {
  readonly stage: string;
  readonly doneBytes?: number;
  /** Since when neither has changed, epoch ms. */
  readonly since: number;
  /** Said that it stands still. */
  readonly stalled?: true;
}

/** What the stream of a wave says so far of a phase of a failback. */
export interface HomewardState extends PhaseState {
  readonly seen: Readonly<Record<string, Seen>>;
  /** When progress was last said, epoch ms; 0 before. */
  readonly saidAt: number;
}

export const initialHomeward: HomewardState = { ...initialPhase, seen: {}, saidAt: 0 };

type Named<Name extends WaveFact['type']> = Extract<WaveFact, Fact<Name>>;

export type HomewardFact = Named<
  | 'HomewardCallsClaimed'
  | 'HomewardCallsEnded'
  | 'HomewardServersEnded'
  | 'HomewardProgressed'
  | 'ReplicationStalled'
>;

const seeing = (before: Seen | undefined, { stage, doneBytes }: HomewardProgress, at: number): Seen =>
  before !== undefined && before.stage === stage && before.doneBytes === doneBytes
    ? before
    : { stage, ...(doneBytes !== undefined && { doneBytes }), since: at };

export const endedCallOf = ({
  outcome,
  message = '',
  ...call
}: Named<'HomewardCallsEnded'>['data']['calls'][number]): EndedCall =>
  outcome === 'done' || outcome === 'lost' ? { ...call, outcome } : { ...call, outcome, message };

/** Folds one fact of a phase, said at `at` (epoch ms). */
export const evolveHomeward = (state: HomewardState, fact: HomewardFact, at: number): HomewardState => {
  switch (fact.type) {
    case 'HomewardCallsClaimed':
      return { ...state, ...evolvePhase(state, { type: 'CallsClaimed', calls: fact.data.calls }, at) };
    case 'HomewardCallsEnded': {
      const calls = fact.data.calls.map(endedCallOf);
      return { ...state, ...evolvePhase(state, { type: 'CallsEnded', calls }, at) };
    }
    case 'HomewardServersEnded': {
      const { servers } = fact.data;
      const failed = servers.filter(({ launchResult }) => launchResult === 'FAILED');
      const done = servers.filter(({ launchResult }) => launchResult === 'LAUNCHED');
      const asked = failed.map(({ sourceServerId, failure = '' }) => [sourceServerId, failure] as const);
      return {
        ...state,
        done: [...state.done, ...done.map(({ sourceServerId }) => sourceServerId)],
        asked: { ...state.asked, ...Object.fromEntries(asked) },
      };
    }
    case 'HomewardProgressed': {
      const seen = Object.entries(fact.data.servers).map(
        ([id, progress]) => [id, seeing(state.seen[id], progress, at)] as const,
      );
      return { ...state, saidAt: at, seen: { ...state.seen, ...Object.fromEntries(seen) } };
    }
    case 'ReplicationStalled': {
      const stalled = fact.data.servers.flatMap(({ sourceServerId: id }) => {
        const seen = state.seen[id];
        return seen === undefined ? [] : [[id, { ...seen, stalled: true as const }] as const];
      });
      return { ...state, seen: { ...state.seen, ...Object.fromEntries(stalled) } };
    }
  }
};
