import { hexFrom } from '../identifiers.ts';
import { drawLaunchHints } from './hints.ts';
import type { Course, Job } from './job.ts';
import type { Failure } from './launch-course.ts';
import { drawCourse } from './launch-course.ts';
import type { Draft, LaunchRequest } from './launch-draft.ts';
import { draftOf, fitted } from './launch-draft.ts';
import { jobOverrideOf, oddLengthOf } from './launch-faults.ts';
import { drawPace } from './launch-phases.ts';
import { defaultTimings } from './scenario-timings.ts';
import { toMicros } from './timestamp.ts';
import type { World } from './world.ts';
import { arnOf, sinceOpened, within } from './world.ts';

const noCapacity: Failure = {
  phase: 'LAUNCH',
  rawError:
    'InsufficientInstanceCapacity: We currently do not have sufficient capacity in the Availability Zone you requested.',
};

/** An outage of launches hits those servers whose LAUNCH_START falls into it. */
const courseOf = (world: World, draft: Draft): Course => {
  const course = drawCourse(world.random, draft);
  if (course.beginMs === undefined) return course;
  const begin = sinceOpened(world, world.now + course.beginMs);
  const isOut = world.setting.scenario.outages.some(
    (outage) => outage.of === 'LAUNCHES' && within(begin, outage),
  );
  return isOut ? drawCourse(world.random, { ...draft, failure: noCapacity }) : course;
};

/** A server whose launch began and never comes to an end. */
const stuck = ({ sourceServerID, marks, beginMs, cleanup }: Course): Course => ({
  sourceServerID,
  marks: marks.filter((mark) => !['LAUNCH_END', 'LAUNCH_FAILED'].includes(mark.event)),
  outcome: 'FAILED',
  actions: [],
  ...(beginMs !== undefined && { beginMs }),
  ...(cleanup && { cleanup }),
});

/** A job whose servers have all ended by then is not cancelled any more. */
const cancelMsOf = (courses: readonly Course[], cancelAfterSeconds = Infinity): number | undefined => {
  const cancelMs = cancelAfterSeconds * 1000;
  return courses.some((course) => (course.settleMs ?? Number.MAX_VALUE) > cancelMs) ? cancelMs : undefined;
};

const cancelled = (course: Course, cancelMs: number): Course => {
  if (course.settleMs !== undefined && course.settleMs <= cancelMs) return course;
  const { launched, beginMs, cleanup, ...rest } = course;
  return {
    ...rest,
    marks: course.marks.filter((mark) => mark.atMs <= cancelMs),
    settleMs: cancelMs,
    outcome: 'FAILED',
    actions: course.actions.filter((action) => action.endMs <= cancelMs),
    ...(beginMs !== undefined && beginMs <= cancelMs && { beginMs }),
    ...(cleanup !== undefined && cleanup.endMs <= cancelMs && { cleanup }),
    ...(launched !== undefined && launched.atMs <= cancelMs && { launched }),
  };
};

/** A launch that was refused for want of permissions ends at once; any other has its servers wrapped up. */
const tailMs = ({ failure, durations }: Draft): number =>
  failure?.phase === 'PERMISSIONS' ? 60 : durations.wrapUp;

/** The captured jobs ended 26 to 27 ms before their JOB_END was logged. */
const endOf = (
  world: World,
  drafts: readonly Draft[],
  courses: readonly Course[],
): Pick<Job, 'endMs' | 'endLoggedMs'> => {
  const ends = drafts.map((draft, at) => (courses[at]?.settleMs ?? Infinity) + tailMs(draft));
  const endMs = toMicros(Math.max(...ends));
  return Number.isFinite(endMs) ? { endMs, endLoggedMs: toMicros(endMs + 26 + world.random()) } : {};
};

/** Draws the whole future of a LAUNCH job that begins now. */
export const drawLaunchJob = (world: World, request: LaunchRequest): Job => {
  const { random, setting } = world;
  const { scenario } = setting;
  const pace = drawPace(random, { ...defaultTimings, ...scenario.timings }.jitter);
  const override = { ...oddLengthOf(world), ...jobOverrideOf(world, request.servers) };
  const drafts = fitted(
    request.servers.flatMap((_, position) => draftOf(world, request, pace, position)),
    (server) => override.windowSeconds ?? server.windowSeconds,
  );
  const planned = drafts
    .map((draft) => courseOf(world, draft))
    .map((course) => (override.neverEnds === true && course.beginMs !== undefined ? stuck(course) : course));
  const cancelMs = cancelMsOf(planned, override.cancelAfterSeconds);
  const courses = cancelMs === undefined ? planned : planned.map((course) => cancelled(course, cancelMs));
  const { lagSecondsMin, lagSecondsMax } = scenario.visibility;
  const job: Job = {
    jobID: `drsjob-${hexFrom(random, 17)}`,
    type: 'LAUNCH',
    initiatedBy: request.isDrill ? 'START_DRILL' : 'START_RECOVERY',
    createdAt: toMicros(world.now + random() * 0.999),
    visibleMs: 1000 * (lagSecondsMin + (lagSecondsMax - lagSecondsMin) * random()),
    startMs: toMicros(Math.min(...drafts.map((draft) => draft.durations.jobStart))),
    ...(override.neverEnds === true && cancelMs === undefined ? {} : endOf(world, drafts, courses)),
    ...(cancelMs !== undefined && { cancelMs }),
    tags: request.tags,
    ...(scenario.visibility.launchStatusAt === 'JOB_END' && { showsAtEnd: true as const }),
    courses,
    hints: [],
  };
  return {
    ...job,
    hints: drawLaunchHints(random, scenario.hints, job, (id) => arnOf(world, 'source-server', id)),
  };
};
