import type { Fault } from '../../../contracts/execution-events.ts';
import { type Plan, planSchema, type Target } from '../../../contracts/plan.ts';
import { isFailback } from '../domain/failback/homeward-waves.ts';
import type { PlanVersion } from '../domain/plan-version.ts';
import type { RecoveryService, SourceServer } from '../ports/recovery-service.ts';
import { chosenServers, targetOf } from './freeze.ts';
import { isLasting, reasonOf } from './lasting-error.ts';
import { askPlaces, distinctPlaces } from './places.ts';
import { targetKey } from './target-facts.ts';
import { targetsOf } from './target-servers.ts';

/** A plan that recovers a server, and by which of its waves. */
export interface Covering {
  readonly plan: Plan;
  readonly version: number;
  readonly waves: readonly string[];
  /** Machines that drills of these waves may go into. */
  readonly drillsInto: readonly string[];
}

/** A server that DRS shows, or that a plan names, and the plans that recover it. */
export interface CoveredServer {
  readonly target: Target;
  readonly sourceServerId: string;
  /** Undefined where DRS does not know it. */
  readonly server: SourceServer | undefined;
  readonly covering: readonly Covering[];
}

export interface Coverage {
  readonly servers: readonly CoveredServer[];
  /** What DRS shows in each place that could be read, by `account/region`. */
  readonly known: ReadonlyMap<string, readonly SourceServer[]>;
  readonly places: readonly Target[];
  /** Places and plans that could not be read. */
  readonly faults: readonly Fault[];
}

/** That a place did not say what it was asked. Asking again may help, unless it is a matter of permissions. */
export const silentPlace = ({ account, region }: Target, error: unknown): Fault => {
  if (!(error instanceof Error)) throw error;
  return {
    path: 'targets',
    message: `${account}/${region} cannot be read: ${reasonOf(error)}`,
    expected: isLasting(error)
      ? 'a role that may be assumed, and AWS Elastic Disaster Recovery initialised there'
      : 'an answer of AWS Elastic Disaster Recovery; read again',
  };
};

interface ReadablePlan {
  readonly version: number;
  readonly plan: Plan;
}

const readable = ({ planId, version, plan }: PlanVersion): ReadablePlan | Fault => {
  const read = planSchema.safeParse(plan);
  if (read.success) return { version, plan: read.data };
  return {
    path: `plans.${planId}`,
    message: `version ${version} is not a plan of this version of Groundswell, so that its servers count as covered by none`,
    expected: 'a plan that is stored again',
  };
};

/** Which waves of these plans choose which of the servers of a place. */
const coveringIn = (
  plans: readonly ReadablePlan[],
  home: Target,
  target: Target,
  shown: readonly SourceServer[],
): ReadonlyMap<string, readonly Covering[]> => {
  const covering = new Map<string, Covering[]>();
  for (const { plan, version } of plans) {
    const waves = plan.waves.filter((wave) => targetKey(targetOf(plan, wave, home)) === targetKey(target));
    const own = new Map<string, { readonly waves: string[]; readonly drillsInto: string[] }>();
    for (const wave of waves)
      for (const { sourceServerId } of chosenServers(wave, shown)) {
        const chosen = own.get(sourceServerId) ?? { waves: [], drillsInto: [] };
        chosen.waves.push(wave.waveId);
        chosen.drillsInto.push(...(wave.drillsInto ?? []));
        own.set(sourceServerId, chosen);
      }
    for (const [id, chosen] of own)
      covering.set(id, [...(covering.get(id) ?? []), { plan, version, ...chosen }]);
  }
  return covering;
};

/**
 * Reads every source server of home and of all places that plans name, and which plans recover it: each place is asked
 * once. A place or a plan that cannot be read is a fault beside the others. Changes nothing.
 */
export const readCoverage = async (
  recovery: Pick<RecoveryService, 'describeSourceServers'>,
  home: Target,
  versions: readonly PlanVersion[],
): Promise<Coverage> => {
  const read = versions.map(readable);
  const readablePlans = read.flatMap((each) => ('plan' in each ? [each] : []));
  // What brings a server home recovers it from nothing.
  const plans = readablePlans.filter(({ plan }) => !isFailback(plan));
  const unreadPlans = read.flatMap((each) => ('plan' in each ? [] : [each]));
  const places = distinctPlaces([home, ...plans.flatMap(({ plan }) => targetsOf(plan, home))]);
  const { answers: known, faults } = await askPlaces(
    places,
    (target) => recovery.describeSourceServers(target),
    silentPlace,
  );
  const servers = places.flatMap((target): readonly CoveredServer[] => {
    const shown = known.get(targetKey(target));
    if (shown === undefined) return [];
    const covering = coveringIn(plans, home, target, shown);
    const byId = new Map(shown.map((server) => [server.sourceServerId, server]));
    return [...new Set([...byId.keys(), ...covering.keys()])].map((sourceServerId) => ({
      ...{ target, sourceServerId },
      server: byId.get(sourceServerId),
      covering: covering.get(sourceServerId) ?? [],
    }));
  });
  return { servers, known, places, faults: [...unreadPlans, ...faults] };
};
