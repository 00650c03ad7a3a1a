import * as z from 'zod';
import { conflictError, notFoundError, validationError } from '../errors.ts';
import type { Job } from '../job.ts';
import { isActiveAt, isVisibleAt } from '../job.ts';
import { logAt } from '../job-log.ts';
import { answered, listed, operation, refused } from '../outcome.ts';
import { renderJob, renderLogItem } from '../render-job.ts';
import type { World } from '../world.ts';
import { jobID, paged, time } from './fields.ts';

const known = (world: World, id: string): Job | undefined =>
  world.state.deletedJobs[id] === true ? undefined : world.state.jobs[id];

const newestFirst = (a: Job, b: Job): number => b.createdAt - a.createdAt || (a.jobID < b.jobID ? 1 : -1);

/** Newest first. There is no filter by status, tag or server. */
export const describeJobs = operation(
  z.object({
    ...paged,
    filters: z
      .object({ jobIDs: z.array(jobID).max(1000), fromDate: time, toDate: time })
      .partial()
      .optional(),
  }),
  ({ filters = {}, ...request }, world) => {
    const { jobIDs = [], fromDate = -Infinity, toDate = Infinity } = filters;
    const jobs = Object.keys(world.state.jobs)
      .filter((id) => jobIDs.length === 0 || jobIDs.includes(id))
      .flatMap((id) => known(world, id) ?? [])
      .filter((job) => isVisibleAt(job, world.now) && job.createdAt >= fromDate && job.createdAt <= toDate)
      .sort(newestFirst);
    return listed(
      world,
      jobs,
      request,
      (job) => job.jobID,
      (job) => renderJob(world, job),
    );
  },
);

export const describeJobLogItems = operation(
  z.object({ ...paged, jobID }),
  ({ jobID: id, ...request }, world) => {
    const job = known(world, id);
    if (job === undefined)
      return refused(validationError([{ name: 'jobID', message: `Job ${id} does not exist` }]));
    const items = isVisibleAt(job, world.now) ? logAt(job, world.now).map((item, at) => ({ item, at })) : [];
    return listed(
      world,
      items,
      request,
      ({ at }) => String(at),
      ({ item }) => renderLogItem(item),
    );
  },
);

/** Deletes the record of a finished job; there is no way to cancel one that runs. */
export const deleteJob = operation(z.object({ jobID }), ({ jobID: id }, world) => {
  const job = known(world, id);
  if (job === undefined) return refused(notFoundError(id, 'JOB'));
  if (isActiveAt(job, world.now)) return refused(conflictError(`Job ${id} is still in progress`, id, 'JOB'));
  return answered({}, [{ kind: 'JobDeleted', jobID: id }], 204);
});
