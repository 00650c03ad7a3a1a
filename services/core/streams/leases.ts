import type { Fault, FrozenWave } from '../../../contracts/execution-events.ts';
import { byText } from '../kernel/by-text.ts';
import { boundedList } from '../kernel/bounded-texts.ts';
import { groupBy } from '../kernel/group-by.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { hasEnded, readExecution } from './execution-stream.ts';

/** Who holds a source server. It holds while its execution has not ended. */
export interface Lease {
  readonly executionId: string;
  /** The execution that held it before, and has ended. */
  readonly after?: string;
}

export interface WantedLease {
  readonly id: string;
  readonly sourceServerId: string;
  readonly waveId: string;
}

/** The leases of all servers of these waves, in the fixed order in which everybody takes them. */
export const leasesWanted = (waves: readonly FrozenWave[]): readonly WantedLease[] =>
  waves
    .flatMap(({ waveId, target, servers }) =>
      servers.map(({ sourceServerId }): WantedLease => ({
        id: `${target.account}/${target.region}/${sourceServerId}`,
        sourceServerId,
        waveId,
      })),
    )
    .sort((a, b) => byText(a.id, b.id));

/** That servers of a wave are another execution's. */
export const heldFault = (
  { waveId, sourceServerId }: Pick<WantedLease, 'waveId' | 'sourceServerId'>,
  holder: string,
  count = 1,
): Fault => ({
  path: `waves.${waveId}`,
  message: `${sourceServerId} ${count === 1 ? 'is' : 'are'} held by execution ${holder}`,
  expected: 'servers that no other execution recovers',
});

const readsAtOnce = 50;
/** In characters, of the servers that are named. */
const namedMax = 400;

/** The servers of these waves that another execution holds now. Takes nothing. */
export const heldServers = async (
  store: RecordStore,
  waves: readonly FrozenWave[],
): Promise<readonly Fault[]> => {
  const wanted = leasesWanted(waves);
  const ended = new Map<string, Promise<boolean>>();
  const isOver = (executionId: string): Promise<boolean> => {
    const known = ended.get(executionId) ?? readExecution(store, executionId).then(hasEnded);
    ended.set(executionId, known);
    return known;
  };
  const held: (WantedLease & { readonly by: string })[] = [];
  for (let from = 0; from < wanted.length; from += readsAtOnce) {
    const found = await Promise.all(
      wanted.slice(from, from + readsAtOnce).map(async (lease) => {
        const by = (await store.read<Lease>({ kind: 'lease', id: lease.id }))?.body.executionId;
        return by === undefined || (await isOver(by)) ? [] : [{ ...lease, by }];
      }),
    );
    held.push(...found.flat());
  }
  // One for each wave and holder: a drill that still runs would say the same of each of a thousand servers.
  return [...groupBy(held, ({ waveId, by }) => `${waveId} ${by}`).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const ids = boundedList(
      group.map(({ sourceServerId }) => sourceServerId),
      namedMax,
      (count) => `and ${count} more`,
    ).join(', ');
    return [heldFault({ ...first, sourceServerId: ids }, first.by, group.length)];
  });
};
