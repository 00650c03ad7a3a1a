import type { Fault, FrozenWave } from '../../contracts/execution-events.ts';
import { byText } from '../kernel/by-text.ts';
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

export interface Leases {
  /** The servers that another execution holds. */
  readonly faults: readonly Fault[];
  /** Whether a server was another execution's before: what was known of it may be from before that one's end. */
  readonly takenOver: boolean;
}

type Taken = { readonly by: 'us'; readonly takenOver: boolean } | { readonly by: string };

/**
 * Takes every server of the execution, in the fixed order of their names. A lease holds while its
 * execution has not ended, which is read when somebody else wants it: nothing has to be given back, so
 * nothing can leak.
 */
export const takeLeases = async (
  store: RecordStore,
  executionId: string,
  waves: readonly FrozenWave[],
): Promise<Leases> => {
  const wanted = waves
    .flatMap(({ waveId, target, servers }) =>
      servers.map(({ sourceServerId }): Wanted => ({
        id: `${target.account}/${target.region}/${sourceServerId}`,
        sourceServerId,
        waveId,
      })),
    )
    .sort((a, b) => byText(a.id, b.id));
  const faults: Fault[] = [];
  let takenOver = false;
  for (const server of wanted) {
    const taken = await takeLease(store, executionId, server.id);
    if ('takenOver' in taken) takenOver ||= taken.takenOver;
    else faults.push(heldFault(server, taken.by));
  }
  return { faults, takenOver };
};

const heldFault = ({ waveId, sourceServerId }: Wanted, holder: string): Fault => ({
  path: `waves.${waveId}`,
  message: `${sourceServerId} is held by execution ${holder}`,
  expected: 'a server that no other execution recovers',
});

const takeLease = async (store: RecordStore, executionId: string, id: string): Promise<Taken> => {
  const key = { kind: 'lease' as const, id };
  for (let tries = 0; tries < triesMax; tries++) {
    const held = await store.read<Lease>(key);
    if (held?.body.executionId === executionId) return { by: 'us', takenOver: false };
    if (held !== undefined && !hasEnded(await readExecution(store, held.body.executionId)))
      return { by: held.body.executionId };
    const written = await store.write<Lease>(key, { executionId }, held?.revision ?? 0);
    if (written === 'written') return { by: 'us', takenOver: held !== undefined };
  }
  throw new Error(`the lease of ${id} changed ${triesMax} times under this handler`);
};
