import type { Fault, FrozenWave } from '../../../contracts/execution-events.ts';
import { countsServers } from '../domain/failback/homeward-waves.ts';
import { byText } from '../kernel/by-text.ts';
import { boundedList } from '../kernel/bounded-texts.ts';
import { groupBy } from '../kernel/group-by.ts';
import { untilWritten } from '../kernel/until-written.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { readCleanUp } from './clean-up-stream.ts';
import { hasEnded, readExecution } from './execution-stream.ts';

/** Who holds a source server. It holds while its execution has not ended, and for drills while that cleans up. */
export interface Lease {
  readonly executionId: string;
  /** The execution that held it before, and has ended. */
  readonly after?: string;
  /** The clean-up of the execution holds it, for as long as that runs. */
  readonly cleansUp?: true;
}

export interface WantedLease {
  readonly id: string;
  readonly sourceServerId: string;
  readonly waveId: string;
}

type Place = Pick<FrozenWave['target'], 'account' | 'region'>;

const leaseOf = ({ account, region }: Place, sourceServerId: string): string =>
  `${account}/${region}/${sourceServerId}`;

/**
 * The leases of all servers of these waves, in the fixed order in which everybody takes them. A failback takes those of
 * the plan's servers once, as every plan that recovers them does.
 */
export const leasesWanted = (waves: readonly FrozenWave[]): readonly WantedLease[] =>
  waves
    .filter(countsServers)
    .flatMap(({ waveId, target, servers }) =>
      servers.map(({ sourceServerId }): WantedLease => ({
        id: leaseOf(target, sourceServerId),
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

/** That the clean-up of an earlier drill has servers of a wave in hand. */
export const cleanedUpFault = (
  { waveId, sourceServerId }: Pick<WantedLease, 'waveId' | 'sourceServerId'>,
  drill: string,
): Fault => ({
  path: `waves.${waveId}`,
  message: `${sourceServerId} is being cleaned up after drill ${drill}`,
  expected: 'a request after the end of that clean-up',
});

export const isCleaningUp = async (store: RecordStore, executionId: string): Promise<boolean> =>
  (await readCleanUp(store, executionId)).status === 'RUNNING';

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

/**
 * Takes servers for the clean-up of a drill that has ended, and gives those that somebody else has, with who: what
 * a later execution recovers is no longer the drill's. It holds for as long as the clean-up runs, which is read when
 * somebody else wants it: nothing has to be given back.
 */
export const holdForCleanUp = async (
  store: RecordStore,
  executionId: string,
  place: Place,
  sourceServerIds: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const others = new Map<string, string>();
  const sorted = [...new Set(sourceServerIds)].sort(byText);
  for (let from = 0; from < sorted.length; from += readsAtOnce)
    await Promise.all(
      sorted.slice(from, from + readsAtOnce).map(async (sourceServerId) => {
        const holder = await holdLease(store, executionId, leaseOf(place, sourceServerId));
        if (holder !== executionId) others.set(sourceServerId, holder);
      }),
    );
  return others;
};

/** Which of these servers the clean-up no longer holds: another execution has taken them, whatever became of it. Takes nothing. */
export const lostByCleanUp = async (
  store: RecordStore,
  executionId: string,
  place: Place,
  sourceServerIds: readonly string[],
): Promise<readonly string[]> => {
  const lost: string[] = [];
  for (let from = 0; from < sourceServerIds.length; from += readsAtOnce) {
    const some = sourceServerIds.slice(from, from + readsAtOnce);
    const leases = await Promise.all(
      some.map((id) => store.read<Lease>({ kind: 'lease', id: leaseOf(place, id) })),
    );
    lost.push(
      ...some.filter((_, index) => {
        const lease = leases[index]?.body;
        return lease?.executionId !== executionId || lease.cleansUp !== true;
      }),
    );
  }
  return lost;
};

/** Gives who has it then. */
const holdLease = (store: RecordStore, executionId: string, id: string): Promise<string> => {
  const key = { kind: 'lease' as const, id };
  return untilWritten(`the lease of ${id}`, async () => {
    const held = await store.read<Lease>(key);
    const by = held?.body.executionId;
    if (by === executionId && held?.body.cleansUp === true) return executionId;
    if (by !== undefined && by !== executionId) {
      const holder = await readExecution(store, by);
      if (!hasEnded(holder)) return by;
      if (held?.body.cleansUp === true && (await isCleaningUp(store, by))) return by;
    }
    const lease: Lease = {
      executionId,
      ...(by !== undefined && by !== executionId && { after: by }),
      cleansUp: true,
    };
    const written = await store.write<Lease>(key, lease, held?.revision ?? 0);
    return written === 'conflict' ? 'conflict' : executionId;
  });
};
