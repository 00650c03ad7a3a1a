import type { ActionRun, Course, Job } from './job.ts';
import { actionStatusAt, jobStatusAt, launchStatusAt } from './job.ts';
import type { LogItem } from './job-log.ts';
import { timestampOf } from './timestamp.ts';
import type { World } from './world.ts';
import { arnOf, tagsOf } from './world.ts';

const actionOf = (run: ActionRun) => ({
  actionId: run.actionID,
  actionCode: run.documentName,
  type: 'SSM_AUTOMATION',
  name: run.name,
  active: true,
  order: run.order,
  actionVersion: '$DEFAULT',
  optional: run.optional,
  parameters: {},
  category: 'OTHER',
});

const actionsStatusOf = (job: Job, course: Course, now: number) => ({
  ssmAgentDiscoveryDatetime: timestampOf(job.createdAt + (course.actions[0]?.beginMs ?? 0)),
  runs: course.actions.flatMap((run) => {
    const status = actionStatusAt(job, run, now);
    if (status === undefined) return [];
    const failureReason = status === 'FAILED' && {
      failureReason: run.failureReason ?? `The execution of ${run.documentName} failed`,
    };
    return { action: actionOf(run), runId: run.runID, status, ...failureReason };
  }),
});

/** A launch does not name its recovery instance here, not even when all is done; a termination does. */
const participantOf = (job: Job, course: Course, now: number) => {
  const [firstAction] = course.actions;
  const hasActions = firstAction !== undefined && actionStatusAt(job, firstAction, now) !== undefined;
  return {
    sourceServerID: course.sourceServerID,
    launchStatus: launchStatusAt(job, course, now),
    ...(course.recoveryInstanceID !== undefined && { recoveryInstanceID: course.recoveryInstanceID }),
    ...(hasActions && { launchActionsStatus: actionsStatusOf(job, course, now) }),
  };
};

/** The Job shape of the API, as it stands at `world.now`. */
export const renderJob = (world: World, job: Job) => {
  const arn = arnOf(world, 'job', job.jobID);
  const status = jobStatusAt(job, world.now);
  return {
    arn,
    jobID: job.jobID,
    type: job.type,
    initiatedBy: job.initiatedBy,
    status,
    creationDateTime: timestampOf(job.createdAt),
    ...(status === 'COMPLETED' && { endDateTime: timestampOf(job.createdAt + (job.endMs ?? 0)) }),
    // DRS empties a job that terminates when it is done.
    participatingServers:
      job.type === 'TERMINATE' && status === 'COMPLETED'
        ? []
        : job.courses.map((course) => participantOf(job, course, world.now)),
    ...(job.networks && {
      participatingResources: job.networks.map((course) => ({
        participatingResourceID: { sourceNetworkID: course.sourceNetworkID },
        launchStatus: launchStatusAt(job, course, world.now),
      })),
    }),
    tags: tagsOf(world, arn, job.tags),
  };
};

export const renderLogItem = ({ at, event, eventData }: LogItem) => ({
  logDateTime: timestampOf(at),
  event,
  eventData,
});
