import type { Job } from './job.ts';
import type { Failure } from './launch-course.ts';
import type { jobScenario } from './scenario-faults.ts';
import type { SourceServer } from './source-server.ts';
import { isNamed } from './source-server.ts';
import type { World } from './world.ts';
import { jobsOf } from './world.ts';
import type * as z from 'zod';

type JobOverride = Partial<z.output<typeof jobScenario>>;

const attemptOf = (world: World, server: SourceServer, type: Job['type']): number =>
  jobsOf(world, server.sourceServerID).filter((job) => job.type === type).length + 1;

/** The failure that the scenario has for this launch (or termination) of a server, if any. */
export const failureOf = (
  world: World,
  server: SourceServer,
  type: Job['type'] = 'LAUNCH',
): Failure | undefined => {
  const { scenario } = world.setting;
  if (scenario.callerPermissions === 'MISSING' || world.lacksPermissions === true)
    return { phase: 'PERMISSIONS' };
  const attempt = attemptOf(world, server, type);
  return scenario.failures.find(
    (failure) =>
      isNamed(failure.server, server) &&
      (failure.attempt === undefined || failure.attempt === attempt) &&
      (failure.rate >= 1 || world.random() < failure.rate),
  );
};

/** What the scenario says of the LAUNCH job that is about to begin. */
export const jobOverrideOf = (
  world: World,
  servers: readonly { readonly server: SourceServer }[],
): JobOverride => {
  const nth = Object.values(world.state.jobs).filter((job) => job.type === 'LAUNCH').length + 1;
  const applying = world.setting.scenario.jobs.filter(
    (job) =>
      (job.nth === undefined || job.nth === nth) && servers.some(({ server }) => isNamed(job.server, server)),
  );
  return applying.reduceRight<JobOverride>((all, job) => ({ ...all, ...job }), {});
};

/** Whether chance makes the job a very short one, or one without an end. */
export const oddLengthOf = ({ setting, random }: World): JobOverride => {
  const { shortRate, shortSecondsMin, shortSecondsMax, neverEndRate } = setting.scenario.oddJobs;
  const isShort = shortRate > 0 && random() < shortRate;
  const neverEnds = neverEndRate > 0 && random() < neverEndRate;
  return {
    ...(isShort && { windowSeconds: shortSecondsMin + (shortSecondsMax - shortSecondsMin) * random() }),
    ...(neverEnds && { neverEnds }),
  };
};
