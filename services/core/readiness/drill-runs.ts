import type { DrillPage, DrillRun } from '../../../contracts/api.ts';
import { planSchema, type Target } from '../../../contracts/plan.ts';
import {
  drillRunsIn,
  jobsIn,
  longestFirst,
  type KnownDrill,
  type ShownPlace,
} from '../domain/clean-up/drill-runs.ts';
import type { RecoveryService } from '../ports/recovery-service.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { readCleanUp } from '../streams/clean-up-stream.ts';
import { readExecution } from '../streams/execution-stream.ts';
import { createGraphReader } from '../streams/frozen-plan.ts';
import { readLaunched } from '../streams/launched.ts';
import { listPlans } from '../streams/plan-store.ts';
import { allSettled } from './in-parallel.ts';
import { askPlaces, distinctPlaces } from './places.ts';
import { targetKey } from './target-facts.ts';
import { targetsOf } from './target-servers.ts';

export interface DrillRunsPorts {
  readonly store: RecordStore;
  readonly recovery: RecoveryService;
  readonly home: Target;
  readonly clock: { now(): number };
}

/** Home, the targets of the newest version of each plan, and those of executions whose books are open. */
const placesOf = async ({ store, home }: DrillRunsPorts): Promise<readonly Target[]> => {
  const plans = (await listPlans(store)).flatMap(({ plan }) => planSchema.safeParse(plan).data ?? []);
  const readGraph = createGraphReader();
  const open = await allSettled(
    (await store.openExecutions()).map(async ({ executionId }) => {
      const { frozenHash } = await readExecution(store, executionId);
      if (frozenHash === '') return [];
      return Object.values((await readGraph(store, frozenHash)).waves).map(({ target }) => target);
    }),
  );
  return distinctPlaces([home, ...plans.flatMap((plan) => targetsOf(plan, home)), ...open.flat()]);
};

interface NamedPlace {
  readonly place: ShownPlace;
  /** The names of its source servers, by id. */
  readonly names: ReadonlyMap<string, string>;
}

const shownIn = async (recovery: RecoveryService, target: Target): Promise<NamedPlace> => {
  const [recorded, servers] = await Promise.all([
    recovery.describeRecoveryInstances(target),
    recovery.describeSourceServers(target),
  ]);
  const ids = [...servers, ...recorded].map(({ sourceServerId }) => sourceServerId);
  const tagged = await recovery.describeMachinesOf(target, [...new Set(ids)]);
  const shown = new Set(tagged.map(({ instanceId }) => instanceId));
  const others = recorded.flatMap(({ instanceId }) => (shown.has(instanceId) ? [] : [instanceId]));
  const machines = others.length === 0 ? [] : await recovery.describeMachines(target, others);
  const { account, region } = target;
  return {
    place: { account, region, recorded, machines: [...tagged, ...machines] },
    names: new Map(servers.map(({ sourceServerId, name }) => [sourceServerId, name])),
  };
};

const named = (run: DrillRun, { names }: NamedPlace): DrillRun => {
  const serverName = names.get(run.sourceServerId);
  return serverName === undefined || serverName === run.sourceServerId ? run : { ...run, serverName };
};

/** Which drills launched what is there: every job of ours is on record from the moment that DRS confirmed it. */
const drillsIn = async (
  store: RecordStore,
  target: Target,
  place: ShownPlace,
): Promise<readonly KnownDrill[]> => {
  const owners = await allSettled(
    jobsIn(place).map(
      async (id) => (await store.read<{ readonly executionId: string }>({ kind: 'job', id }))?.body,
    ),
  );
  const ids = [...new Set(owners.flatMap((owner) => owner?.executionId ?? []))];
  const found = await allSettled(
    ids.map(async (executionId): Promise<readonly KnownDrill[]> => {
      const execution = await readExecution(store, executionId);
      const launched = (await readLaunched(store, executionId, execution)).find(
        (each) => targetKey(each.target) === targetKey(target),
      );
      if (execution.mode !== 'DRILL' || launched === undefined) return [];
      return [{ executionId, execution, launched, cleanUp: await readCleanUp(store, executionId) }];
    }),
  );
  return found.flat();
};

/**
 * What runs from drills now, everywhere that this deployment recovers: whose it is, since when, and what becomes of
 * it; also what no execution launched. Changes nothing. A place that may not be read is a fault beside the others;
 * what asking again may fix is thrown.
 */
export const readDrillRuns = async (ports: DrillRunsPorts): Promise<DrillPage> => {
  const { store, recovery, clock } = ports;
  const targets = await placesOf(ports);
  const { answers, faults } = await askPlaces(targets, async (target) => {
    const shown = await shownIn(recovery, target);
    const drills = await drillsIn(store, target, shown.place);
    return drillRunsIn(shown.place, drills, clock.now()).map((run) => named(run, shown));
  });
  const runs = [...answers.values()].flat();
  const hours = runs.reduce((sum, { instanceHours }) => sum + instanceHours, 0);
  return {
    drills: [...longestFirst(runs)],
    instanceHours: Math.round(hours * 100) / 100,
    places: targets.map(({ account, region }) => ({ account, region })),
    faults: [...faults],
  };
};
