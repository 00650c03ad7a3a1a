import type { Plan, PlanWave } from '../../contracts/plan.ts';
import type { Workload } from './workload.ts';
import { estateOf, farServer, isFar, plainServer } from './estate.ts';
import type { Prng } from './prng.ts';

/** In how many seeds a wave is as large as the schema allows, or nearly so: each takes the time of a hundred others. */
const largeRate = 1 / 2_000;
const serversMax = 1_000;

const refersToServers = (plan: Plan): boolean => JSON.stringify(plan).includes('${servers.');

/** Adds servers with names and failures as long as they may be, until the wave has as many as are wanted. */
const withServers = (wave: PlanWave, count: number, first: number): PlanWave => {
  const { servers } = wave;
  if (!Array.isArray(servers)) return wave;
  const more = Array.from({ length: Math.max(0, count - servers.length) }, (_, n) => ({
    sourceServerId: farServer(first + n),
    critical: false,
  }));
  return { ...wave, servers: [...servers, ...more] };
};

const withLargeWaves = (prng: Prng, plan: Plan, from: number): Plan => {
  let far = from;
  return {
    ...plan,
    waves: plan.waves.map((wave, index) => {
      if (index > 0 && !prng.chance(0.3)) return wave;
      const first = far;
      far += serversMax;
      return withServers(wave, prng.pick([serversMax, prng.between(150, serversMax)]), first);
    }),
  };
};

/** Rarely makes waves of a workload large; drawn apart, so that all other seeds stay what they are. */
export const enlarge = (prng: Prng, workload: Workload): Workload =>
  prng.chance(largeRate) ? enlargeAlways(prng, workload) : workload;

export const enlargeAlways = (prng: Prng, workload: Workload): Workload => {
  const [plan, ...others] = workload.plans;
  if (plan === undefined || refersToServers(plan)) return workload;
  const larger = withLargeWaves(prng, plan, 0);
  const fars = larger.waves
    .flatMap(({ servers }) => (Array.isArray(servers) ? servers : []))
    .filter(({ sourceServerId }) => isFar(sourceServerId))
    .map(({ sourceServerId }) => plainServer(sourceServerId));
  return {
    ...workload,
    plans: [larger, ...others],
    estate: [...estateOf(workload), ...fars],
    large: { everyServerFails: prng.chance(0.3) },
  };
};
