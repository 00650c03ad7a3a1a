import type { Homeward } from '../../contracts/execution-events.ts';
import type { WaveFact } from '../../contracts/wave-events.ts';
import type { Phase } from '../../services/core/domain/failback/phase.ts';
import type { Look } from '../../services/core/domain/failback/way-home.ts';
import type {
  RecordedMachine,
  ReplicatedServer,
  Replication,
} from '../../services/core/domain/homeward-server.ts';
import { evolveWave } from '../../services/core/domain/wave/evolve.ts';
import { initialWave } from '../../services/core/domain/wave/state.ts';
import { waveOf, type Wave } from '../../services/core/domain/wave/wave.ts';
import { deepFreeze } from './freeze.ts';
import { aWave, serverId } from './frozen-wave.ts';

export const away = { account: '111122223333', region: 'eu-west-1' };
export const home = { account: '111122223333', region: 'us-east-1' };

/** What stands for the nth server of a plan: where it was recovered, and at home. */
export const awayId = (n: number): string => `i-${String(n).padStart(17, 'a')}`;
export const homeId = (n: number): string => `i-${String(n).padStart(17, 'b')}`;
export const reversedId = (n: number): string => `s-${String(n).padStart(17, 'c')}`;

export const inSync: Replication = {
  ...{ state: 'CONTINUOUS', lagSeconds: 0, totalBytes: 100, copiedBytes: 100, rescannedBytes: 0 },
};

const serverOf = (n: number, change: Partial<ReplicatedServer>): ReplicatedServer => ({
  ...{ sourceServerId: serverId(n), name: `server-${n}`, direction: 'FAILOVER', machineId: 'i-original' },
  ...{ origin: home, replication: inSync },
  ...change,
});
export const reversedOf = (n: number, replication: Partial<Replication> = {}): ReplicatedServer =>
  serverOf(n, {
    ...{ sourceServerId: reversedId(n), direction: 'FAILBACK', machineId: awayId(n) },
    replication: { ...inSync, ...replication },
  });
const machine = (instanceId: string, sourceServerId: string): RecordedMachine => ({
  ...{ instanceId, sourceServerId, state: 'RUNNING', isDrill: false },
});

/** The nth server as DRS shows it in either place: recovered, and nothing more. */
export const lookAt = (n: number, change: Partial<Look> = {}) => ({
  sourceServerId: serverId(n),
  look: {
    ...{ server: serverOf(n, { replication: { ...inSync, state: 'STALLED' } }) },
    ...{ away: [machine(awayId(n), serverId(n))], reversed: undefined, home: [] },
    ...{ launchedId: awayId(n), existedBefore: [], busy: [], ...change },
  } satisfies Look,
});

/** It runs at home, and replicates out again, in sync. */
export const protectedAt = (n: number, change: Partial<Look> = {}) =>
  lookAt(n, {
    server: serverOf(n, { machineId: homeId(n) }),
    reversed: reversedOf(n),
    home: [{ ...machine(homeId(n), reversedId(n)), replication: 'CONTINUOUS' }],
    ...change,
  });
/** It runs at home, and nothing more. */
export const launchedAt = (n: number) =>
  lookAt(n, { reversed: reversedOf(n), home: [machine(homeId(n), reversedId(n))] });
/** It is home, and nothing of it is left away. */
export const homeAt = (n: number) => lookAt(n, { server: serverOf(n, { machineId: homeId(n) }), away: [] });

const definitionOf = (phase: Homeward['phase'], count: number) =>
  aWave(phase === 'launch' ? 'w' : `${phase}-w`, {
    ...{ target: phase === 'launch' ? home : away, onFailure: 'ask' },
    homeward: { phase, away, home, stallMinutes: 30, ...(phase === 'launch' && { reversedIn: 'reverse-w' }) },
    servers: Array.from({ length: count }, (_, at) => ({
      ...{ sourceServerId: serverId(at + 1), name: `server-${at + 1}`, critical: true },
      machineId: awayId(at + 1),
    })),
  });

export const start = Date.parse('2026-01-01T00:00:00Z');
export const minutes = (n: number): number => start + n * 60_000;

/** A fact, and when it was said, epoch ms. */
export type Said = readonly [at: number, ...facts: readonly WaveFact[]];

/** A wave in a phase of a failback, in which this was said. */
export const homewardWave = (
  phase: Phase | 'launch',
  said: readonly Said[] = [],
  { count = 2, attempt = 1 }: { readonly count?: number; readonly attempt?: number } = {},
): Wave => {
  const state = said
    .flatMap(([at, ...facts]) => facts.map((fact) => [at, fact] as const))
    .reduce((before, [at, fact]) => evolveWave(before, fact, at), initialWave);
  return deepFreeze(
    waveOf('exec-1', phase === 'undo' ? 'DRILL' : 'RECOVERY', definitionOf(phase, count), attempt, state),
  );
};
