import { acceptedJob } from './accepted-job.ts';
import { uuidFrom } from '../identifiers.ts';
import { delivered } from './hints.ts';
import type { Ec2Instance } from './instances.ts';
import type { Course, Hint, Job } from './job.ts';
import { toMicros } from './timestamp.ts';
import type { World } from './world.ts';
import { arnOf } from './world.ts';

const startMs = 350;

const courseOf = (world: World, instance: Ec2Instance): Course => {
  const { launchSeconds, fails } = world.setting.scenario.failback;
  const beginMs = startMs + 400;
  const settleMs = beginMs + launchSeconds * 1000;
  return {
    sourceServerID: instance.sourceServerID,
    recoveryInstanceID: instance.instanceID,
    marks: [
      { atMs: beginMs, event: 'LAUNCH_START' },
      { atMs: settleMs, event: fails ? 'LAUNCH_FAILED' : 'LAUNCH_END' },
    ],
    beginMs,
    settleMs,
    outcome: fails ? 'FAILED' : 'LAUNCHED',
    actions: [],
  };
};

const stateHints = (world: World, course: Course): readonly Hint[] => {
  const changes = [
    [course.beginMs, 'FAILBACK_IN_PROGRESS'],
    [course.settleMs, course.outcome === 'LAUNCHED' ? 'FAILBACK_COMPLETED' : 'FAILBACK_ERROR'],
  ] as const;
  return changes.flatMap(([sentMs = 0, state]) =>
    delivered(world.random, world.setting.scenario.hints, {
      sentMs,
      id: uuidFrom(world.random),
      detailType: 'DRS Recovery Instance Failback State Change',
      resource: arnOf(world, 'recovery-instance', course.recoveryInstanceID ?? ''),
      detail: { state },
    }),
  );
};

/** Draws the whole future of a failback launch onto the original servers. It makes no EC2 instance. */
export const drawFailbackJob = (
  world: World,
  instances: readonly Ec2Instance[],
  tags: Readonly<Record<string, string>>,
): Job => {
  const courses = instances.map((instance) => courseOf(world, instance));
  const endMs = toMicros(Math.max(...courses.map((course) => course.settleMs ?? 0)) + 2500);
  return {
    ...acceptedJob(world, { type: 'LAUNCH', initiatedBy: 'FAILBACK', startMs, endMs, tags }),
    courses,
    hints: courses.flatMap((course) => stateHints(world, course)),
  };
};
