import type { Job, Mark } from './job.ts';

export interface LogItem {
  /** Epoch ms. */
  readonly at: number;
  readonly event: string;
  readonly eventData: Readonly<Record<string, string>>;
}

const serverItem = (job: Job, sourceServerID: string, { atMs, event, ...data }: Mark): LogItem => ({
  at: job.createdAt + atMs,
  event,
  eventData: { ...data, sourceServerID },
});

const jobItem = (job: Job, ms: number | undefined, event: string): readonly LogItem[] =>
  ms === undefined ? [] : [{ at: job.createdAt + ms, event, eventData: {} }];

/** The job's log as it stands at `now`, oldest entry first. */
export const logAt = (job: Job, now: number): readonly LogItem[] =>
  [
    ...jobItem(job, job.startMs, 'JOB_START'),
    ...job.courses.flatMap(({ sourceServerID, marks }) =>
      marks.map((mark) => serverItem(job, sourceServerID, mark)),
    ),
    ...jobItem(job, job.cancelMs, 'JOB_CANCEL'),
    ...jobItem(job, job.endLoggedMs, 'JOB_END'),
  ]
    .filter((item) => item.at <= now)
    .sort((a, b) => a.at - b.at);
