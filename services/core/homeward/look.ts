import type { Homeward } from '../../../contracts/execution-events.ts';
import type { Wave } from '../domain/wave/wave.ts';
import { serversInHand, type PhaseInHand } from '../domain/failback/homeward-wave.ts';
import type { Looked } from '../domain/failback/phase.ts';
import type { RecoveredServer } from '../domain/failback/recovered-server.ts';
import type { HomewardReader } from '../ports/homeward-reader.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { RecoveryService } from '../ports/recovery-service.ts';
import { lookHomeward } from '../readiness/homeward-looks.ts';
import { rolesOf } from '../readiness/prepare-failback.ts';
import { readReversals } from '../streams/reversals.ts';

export interface LookPorts {
  readonly store: RecordStore;
  readonly homeward: HomewardReader;
  readonly recovery: RecoveryService;
  readonly clock: { now(): number };
}

export interface HomewardLook {
  readonly looked: readonly Looked[];
  /** Why the others could not be looked at, and will not be by asking again. */
  readonly unread: ReadonlyMap<string, string>;
  /** Where each server of the wave was recovered, and where it came from. */
  readonly ways: ReadonlyMap<string, Homeward>;
}

interface Asked {
  readonly recovered: readonly RecoveredServer[];
  readonly ways: HomewardLook['ways'];
}

/** What is taken back after a drill may have been reversed in several places; any other wave has one. */
const askedOf = async (
  store: RecordStore,
  { executionId, definition: { waveId, target, servers, homeward } }: Wave,
  phase: PhaseInHand['phase'],
  execution: Parameters<typeof readReversals>[2],
): Promise<Asked> => {
  const reversals =
    phase === 'undo'
      ? await readReversals(store, executionId, execution)
      : servers.map((server) => ({ server, waveId, homeward }));
  const named = new Set(servers.map(({ sourceServerId }) => sourceServerId));
  const own = reversals.filter(({ server }) => named.has(server.sourceServerId));
  return {
    recovered: own.flatMap(({ server, homeward: way, waveId: id }) =>
      server.machineId === undefined
        ? []
        : [
            {
              ...{ waveId: id, target: way?.away ?? target, instanceId: server.machineId },
              ...{ sourceServerId: server.sourceServerId, name: server.name },
            },
          ],
    ),
    ways: new Map(
      own.flatMap(({ server, homeward: way }) =>
        way === undefined ? [] : [[server.sourceServerId, way] as const],
      ),
    ),
  };
};

/** Looks at the servers of a phase that have no result yet, or at some of them, in both places. */
export const lookAtPhase = async (
  { store, homeward, recovery, clock }: LookPorts,
  hand: PhaseInHand,
  execution: Parameters<typeof readReversals>[2],
  only?: readonly string[],
): Promise<HomewardLook> => {
  const ids = new Set(only ?? serversInHand(hand));
  const { recovered, ways } = await askedOf(store, hand.wave, hand.phase, execution);
  const wanted = recovered.filter(({ sourceServerId }) => ids.has(sourceServerId));
  const places = [...ways.values()].flatMap(({ home, away }) => [home, away]);
  const { servers, faults } = await lookHomeward(
    { homeward, recovery, clock, roleIn: rolesOf(places) },
    wanted,
  );
  const looked = servers.map(({ recovered: { sourceServerId }, look }) => ({ sourceServerId, look }));
  const seen = new Set(looked.map(({ sourceServerId }) => sourceServerId));
  const why = faults.map(({ message }) => message).join('; ');
  const unseen = wanted.filter(({ sourceServerId }) => !seen.has(sourceServerId));
  return {
    looked,
    ways,
    unread: new Map(faults.length === 0 ? [] : unseen.map(({ sourceServerId }) => [sourceServerId, why])),
  };
};
