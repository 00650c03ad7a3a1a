import type { ServerPhase, ServerResult, WaveFact } from '../../contracts/wave-events.ts';
import type { Wave } from '../domain/wave.ts';
import type { JobState } from '../domain/wave-state.ts';
import type { JobLogEntry, RecoveryJob } from '../ports/recovery-service.ts';

/** A job as DRS shows it, with its log where that was read. */
export interface Observation {
  readonly job: RecoveryJob;
  readonly log?: readonly JobLogEntry[];
}

/** The log's words by the phase that they begin; other words, such as new ones of DRS, begin none. */
const phaseBegun: Readonly<Record<string, ServerPhase>> = {
  CLEANUP_START: 'CLEANUP',
  SNAPSHOT_START: 'SNAPSHOT',
  CONVERSION_START: 'CONVERSION',
  LAUNCH_START: 'LAUNCH',
  LAUNCH_END: 'LAUNCHED',
  SNAPSHOT_FAIL: 'FAILED',
  CONVERSION_FAIL: 'FAILED',
  LAUNCH_FAILED: 'FAILED',
  SERVER_SKIPPED: 'FAILED',
};

const phaseByStatus = (launchStatus: string): ServerPhase | undefined =>
  ({ LAUNCHED: 'LAUNCHED' as const, FAILED: 'FAILED' as const })[launchStatus];

const phasesOf = ({ job, log }: Observation): Readonly<Record<string, ServerPhase>> => {
  const phases: Record<string, ServerPhase> = {};
  for (const entry of log ?? []) {
    const phase = phaseBegun[entry.event];
    if (entry.sourceServerId !== undefined && phase !== undefined) phases[entry.sourceServerId] = phase;
  }
  for (const server of job.servers) {
    const known = phaseByStatus(server.launchStatus);
    if (known !== undefined) phases[server.sourceServerId] = known;
  }
  return phases;
};

const isLast = (event: string): boolean => ['LAUNCHED', 'FAILED'].includes(phaseBegun[event] ?? '');

/**
 * Whether a job's log has to be read, beside what was read of it while DRS described the job: results are new, or
 * the job has ended and the log, which may be older than its end, does not say how each server did.
 */
export const needsLog = (
  state: JobState,
  job: RecoveryJob,
  known: readonly JobLogEntry[] | undefined,
): boolean => {
  if (job.status === 'COMPLETED')
    return !job.servers.every(({ sourceServerId: id }) =>
      known?.some((entry) => entry.sourceServerId === id && isLast(entry.event)),
    );
  if (known !== undefined) return false;
  return job.servers.some(({ sourceServerId, launchStatus }) => {
    const phase = phaseByStatus(launchStatus);
    return phase !== undefined && state.phases[sourceServerId] !== phase;
  });
};

export const running = (wave: Wave): readonly JobState[] =>
  wave.state.jobs.filter((job) => job.status === 'STARTED');

/** What follows for the wave from what DRS shows of its jobs, or from a job's silence. */
export const factsOf = (
  wave: Wave,
  observations: readonly Observation[],
  now: number,
  stuckMs: number,
): readonly WaveFact[] =>
  running(wave).flatMap((state) => {
    const observation = observations.find(({ job }) => job.jobId === state.jobId);
    const facts = observation === undefined ? [] : observedFacts(wave, state, observation);
    return facts.length === 0 ? stuckFacts(wave, state, now, stuckMs) : facts;
  });

const stuckFacts = (wave: Wave, state: JobState, now: number, stuckMs: number): readonly WaveFact[] => {
  if (state.stuck || state.jobId === undefined || now - state.phaseSince < stuckMs) return [];
  const phase =
    Object.values(state.phases).find((each) => each !== 'LAUNCHED' && each !== 'FAILED') ?? 'NONE';
  const { waveId } = wave.definition;
  const sinceMinutes = Math.round((now - state.phaseSince) / 60_000);
  return [
    {
      type: 'DRSJobStuck',
      data: { waveId, attempt: wave.state.attempt, jobId: state.jobId, phase, sinceMinutes },
    },
  ];
};

/** What follows from an answer of DescribeJobs, the only thing that completes a job. */
const observedFacts = (wave: Wave, state: JobState, observation: Observation): readonly WaveFact[] =>
  observation.job.status === 'COMPLETED'
    ? completed(wave, state, observation)
    : progressed(wave, state, observation);

const progressed = (wave: Wave, state: JobState, observation: Observation): readonly WaveFact[] => {
  const phases = phasesOf(observation);
  const changed = Object.fromEntries(
    Object.entries(phases).filter(([id, phase]) => state.phases[id] !== phase && state.servers.includes(id)),
  );
  if (Object.keys(changed).length === 0) return [];
  const { waveId } = wave.definition;
  return [
    {
      type: 'DRSJobProgressed',
      data: { waveId, attempt: wave.state.attempt, jobId: observation.job.jobId, phases: changed },
    },
  ];
};

const completed = (wave: Wave, state: JobState, { job, log }: Observation): readonly WaveFact[] => [
  {
    type: 'DRSJobCompleted',
    data: {
      waveId: wave.definition.waveId,
      attempt: wave.state.attempt,
      job: state.job,
      jobId: job.jobId,
      servers: state.servers.map((id) => resultOf(wave, job, log ?? [], id)),
      createdAt: new Date(job.createdAt).toISOString(),
      endedAt: new Date(job.endedAt ?? job.createdAt).toISOString(),
    },
  },
];

/** A job COMPLETED with failed servers is the normal form of failure: each server's launchStatus decides. */
const resultOf = (
  wave: Wave,
  job: RecoveryJob,
  log: readonly JobLogEntry[],
  sourceServerId: string,
): ServerResult => {
  const entries = log.filter((entry) => entry.sourceServerId === sourceServerId);
  const launchStatus =
    job.servers.find((server) => server.sourceServerId === sourceServerId)?.launchStatus ??
    'missing from the job';
  const launched = launchStatus === 'LAUNCHED';
  const instanceId = entries.find(
    (entry) => entry.instanceId !== undefined && entry.event === 'LAUNCH_END',
  )?.instanceId;
  const error = entries.find((entry) => entry.error !== undefined)?.error;
  const lastFailure = entries.findLast((entry) => phaseBegun[entry.event] === 'FAILED')?.event;
  return {
    sourceServerId,
    name:
      wave.definition.servers.find((server) => server.sourceServerId === sourceServerId)?.name ??
      sourceServerId,
    launchResult: launched ? 'LAUNCHED' : 'FAILED',
    ...(instanceId !== undefined && launched && { instanceId }),
    jobId: job.jobId,
    ...(!launched && {
      failure:
        error ??
        lastFailure ??
        `launch status ${launchStatus} without a reason in the log; a job that ends within seconds lacks permissions`,
    }),
    phases: durationsOf(entries),
  };
};

const durationsOf = (entries: readonly JobLogEntry[]): ServerResult['phases'] => {
  const at = (event: string): number | undefined => entries.find((entry) => entry.event === event)?.at;
  const between = (from: number | undefined, to: number | undefined): number | undefined =>
    from === undefined || to === undefined ? undefined : to - from;
  const snapshotMs = between(at('SNAPSHOT_START'), at('CONVERSION_START'));
  const conversionMs = between(at('CONVERSION_START'), at('LAUNCH_START'));
  const launchMs = between(at('LAUNCH_START'), at('LAUNCH_END'));
  return {
    ...(snapshotMs !== undefined && { snapshotMs }),
    ...(conversionMs !== undefined && { conversionMs }),
    ...(launchMs !== undefined && { launchMs }),
  };
};
