import type { Fault, FrozenWave } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { Plan, Target } from '../../../contracts/plan.ts';
import type { RecoveredServer } from '../domain/failback/recovered-server.ts';
import type { RecordedMachine } from '../domain/homeward-server.ts';
import type { Closing } from '../domain/graph.ts';
import type { ReplacedInstance } from '../domain/replaced-instances.ts';
import { quotaFindings, type Finding } from '../domain/readiness.ts';
import { groupBy } from '../kernel/group-by.ts';
import type { HomewardReader } from '../ports/homeward-reader.ts';
import type { RecoveryService } from '../ports/recovery-service.ts';
import { homeOf } from '../domain/failback/homeward-waves.ts';
import { freezeFailback, recoveredWaves } from './freeze-failback.ts';
import type { FreezeContext } from './freeze.ts';
import { allSettled } from './in-parallel.ts';
import { isLasting, unreadable } from './lasting-error.ts';
import { targetKey } from './target-facts.ts';
import { readWaysHome, type HomewardServer } from './ways-home.ts';

export interface PrepareFailbackPorts {
  readonly recovery: RecoveryService;
  readonly homeward: HomewardReader;
  readonly clock: { now(): number };
}

export interface PreparedFailback {
  readonly frozen: { readonly waves: readonly FrozenWave[]; readonly closing: Closing };
  readonly findings: readonly Finding[];
  readonly faults: readonly Fault[];
  /** Its launches find nothing at home that they would end: the start refuses what was launched there before. */
  readonly replaced: readonly ReplacedInstance[];
}

/** How the hub gets into the account that servers came from: as the plan says of its home, or of any target there. */
export const rolesOf =
  (targets: readonly Target[]) =>
  (account: string): Pick<Target, 'role' | 'externalId'> => {
    const known = targets.find((target) => target.account === account);
    return {
      ...(known?.role !== undefined && { role: known.role }),
      ...(known?.externalId !== undefined && { externalId: known.externalId }),
    };
  };

interface Machines {
  readonly byServer: ReadonlyMap<string, readonly RecordedMachine[]>;
  readonly faults: readonly Fault[];
}

/** The live machines of real recoveries, by the servers of these waves. */
const readMachines = async (homeward: HomewardReader, waves: readonly FrozenWave[]): Promise<Machines> => {
  const all: RecordedMachine[] = [];
  const faults: Fault[] = [];
  await allSettled(
    [...groupBy(waves, ({ target }) => targetKey(target)).values()].map(async (own) => {
      const [first] = own;
      if (first === undefined) return;
      const ids = own.flatMap(({ servers }) => servers.map(({ sourceServerId }) => sourceServerId));
      try {
        all.push(...(await homeward.machines(first.target, ids)));
      } catch (error) {
        if (!isLasting(error)) throw error;
        faults.push(unreadable(first.target, error));
      }
    }),
  );
  const real = all.filter(({ isDrill }) => !isDrill);
  return { byServer: groupBy(real, ({ sourceServerId }) => sourceServerId), faults };
};

/** Which of several is to come home, or what brings home what is not there, nobody can tell. */
const machineFaults = (waves: readonly FrozenWave[], { byServer, faults }: Machines): readonly Fault[] =>
  faults.length > 0
    ? []
    : waves.flatMap(({ waveId, servers }) =>
        servers.flatMap(({ sourceServerId: id }): Fault[] => {
          const ids = (byServer.get(id) ?? []).map(({ instanceId }) => instanceId);
          if (ids.length === 1) return [];
          return [
            {
              path: `waves.${waveId}`,
              message:
                ids.length === 0
                  ? `${id} has no machine of a real recovery to bring home`
                  : `${id} has several machines of real recoveries: ${ids.join(', ')}`,
              expected: 'exactly one machine that a real recovery has launched',
            },
          ];
        }),
      );

/** Before these a failback can take a server up, and goes on from where it is. */
const startable: readonly string[] = ['AWAY', 'REVERSING', 'SYNCING', 'READY', 'UNCLEAR'];

const placeText = ({ account, region }: Target): string => `${account}/${region}`;

const wayFaults = (server: HomewardServer, expected: Target): readonly Fault[] => {
  const { waveId, sourceServerId: id, stage, home, isDrill } = server;
  const path = `waves.${waveId}`;
  const isElsewhere = home !== undefined && targetKey(home) !== targetKey(expected);
  const isBegun = !startable.includes(stage) && isDrill !== true;
  return [
    ...(isElsewhere
      ? [
          {
            path,
            message: `${id} came from ${placeText(home)}, and the plan brings it to ${placeText(expected)}`,
            expected: `the target ${placeText(home)} as home of the wave`,
          },
        ]
      : []),
    ...(isBegun
      ? [
          {
            path,
            message: `${id} is ${stage} already; go on by what groundswell failback status shows`,
            expected: 'a server that nothing was launched from at home',
          },
        ]
      : []),
  ];
};

const obstacleFindings = ({ waveId, sourceServerId, obstacles }: HomewardServer): readonly Finding[] =>
  obstacles.map(({ level, message }) => ({
    ...{ level, message: `${sourceServerId}: ${message}`, waveId, sourceServerId },
    name: 'way-home',
  }));

/** Jobs are listed so far back; they take minutes, the longest a few hours. */
const jobsSinceMs = 24 * 3_600_000;

const quotasAtHome = async (
  { recovery, clock }: PrepareFailbackPorts,
  launches: readonly FrozenWave[],
): Promise<readonly Finding[]> => {
  const found = await allSettled(
    [...groupBy(launches, ({ target }) => targetKey(target)).values()].map(async (own) => {
      const [first] = own;
      if (first === undefined) return [];
      const [jobs, quotas] = await allSettled([
        recovery.describeJobsSince(first.target, clock.now() - jobsSinceMs),
        recovery.quotas(first.target),
      ]);
      const activeJobs = jobs.filter(({ status }) => status !== 'COMPLETED').length;
      const facts = { activeJobs, jobsMax: quotas.jobsMax, serversMax: quotas.serversInJobsMax };
      return own.flatMap((wave) => quotaFindings(wave, facts));
    }),
  );
  return found.flat();
};

/**
 * Everything that would stop a failback, at once: what its servers' machines are, where each server is on its way, what
 * is in the way of it in either place, and the quota at home. Changes nothing.
 */
export const prepareFailback = async (
  ports: PrepareFailbackPorts,
  plan: Plan,
  mode: Mode,
  context: Omit<FreezeContext, 'plan' | 'mode'>,
): Promise<PreparedFailback> => {
  const { waves, faults } = recoveredWaves({ ...context, plan, mode });
  const machines = await readMachines(ports.homeward, waves);
  const machineOf = (id: string): string | undefined => {
    const own = machines.byServer.get(id) ?? [];
    return own.length === 1 ? own[0]?.instanceId : undefined;
  };
  const recovered = waves.flatMap(({ waveId, target, servers }) =>
    servers.flatMap(({ sourceServerId, name }): RecoveredServer[] => {
      const instanceId = machineOf(sourceServerId);
      return instanceId === undefined ? [] : [{ waveId, target, sourceServerId, name, instanceId }];
    }),
  );
  const homes = plan.waves.map(({ waveId }) => homeOf(plan, waveId, context.home));
  const roleIn = rolesOf([...homes, ...Object.values(plan.targets)]);
  const ways = await readWaysHome({ ...ports, roleIn }, recovered);
  const frozen = freezeFailback({ plan, mode, home: context.home }, waves, machineOf);
  const launches = frozen.waves.filter(({ homeward }) => homeward?.phase === 'launch');
  const isReadable = ways.faults.length === 0 && machines.faults.length === 0;
  return {
    frozen,
    replaced: [],
    findings: [
      ...ways.servers.flatMap(obstacleFindings),
      ...(isReadable ? await quotasAtHome(ports, launches) : []),
    ],
    faults: [
      ...faults,
      ...frozen.faults,
      ...machines.faults,
      ...machineFaults(waves, machines),
      ...ways.faults.filter(({ path }) => machines.faults.every((fault) => fault.path !== path)),
      ...ways.servers.flatMap((server) => wayFaults(server, homeOf(plan, server.waveId, context.home))),
    ],
  };
};
