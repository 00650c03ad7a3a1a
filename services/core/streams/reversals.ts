import type { FrozenWave, Homeward } from '../../../contracts/execution-events.ts';
import type { ExecutionState } from '../domain/execution-state.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { readGraph } from './frozen-plan.ts';
import { readWaveState } from './wave-stream.ts';

/** A server of a failback, with what its reversal came to. */
export interface Reversal {
  /** Of the wave that reverses. */
  readonly waveId: string;
  readonly homeward: Homeward;
  readonly server: FrozenWave['servers'][number];
  /** Known once it is in sync. */
  readonly reversedId?: string;
  /** A call of this execution made it. */
  readonly isOurs: boolean;
}

/** What an execution has reversed, or was to, by its own records. Empty for any execution but a failback. */
export const readReversals = async (
  store: RecordStore,
  executionId: string,
  { frozenHash, direction }: Pick<ExecutionState, 'frozenHash' | 'direction'>,
): Promise<readonly Reversal[]> => {
  if (direction === undefined || frozenHash === '') return [];
  const { waves } = await readGraph(store, frozenHash);
  const reversals: Reversal[] = [];
  for (const { waveId, homeward, servers } of Object.values(waves)) {
    if (homeward?.phase !== 'reverse') continue;
    const state = await readWaveState(store, executionId, waveId);
    reversals.push(
      ...servers.map((server) => {
        const reversedId = state.results[server.sourceServerId]?.reversedId;
        const isOurs = state.madeReversed?.includes(server.sourceServerId) === true;
        return { waveId, homeward, server, isOurs, ...(reversedId !== undefined && { reversedId }) };
      }),
    );
  }
  return reversals;
};
