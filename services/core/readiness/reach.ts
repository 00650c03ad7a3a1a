import type { Plan, Target } from '../../../contracts/plan.ts';
import { homeOf, isFailback } from '../domain/failback/homeward-waves.ts';
import type { Reach, Reached } from '../ports/probe.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { RecoveryService } from '../ports/recovery-service.ts';
import { listPlans } from '../streams/plan-store.ts';
import { inParallel } from './in-parallel.ts';
import { distinctPlaces } from './places.ts';
import { targetsOf } from './target-servers.ts';

const atOnce = 10;

/** Where a plan's servers are recovered and, if it brings them home, where they came from. */
const reachedBy = (plan: Plan, home: Target): readonly Target[] => [
  ...targetsOf(plan, home),
  ...(isFailback(plan) ? plan.waves.map(({ waveId }) => homeOf(plan, waveId, home)) : []),
];

/** The places in which the newest versions of the stored plans recover, or to which they bring home, each once; home among them. */
export const placesOf = async (store: RecordStore, home: Target): Promise<readonly Target[]> => {
  const plans = await listPlans(store);
  return distinctPlaces([home, ...plans.flatMap(({ plan }) => reachedBy(plan, home))]);
};

/** Asks DRS in each of these places which jobs have just begun: a call that every service with a role there may make. */
export const createReach =
  (recovery: Pick<RecoveryService, 'describeJobsSince'>, home: Target): Reach =>
  async ({ store, clock }) =>
    inParallel(await placesOf(store, home), atOnce, async (target): Promise<Reached> => {
      const { account, region } = target;
      try {
        await recovery.describeJobsSince(target, clock.now());
        return { target: { account, region } };
      } catch (error) {
        const { name, message } = error instanceof Error ? error : new Error(String(error));
        return { target: { account, region }, error: { name, message: message.slice(0, 1_000) } };
      }
    });
