import type { Fault } from '../../../contracts/execution-events.ts';
import type { Target } from '../../../contracts/plan.ts';
import type { RecoveredServer } from '../domain/failback/recovered-server.ts';
import type { Look } from '../domain/failback/way-home.ts';
import type { RecordedMachine, ReplicatedServer } from '../domain/homeward-server.ts';
import { groupBy } from '../kernel/group-by.ts';
import type { HomewardReader } from '../ports/homeward-reader.ts';
import type { RecoveryService } from '../ports/recovery-service.ts';
import { allSettled, inParallel } from './in-parallel.ts';
import { askByPlace, askPlaces } from './places.ts';
import { targetKey } from './target-facts.ts';

export interface HomewardPorts {
  readonly homeward: HomewardReader;
  readonly recovery: RecoveryService;
  readonly clock: { now(): number };
  /** How the hub gets into the place that a server came from, by its account. */
  readonly roleIn: (account: string) => Pick<Target, 'role' | 'externalId'>;
}

const atOnce = 20;

interface Shown {
  readonly target: Target;
  readonly servers: readonly ReplicatedServer[];
}

const readPlaces = (homeward: HomewardReader, targets: readonly Target[]) =>
  askPlaces(targets, async (target): Promise<Shown> => ({
    target,
    servers: await homeward.servers(target),
  }));

const byServer = async (
  homeward: HomewardReader,
  targets: readonly { readonly target: Target; readonly sourceServerId: string }[],
): Promise<ReadonlyMap<string, readonly RecordedMachine[]>> => {
  const machines = await askByPlace(targets, (target, own) =>
    homeward.machines(
      target,
      own.map(({ sourceServerId }) => sourceServerId),
    ),
  );
  return groupBy(machines.flat(), ({ sourceServerId }) => sourceServerId);
};

/** Jobs are listed so far back; they take minutes, the longest a few hours. */
const jobsSinceMs = 24 * 3_600_000;

/** The servers in each place, by its key, that have a job of DRS in progress. */
const busyServers = async (
  { recovery, clock }: HomewardPorts,
  places: readonly Shown[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> =>
  new Map(
    await allSettled(
      places.map(async ({ target }) => {
        const jobs = await recovery.describeJobsSince(target, clock.now() - jobsSinceMs);
        const active = jobs.filter(({ status }) => status !== 'COMPLETED');
        const ids = active.flatMap(({ servers }) => servers.map(({ sourceServerId }) => sourceServerId));
        return [targetKey(target), new Set(ids)] as const;
      }),
    ),
  );

/** The machines that launches of these servers go into. */
const enteredBy = async (
  recovery: RecoveryService,
  servers: readonly { readonly target: Target; readonly id: string }[],
): Promise<ReadonlyMap<string, string>> => {
  const found = await inParallel(servers, atOnce, async ({ target, id }) => {
    const configuration = await recovery.describeLaunchConfiguration(target, id);
    return [id, configuration?.intoInstanceId] as const;
  });
  return new Map(found.flatMap(([id, machine]) => (machine === undefined ? [] : [[id, machine]])));
};

/** A recovered server at one look, with where it came from. */
export interface SeenServer {
  readonly recovered: RecoveredServer;
  readonly home: Target | undefined;
  readonly look: Look;
  /** What DRS names as its reversed server, where that is there and is not the one of the recovered machine. */
  readonly earlierId: string | undefined;
}

/** A recovered server with what stands for it in either place. */
interface Reversal {
  readonly recovered: RecoveredServer;
  readonly known: ReplicatedServer | undefined;
  readonly home: Target | undefined;
  readonly place: Shown | undefined;
  readonly away: readonly RecordedMachine[];
  readonly reversed: ReplicatedServer | undefined;
}

/** In the place of origin, the server that replicates from a machine which was recovered. */
const reversedOf = (
  home: Shown | undefined,
  { instanceId }: RecoveredServer,
  away: readonly RecordedMachine[],
): ReplicatedServer | undefined => {
  const real = away.filter(({ isDrill }) => !isDrill).map((machine) => machine.instanceId);
  const ids = new Set([...real, instanceId]);
  return home?.servers.find(
    ({ direction, machineId }) => direction === 'FAILBACK' && machineId !== undefined && ids.has(machineId),
  );
};

/** What of each server stands in the place where it was recovered, and what of it in its place of origin. */
const readReversals = async (
  { homeward, roleIn }: HomewardPorts,
  recovered: readonly RecoveredServer[],
): Promise<{
  readonly all: readonly Reversal[];
  readonly places: readonly Shown[];
  readonly faults: readonly Fault[];
}> => {
  const there = await readPlaces(
    homeward,
    recovered.map(({ target }) => target),
  );
  const shown = recovered.flatMap((server) => {
    const place = there.answers.get(targetKey(server.target));
    if (place === undefined) return [];
    const known = place.servers.find(({ sourceServerId }) => sourceServerId === server.sourceServerId);
    const origin = known?.origin;
    return [{ recovered: server, known, home: origin && { ...origin, ...roleIn(origin.account) } }];
  });
  const here = await readPlaces(
    homeward,
    shown.flatMap(({ home }) => home ?? []),
  );
  const machines = await byServer(
    homeward,
    shown.map((each) => each.recovered),
  );
  const all = shown.map((each): Reversal => {
    const place = each.home && here.answers.get(targetKey(each.home));
    const away = machines.get(each.recovered.sourceServerId) ?? [];
    return { ...each, place, away, reversed: reversedOf(place, each.recovered, away) };
  });
  const places = [...new Map([...there.answers, ...here.answers]).values()];
  // Of a server whose place of origin cannot be read, nothing is told but that.
  return {
    all: all.filter(({ home, place }) => home === undefined || place !== undefined),
    places,
    faults: [...there.faults, ...here.faults],
  };
};

/** The server as it stands in either place, where it was reversed. */
const bothOf = ({ recovered: { target, sourceServerId }, home, reversed }: Reversal) =>
  home && reversed
    ? [
        { target, id: sourceServerId },
        { target: home, id: reversed.sourceServerId },
      ]
    : [];

const earlierOf = ({ known, place, reversed }: Reversal): string | undefined => {
  const id = known?.reversedId;
  const isThere = place?.servers.some(({ sourceServerId }) => sourceServerId === id) === true;
  return isThere && id !== reversed?.sourceServerId ? id : undefined;
};

/**
 * Looks at recovered servers in the places where they are and where they came from. A place that may not be read is a
 * fault, and its servers are left out; what asking again may fix is thrown.
 */
export const lookHomeward = async (
  ports: HomewardPorts,
  recovered: readonly RecoveredServer[],
): Promise<{ readonly servers: readonly SeenServer[]; readonly faults: readonly Fault[] }> => {
  const { all, places, faults } = await readReversals(ports, recovered);
  const [home, busy, entered] = await Promise.all([
    byServer(
      ports.homeward,
      all.flatMap((each) =>
        each.home && each.reversed
          ? [{ target: each.home, sourceServerId: each.reversed.sourceServerId }]
          : [],
      ),
    ),
    busyServers(ports, places),
    enteredBy(ports.recovery, all.flatMap(bothOf)),
  ]);
  const isBusy = (target: Target | undefined, id = ''): boolean =>
    target !== undefined && busy.get(targetKey(target))?.has(id) === true;
  const lookOf = (each: Reversal): Look => {
    const { known, away, reversed } = each;
    const { target, sourceServerId, instanceId: launchedId } = each.recovered;
    const existed = [known?.machineId, ...bothOf(each).map(({ id }) => entered.get(id))];
    return {
      ...{ server: known, away, reversed, launchedId },
      home: home.get(reversed?.sourceServerId ?? '') ?? [],
      existedBefore: existed.filter((id) => id !== undefined),
      busy: [
        ...(isBusy(target, sourceServerId) ? (['away'] as const) : []),
        ...(isBusy(each.home, reversed?.sourceServerId) ? (['home'] as const) : []),
      ],
    };
  };
  return {
    servers: all.map((each) => ({
      ...{ recovered: each.recovered, home: each.home, look: lookOf(each) },
      earlierId: earlierOf(each),
    })),
    faults,
  };
};
