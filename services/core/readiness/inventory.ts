import type { Fault } from '../../../contracts/execution-events.ts';
import type { Plan, Target } from '../../../contracts/plan.ts';
import {
  type Finding,
  quotaFindings,
  serverFindings,
  type ReadinessQuestion,
  type ServerFinding,
  type TargetFacts,
} from '../domain/readiness.ts';
import { isLive } from '../domain/launched-instances.ts';
import type { RecoveryService, SourceServer } from '../ports/recovery-service.ts';
import { chosenServers, minimumFaults, targetOf } from './freeze.ts';
import { readNewestPoints, readTargetFacts, targetKey } from './target-facts.ts';
import { readServers, targetsOf } from './target-servers.ts';

/** A source server with everything that its readiness is judged by. */
export interface ServerReadiness {
  readonly target: Target;
  readonly sourceServerId: string;
  /** Undefined, as the next two are, where DRS does not know the server. */
  readonly name?: string;
  readonly replicationState?: string;
  readonly hasLaunchConfiguration?: boolean;
  readonly lagSeconds?: number;
  /** The account in which an extended source server replicates. */
  readonly stagingAccount?: string;
  /** It replicates back to where it came from. */
  readonly direction?: 'FAILBACK';
  /** When the newest recovery point was taken, ISO 8601. */
  readonly lastRecoveryPoint?: string;
  /** Recovery instances that exist, of drills and of real recoveries. */
  readonly liveInstances: readonly {
    readonly instanceId: string;
    readonly state: string;
    readonly isDrill: boolean;
    /** Whether DRS lists it; if not, EC2 alone does, by its tags. */
    readonly isRecorded: boolean;
  }[];
  readonly findings: readonly ServerFinding[];
}

export interface Inventory {
  readonly servers: readonly ServerReadiness[];
  /** Of a plan: what speaks against a wave as a whole, such as a quota. */
  readonly findings: readonly Finding[];
  /** Targets that cannot be read, and waves of a plan whose tags choose too few servers. */
  readonly faults: readonly Fault[];
}

interface InventoryPorts {
  readonly recovery: RecoveryService;
  readonly clock: { now(): number };
  readonly home: Target;
}

interface ChosenServers {
  readonly ids: readonly string[];
  /** The plan's waves here, each with how many servers it chooses. */
  readonly waves: readonly {
    readonly waveId: string;
    readonly servers: readonly unknown[];
    readonly chosen: readonly string[];
    readonly drillsInto: readonly string[];
  }[];
  readonly faults: readonly Fault[];
}

const chosenOf = (
  plan: Plan | undefined,
  home: Target,
  target: Target,
  known: readonly SourceServer[],
): ChosenServers => {
  if (plan === undefined)
    return { ids: known.map(({ sourceServerId }) => sourceServerId), waves: [], faults: [] };
  const here = plan.waves
    .map((wave, index) => ({ wave, path: `waves[${index}]` }))
    .filter(({ wave }) => targetKey(targetOf(plan, wave, home)) === targetKey(target))
    .map(({ wave, path }) => ({ wave, path, servers: chosenServers(wave, known) }));
  return {
    ids: [...new Set(here.flatMap(({ servers }) => servers.map(({ sourceServerId }) => sourceServerId)))],
    waves: here.map(({ wave, servers }) => ({
      ...{ waveId: wave.waveId, servers, drillsInto: wave.drillsInto ?? [] },
      chosen: servers.map(({ sourceServerId }) => sourceServerId),
    })),
    faults: here.flatMap(({ wave, path, servers }) => minimumFaults(wave, servers.length, path)),
  };
};

/** By what a server is judged: the question, and the machines that drills may go into. */
export interface Judgement {
  readonly question: ReadinessQuestion;
  readonly drillsInto: readonly string[];
}

export interface InventoryPlace {
  readonly servers: readonly ServerReadiness[];
  readonly facts: TargetFacts;
  readonly faults: readonly Fault[];
}

/** Asks DRS and EC2 about these servers of a place, of all that are `there`, and judges each. Changes nothing. */
export const readPlace = async (
  { recovery, clock }: Pick<InventoryPorts, 'recovery' | 'clock'>,
  target: Target,
  there: readonly SourceServer[],
  ids: readonly string[],
  judgementOf: (sourceServerId: string) => Judgement,
): Promise<InventoryPlace> => {
  const wave = { servers: ids.map((id) => ({ sourceServerId: id, name: id, critical: true })) };
  const facts = await readTargetFacts(recovery, target, [wave], there, clock.now());
  const others = ids.filter((id) => facts.servers.has(id) && !facts.recoveryPoints.has(id));
  const points = new Map([...facts.recoveryPoints, ...(await readNewestPoints(recovery, target, others))]);
  const byId = new Map(there.map((server) => [server.sourceServerId, server]));
  const servers = ids.map((id): ServerReadiness => {
    const { question, drillsInto } = judgementOf(id);
    return {
      ...{ target, sourceServerId: id },
      ...factsOf(byId.get(id), facts, points.get(id)),
      liveInstances: facts.instances
        .filter((instance) => instance.sourceServerId === id && isLive(instance))
        .map(({ instanceId, state, isDrill, unrecorded }) => ({
          ...{ instanceId, state, isDrill },
          isRecorded: unrecorded === undefined,
        })),
      findings: serverFindings(id, facts, question, drillsInto),
    };
  });
  return { servers, facts, faults: witnessFaults(target, facts) };
};

/** Reads the source servers of a plan and its targets, or all of the deployment's own place. Changes nothing. */
export const readInventory = async (
  { recovery, clock, home }: InventoryPorts,
  plan: Plan | undefined,
  question: ReadinessQuestion,
): Promise<Inventory> => {
  const targets = plan === undefined ? [home] : targetsOf(plan, home);
  const read = await readServers(recovery, targets);
  const { servers: known } = read;
  const servers: ServerReadiness[] = [];
  const findings: Finding[] = [];
  const faults: Fault[] = [...read.faults];
  for (const target of targets) {
    const there = known.get(targetKey(target));
    if (there === undefined) continue;
    const { ids, waves, faults: missed } = chosenOf(plan, home, target, there);
    const intoOfServer = new Map(
      waves.flatMap(({ chosen, drillsInto }) => chosen.map((id) => [id, drillsInto] as const)),
    );
    const place = await readPlace({ recovery, clock }, target, there, ids, (id) => ({
      question,
      drillsInto: intoOfServer.get(id) ?? [],
    }));
    servers.push(...place.servers);
    findings.push(...waves.flatMap((chosen) => quotaFindings(chosen, place.facts)));
    faults.push(...missed, ...place.faults);
  }
  return { servers, findings, faults };
};

/** Without EC2 nobody knows which machines launches would end beside those that DRS lists. */
const witnessFaults = ({ account, region }: Target, { unwitnessed }: TargetFacts): readonly Fault[] =>
  unwitnessed === undefined
    ? []
    : [
        {
          path: 'targets',
          message: `EC2 in ${account}/${region} cannot be asked which machines run: ${unwitnessed}`,
          expected: 'a role that may call ec2:DescribeInstances',
        },
      ];

const factsOf = (server: SourceServer | undefined, facts: TargetFacts, takenAt: number | undefined) =>
  server && {
    name: server.name,
    replicationState: server.replicationState,
    hasLaunchConfiguration: !facts.withoutLaunchConfiguration.has(server.sourceServerId),
    ...(server.lagSeconds !== undefined && { lagSeconds: server.lagSeconds }),
    ...(server.stagingAccount !== undefined && { stagingAccount: server.stagingAccount }),
    ...(server.direction !== undefined && { direction: server.direction }),
    ...(takenAt !== undefined && { lastRecoveryPoint: new Date(takenAt).toISOString() }),
  };
