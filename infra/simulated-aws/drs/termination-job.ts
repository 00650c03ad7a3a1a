import { acceptedJob } from './accepted-job.ts';
import type { Ec2Instance } from './instances.ts';
import type { Course, Job } from './job.ts';
import { failureOf } from './launch-faults.ts';
import { drawPace } from './launch-phases.ts';
import { defaultTimings } from './scenario-timings.ts';
import { toMicros } from './timestamp.ts';
import type { World } from './world.ts';
import { isSpared, serverById } from './world.ts';

const courseOf = (world: World, instance: Ec2Instance, beginMs: number, lengthMs: number): Course => {
  const server = serverById(world, instance.sourceServerID);
  const failure = server && failureOf(world, server, 'TERMINATE');
  const isForbidden = failure?.phase === 'PERMISSIONS';
  const isLeft = failure?.phase === 'CLEANUP' || isForbidden || isSpared(world, instance.instanceID);
  const endMs = toMicros(beginMs + (isForbidden ? 60 : lengthMs));
  return {
    sourceServerID: instance.sourceServerID,
    recoveryInstanceID: instance.instanceID,
    marks: isForbidden
      ? []
      : [
          { atMs: beginMs, event: 'CLEANUP_START' },
          {
            atMs: endMs,
            event: isLeft ? 'CLEANUP_FAIL' : 'CLEANUP_END',
            ...(isLeft && failure?.rawError !== undefined && { rawError: failure.rawError }),
          },
        ],
    beginMs,
    settleMs: endMs,
    outcome: isLeft ? 'FAILED' : 'TERMINATED',
    actions: [],
    ...(!isLeft && { cleanup: { beginMs, endMs } }),
  };
};

/** Draws the whole future of a TERMINATE job that begins now. */
export const drawTerminationJob = (world: World, instances: readonly Ec2Instance[]): Job => {
  const { random, setting } = world;
  const timings = { ...defaultTimings, ...setting.scenario.timings };
  const pace = drawPace(random, timings.jitter);
  const startMs = toMicros(1000 * timings.jobStartSeconds * pace.jobStart);
  const courses = instances.map((instance, at) => {
    const beginMs = toMicros(startMs + 1000 * (timings.queueSeconds + at * timings.snapshotStaggerSeconds));
    return courseOf(world, instance, beginMs, 1000 * timings.terminationSeconds * pace.cleanup);
  });
  const lastMs = Math.max(...courses.map((course) => course.settleMs ?? 0));
  const endMs = toMicros(lastMs + 1000 * timings.wrapUpSeconds * pace.wrapUp);
  const initiatedBy = 'TERMINATE_RECOVERY_INSTANCES';
  return {
    ...acceptedJob(world, { type: 'TERMINATE', initiatedBy, startMs, endMs, tags: {} }),
    courses,
    hints: [],
  };
};
