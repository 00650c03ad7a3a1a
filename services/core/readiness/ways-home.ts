import type { Fault } from '../../../contracts/execution-events.ts';
import type { Target } from '../../../contracts/plan.ts';
import type { RecoveredServer } from '../domain/failback/recovered-server.ts';
import { nextCallOf, type HomewardCall } from '../domain/failback/next-call.ts';
import { obstaclesOf, type HomeLaunch, type Obstacle } from '../domain/failback/obstacles.ts';
import { machineAtHome, wayHomeOf, type WayHome } from '../domain/failback/way-home.ts';
import type { Machine } from '../ports/recovery-service.ts';
import { type HomewardPorts, lookHomeward, type SeenServer } from './homeward-looks.ts';
import { inParallel } from './in-parallel.ts';
import { isLasting, reasonOf } from './lasting-error.ts';
import { readLaunchConfigurations, readLaunchInto } from './launch-configurations.ts';
import { askByPlace } from './places.ts';

/** A server on its way home, as AWS shows it at one look. */
export interface HomewardServer extends WayHome {
  readonly waveId: string;
  readonly sourceServerId: string;
  readonly name: string;
  /** Where it was recovered, and where it came from; the latter absent where DRS does not say. */
  readonly away: Target;
  readonly home?: Target;
  /** The machine that was recovered. */
  readonly machineAway: string;
  /** The source server at home that replicates from it. */
  readonly reversedId?: string;
  readonly machineAtHome?: string;
  readonly obstacles: readonly Obstacle[];
  readonly next?: HomewardCall;
}

export interface WaysHome {
  readonly servers: readonly HomewardServer[];
  /** Places that cannot be read. */
  readonly faults: readonly Fault[];
}

const atOnce = 20;

/** What an answer is worth that never comes: not known, and why. */
const readOr = async <Answer>(ask: () => Promise<Answer>, why: string): Promise<Answer | Unread> => {
  try {
    return await ask();
  } catch (error) {
    if (isLasting(error)) return { unread: `${why} cannot be read: ${reasonOf(error)}` };
    throw error;
  }
};

interface Unread {
  readonly unread: string;
}

const isUnread = (answer: unknown): answer is Unread =>
  typeof answer === 'object' && answer !== null && 'unread' in answer;

/** The machines that were recovered, by their ids, as EC2 knows them; or why it may not be asked. */
const machinesOf = async (
  { recovery }: HomewardPorts,
  all: readonly SeenServer[],
): Promise<ReadonlyMap<string, Machine | Unread>> => {
  const away = all.flatMap(({ recovered: { target }, look }) =>
    look.away.map(({ instanceId }) => ({ target, instanceId })),
  );
  const found = await askByPlace(away, async (target, own) => {
    const ids = own.map(({ instanceId }) => instanceId);
    const machines = await readOr(
      () => recovery.describeMachines(target, ids),
      `EC2 in ${target.account}/${target.region}`,
    );
    return isUnread(machines)
      ? ids.map((id) => [id, machines] as const)
      : machines.map((machine) => [machine.instanceId, machine] as const);
  });
  return new Map<string, Machine | Unread>(found.flat());
};

/** How the reversed servers would be launched, by their ids. */
const launchesOf = async (
  { homeward, recovery }: HomewardPorts,
  all: readonly SeenServer[],
): Promise<ReadonlyMap<string, HomeLaunch | Unread>> => {
  const launches = new Map<string, HomeLaunch | Unread>();
  const reversals = all.flatMap(({ home, look: { reversed } }) =>
    home && reversed ? [{ target: home, id: reversed.sourceServerId }] : [],
  );
  await askByPlace(reversals, async (target, own) => {
    const ids = own.map(({ id }) => id);
    const configurations = await readLaunchConfigurations(recovery, target, ids);
    const into = await readLaunchInto(recovery, target, configurations);
    await inParallel(ids, atOnce, async (id) => {
      const entered = into.get(id);
      const settings = await readOr(
        () => homeward.launchSettings(target, id),
        `the launch template of ${id}`,
      );
      if (entered !== undefined) launches.set(id, { securityGroupIds: [], into: entered });
      else if (settings !== undefined) launches.set(id, settings);
    });
  });
  return launches;
};

const shownOf = (
  { recovered, home, look, earlierId }: SeenServer,
  machines: ReadonlyMap<string, Machine | Unread>,
  launches: ReadonlyMap<string, HomeLaunch | Unread>,
): HomewardServer => {
  const { waveId, sourceServerId, name, target, instanceId } = recovered;
  const way = wayHomeOf(look);
  const machineAway = look.away.find(({ isDrill }) => !isDrill)?.instanceId ?? instanceId;
  const back = machineAtHome(look);
  const next = nextCallOf(look, way);
  const { reversed } = look;
  const machine = machines.get(machineAway);
  const launch = reversed && launches.get(reversed.sourceServerId);
  const facts = {
    machine: isUnread(machine) ? undefined : machine,
    launch: isUnread(launch) ? undefined : launch,
    earlierId,
    unread: [machine, launch].flatMap((answer) => (isUnread(answer) ? [answer.unread] : [])),
  };
  return {
    ...{ waveId, sourceServerId, name, away: target, machineAway, ...way },
    ...(home && { home }),
    ...(reversed && { reversedId: reversed.sourceServerId }),
    ...(back && { machineAtHome: back.instanceId }),
    obstacles: obstaclesOf(look, way, facts),
    ...(next && { next }),
  };
};

/**
 * Asks DRS and EC2, in both places, where recovered servers are on their way home, what is in the way of each, and
 * which call comes next. Changes nothing. A place that may not be read is a fault beside the others; what asking again
 * may fix is thrown.
 */
export const readWaysHome = async (
  ports: HomewardPorts,
  recovered: readonly RecoveredServer[],
): Promise<WaysHome> => {
  const { servers: all, faults } = await lookHomeward(ports, recovered);
  const [machines, launches] = await Promise.all([machinesOf(ports, all), launchesOf(ports, all)]);
  return { servers: all.map((each) => shownOf(each, machines, launches)), faults };
};
