import type { Fault, FrozenWave } from '../../contracts/execution-events.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { hasEnded, readExecution } from '../streams/execution-stream.ts';

interface Lease {
  readonly executionId: string;
}

interface Wanted {
  readonly id: string;
  readonly sourceServerId: string;
  readonly waveId: string;
}

const triesMax = 5;

/**
 * Takes every server of the execution, in the fixed order of their names. A lease holds while its
 * execution has not ended, which is read when somebody else wants it: nothing has to be given back, so
 * nothing can leak. Gives the servers that another execution holds.
 */
export const takeLeases = async (
  store: RecordStore,
  executionId: string,
  waves: readonly FrozenWave[],
): Promise<readonly Fault[]> => {
  const wanted = waves
    .flatMap(({ waveId, target, servers }) =>
      servers.map(({ sourceServerId }): Wanted => ({
        id: `${target.account}/${target.region}/${sourceServerId}`,
        sourceServerId,
        waveId,
      })),
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const faults: Fault[] = [];
  for (const server of wanted) {
    const holder = await takeLease(store, executionId, server.id);
    if (holder !== undefined)
      faults.push({
        path: `waves.${server.waveId}`,
        message: `${server.sourceServerId} is held by execution ${holder}`,
        expected: 'a server that no other execution recovers',
      });
  }
  return faults;
};

const takeLease = async (
  store: RecordStore,
  executionId: string,
  id: string,
): Promise<string | undefined> => {
  const key = { kind: 'lease' as const, id };
  for (let tries = 0; tries < triesMax; tries++) {
    const held = await store.read<Lease>(key);
    if (held?.body.executionId === executionId) return undefined;
    if (held !== undefined && !hasEnded(await readExecution(store, held.body.executionId)))
      return held.body.executionId;
    if ((await store.write<Lease>(key, { executionId }, held?.revision ?? 0)) === 'written') return undefined;
  }
  throw new Error(`the lease of ${id} changed ${triesMax} times under this handler`);
};
