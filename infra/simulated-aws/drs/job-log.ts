import type { Job, Mark, NetworkCourse } from './job.ts';

export interface LogItem {
  /** Epoch ms. */
  readonly at: number;
  readonly event: string;
  readonly eventData: Readonly<Record<string, unknown>>;
}

const serverItem = (job: Job, sourceServerID: string, { atMs, event, ...data }: Mark): LogItem => ({
  at: job.createdAt + atMs,
  event,
  eventData: { ...data, sourceServerID },
});

const networkItems = (job: Job, course: NetworkCourse): readonly LogItem[] => {
  const { sourceNetworkID, beginMs, settleMs, outcome } = course;
  const verb = job.initiatedBy === 'UPDATE_NETWORK_RECOVERY' ? 'UPDATE' : 'DEPLOY';
  const eventData = { eventResourceData: { sourceNetworkData: { sourceNetworkID } } };
  return [
    { at: job.createdAt + beginMs, event: `${verb}_NETWORK_CONFIGURATION_START`, eventData },
    {
      at: job.createdAt + settleMs,
      event: `${verb}_NETWORK_CONFIGURATION_${outcome === 'LAUNCHED' ? 'END' : 'FAILED'}`,
      eventData,
    },
  ];
};

const jobItem = (job: Job, ms: number | undefined, event: string): readonly LogItem[] =>
  ms === undefined ? [] : [{ at: job.createdAt + ms, event, eventData: {} }];

/** The job's log as it stands at `now`, oldest entry first. */
export const logAt = (job: Job, now: number): readonly LogItem[] =>
  [
    ...jobItem(job, job.startMs, 'JOB_START'),
    ...job.courses.flatMap(({ sourceServerID, marks }) =>
      marks.map((mark) => serverItem(job, sourceServerID, mark)),
    ),
    ...(job.networks ?? []).flatMap((course) => networkItems(job, course)),
    ...jobItem(job, job.cancelMs, 'JOB_CANCEL'),
    ...jobItem(job, job.endLoggedMs, 'JOB_END'),
  ]
    .filter((item) => item.at <= now)
    .sort((a, b) => a.at - b.at);
