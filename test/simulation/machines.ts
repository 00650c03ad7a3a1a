import type { Plan } from '../../contracts/plan.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import type { RecoveryInstance, RecoveryJob } from '../../services/core/domain/recovery-job.ts';
import type { Machine } from '../../services/core/ports/recovery-service.ts';
import { plainEstate, serversMeant, type EstateServer } from './estate.ts';
import type { Prng } from './prng.ts';
import type { Failback, HiddenMachine, IntoMachine, Workload } from './workload.ts';

const minute = 60_000;
const instanceIdOf = (n: number): string => `i-${n.toString(16).padStart(17, '0')}`;

/** From the start, or in the middle of things: what was checked at a start says nothing of it. */
const drawAppearance = (prng: Prng): number => (prng.chance(0.6) ? -60 * minute : prng.int(40 * minute));

const idsOf = (estate: readonly EstateServer[], plans: readonly Plan[]): readonly string[] => [
  ...new Set(plans.flatMap(({ waves }) => waves.flatMap((wave) => [...serversMeant(estate, wave)]))),
];

/** Machines that people may need, servers that replicate back, and who allows what. Its numbers are its own. */
export const withMachines = (prng: Prng, workload: Workload): Workload => {
  if (prng.chance(0.6)) return workload;
  const estate = workload.estate ?? plainEstate(workload.plans);
  const ids = idsOf(estate, workload.plans);
  const hiddenRate = prng.pick([0, 0.1, 0.4]);
  const intoRate = prng.pick([0, 0, 0.1, 0.4]);
  let machines = 0;
  const hidden = ids
    .filter(() => prng.chance(hiddenRate))
    .map((serverId): HiddenMachine => {
      const origin = prng.pick(['drill', 'recovery', 'unknown'] as const);
      return {
        ...{ instanceId: instanceIdOf(0xa0_0000 + ++machines), serverId, origin },
        appearsMs: drawAppearance(prng),
        isProtected: prng.chance(0.3),
        failsBack: origin === 'drill' && prng.chance(0.6),
      };
    });
  const into = ids
    .filter(() => prng.chance(intoRate))
    .map((serverId): IntoMachine => {
      const isShared = machines > 0 && prng.chance(0.1);
      return {
        instanceId: instanceIdOf(0xb0_0000 + (isShared ? machines : ++machines)),
        serverId,
        appearsMs: drawAppearance(prng),
        fits: prng.chance(0.95),
      };
    });
  const named = (rate: number, of: readonly { readonly instanceId: string }[]): readonly string[] => [
    ...new Set(of.filter(() => prng.chance(rate)).map(({ instanceId }) => instanceId)),
  ];
  const intoNamed = named(0.7, into);
  const plans = workload.plans.map((plan) => ({
    ...plan,
    waves: plan.waves.map((wave) => {
      const own = serversMeant(estate, wave);
      const drillsInto = into
        .filter(({ serverId, instanceId }) => own.has(serverId) && intoNamed.includes(instanceId))
        .map(({ instanceId }) => instanceId);
      return drillsInto.length === 0 ? wave : { ...wave, drillsInto: [...new Set(drillsInto)] };
    }),
  }));
  const requests = workload.requests.map((request) => ({
    ...request,
    allowReplacing: [...named(0.4, hidden), ...named(0.1, into)],
    ...(request.acceptWarnings !== undefined &&
      prng.chance(0.5) && { acceptWarnings: [...request.acceptWarnings, 'recovery-over-failback'] }),
  }));
  const recordsDeletedAfterMs = prng.chance(0.5) ? prng.pick([minute, 10 * minute]) : undefined;
  const failback = prng.chance(0.5) ? drawFailback(prng) : undefined;
  return {
    ...{ ...workload, plans, requests },
    estate: [...estate.map((server) => turned(prng, server)), ...reversals(prng, estate)],
    machines: {
      ...{ hidden, into, isDenied: prng.chance(0.12) },
      ...(recordsDeletedAfterMs !== undefined && { recordsDeletedAfterMs }),
      ...(failback !== undefined && { failback }),
    },
  };
};

const drawFailback = (prng: Prng): Failback => ({
  afterMs: prng.pick([10_000, minute, 10 * minute]),
  ...(prng.chance(0.4) && { lastsMs: prng.pick([5 * minute, 60 * minute]) }),
  rate: prng.pick([0.2, 1]),
});

/** Now and then a plan names the source server of the other direction. */
const turned = (prng: Prng, server: EstateServer): EstateServer =>
  prng.chance(0.01) ? { ...server, direction: 'FAILBACK' } : server;

/** A reversal makes a second source server with the same tags. */
const reversals = (prng: Prng, estate: readonly EstateServer[]): readonly EstateServer[] =>
  estate
    .filter(() => prng.chance(0.15))
    .map((server) => ({ ...server, id: `s-f${server.id.slice(3)}`, direction: 'FAILBACK' }));

const jobIdOf = ({ instanceId }: HiddenMachine): string => `drsjob-${instanceId.slice(2)}`;

export interface ParkDeps {
  readonly workload: Workload;
  readonly epoch: number;
  readonly now: () => number;
}

/** Longer than a handler lives: what it has asked about is at most so old when it acts. */
const askedMs = 60_000;

/** EC2's own view of a place, and what of it a drill must not touch. */
export const createPark = ({ workload, epoch, now }: ParkDeps) => {
  const park = workload.machines ?? { hidden: [], into: [], isDenied: false };
  const ended = new Set<string>();
  const deletedAt = new Map<string, number>();
  const failsBackSince = new Map<string, number>();
  const failbackOf = (instanceId: string, at = now()): string | undefined => {
    const since = failsBackSince.get(instanceId);
    if (since === undefined || at < since) return undefined;
    return at < since + (park.failback?.lastsMs ?? Infinity) ? 'FAILBACK_IN_PROGRESS' : 'FAILBACK_COMPLETED';
  };
  const isThere = ({ appearsMs }: { readonly appearsMs: number }, at = now()): boolean =>
    at >= epoch + appearsMs;
  const alive = (at = now()): readonly HiddenMachine[] =>
    park.hidden.filter((each) => isThere(each, at) && !ended.has(each.instanceId));
  const intoOf = (serverId: string, at = now()): IntoMachine | undefined =>
    park.into.find((each) => each.serverId === serverId && isThere(each, at));

  return {
    isDenied: park.isDenied,
    recordsDeletedAfterMs: park.recordsDeletedAfterMs,
    failback: park.failback,
    intoOf,
    deleteRecord: (instanceId: string): void => void deletedAt.set(instanceId, now()),
    isRecordDeleted: (instanceId: string, at = now()): boolean =>
      (deletedAt.get(instanceId) ?? Infinity) <= at,
    beginFailback: (instanceId: string): void => void failsBackSince.set(instanceId, now()),
    failbackOf,
    /** Whether data have flowed back from an instance for long enough to be asked about, and still do. */
    isFailingBack: (instanceId: string, longMs = askedMs): boolean =>
      failbackOf(instanceId) === 'FAILBACK_IN_PROGRESS' &&
      failbackOf(instanceId, now() - longMs) === 'FAILBACK_IN_PROGRESS' &&
      !deletedAt.has(instanceId),
    isProtected: (instanceId: string): boolean =>
      park.hidden.some((each) => each.instanceId === instanceId && each.isProtected),
    /** Hidden machines as EC2 shows them. */
    machinesOf: (ids: ReadonlySet<string>): readonly Machine[] =>
      alive()
        .filter(({ serverId }) => ids.has(serverId))
        .map((machine) => ({
          ...{ instanceId: machine.instanceId, state: 'RUNNING', platform: 'linux' as const },
          tags: {
            'drs.amazonaws.com-source-server': machine.serverId,
            'drs.amazonaws.com-job': jobIdOf(machine),
          },
        })),
    /** Machines that launches go into, as EC2 shows them. */
    existing: (ids: readonly string[]): readonly Machine[] =>
      [...new Map(park.into.map((each) => [each.instanceId, each])).values()]
        .filter(({ instanceId }) => ids.includes(instanceId))
        .map(({ instanceId, fits }) => ({
          ...{ instanceId, state: fits ? 'STOPPED' : 'RUNNING', platform: 'linux' as const },
          tags: { AWSDRS: 'AllowLaunchingIntoThisInstance' },
        })),
    /** Jobs of earlier times that DRS still knows. */
    jobs: (ids: readonly string[]): readonly RecoveryJob[] =>
      park.hidden
        .filter((machine) => machine.origin !== 'unknown' && ids.includes(jobIdOf(machine)))
        .map((machine) => ({
          ...{ jobId: jobIdOf(machine), type: 'LAUNCH', isDrill: machine.origin === 'drill' },
          ...{ status: 'COMPLETED' as const, createdAt: 0, endedAt: 0, tags: {} },
          servers: [{ sourceServerId: machine.serverId, launchStatus: 'LAUNCHED' }],
        })),
    /** Machines of people that have been there for long enough to be asked about. */
    needed: (ids: ReadonlySet<string>, longMs = askedMs): readonly HiddenMachine[] =>
      alive(now() - longMs).filter(({ serverId, origin }) => ids.has(serverId) && origin !== 'drill'),
    /** Instances of earlier drills from which data flow back, as DRS lists them. */
    recorded: (ids: ReadonlySet<string>): readonly RecoveryInstance[] =>
      alive()
        .filter(({ serverId, failsBack }) => failsBack && ids.has(serverId))
        .map((machine) => ({
          ...{ sourceServerId: machine.serverId, instanceId: machine.instanceId, state: 'RUNNING' },
          ...{ isDrill: true, jobId: jobIdOf(machine), failback: 'FAILBACK_IN_PROGRESS' },
        })),
    /** Those of them that have been there for long enough to be asked about. */
    failing: (ids: ReadonlySet<string>, longMs = askedMs): readonly HiddenMachine[] =>
      alive(now() - longMs).filter(({ serverId, failsBack }) => failsBack && ids.has(serverId)),
    entered: (ids: ReadonlySet<string>, longMs = askedMs): readonly IntoMachine[] =>
      park.into.filter((each) => ids.has(each.serverId) && isThere(each, now() - longMs)),
    wasDeletedLongAgo: (instanceId: string): boolean =>
      (deletedAt.get(instanceId) ?? Infinity) <= now() - askedMs,
    /** DRS ends all that was launched for these servers and is not protected. Gives whether some is. */
    end(ids: ReadonlySet<string>): boolean {
      const own = alive().filter(({ serverId }) => ids.has(serverId));
      for (const { instanceId, isProtected } of own) if (!isProtected) ended.add(instanceId);
      return own.some(({ isProtected }) => isProtected);
    },
    namedBy: (executionId: string): readonly string[] =>
      workload.requests.find(({ requestId }) => executionIdOf(requestId) === executionId)?.allowReplacing ??
      [],
  };
};
export type Park = ReturnType<typeof createPark>;
