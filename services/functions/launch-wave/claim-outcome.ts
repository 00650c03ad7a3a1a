import type { RecoveryJob } from '../../core/domain/recovery-job.ts';
import {
  afterQuarantine,
  afterStart,
  claimIdOf,
  startedFact,
  type Refusal,
} from '../../core/domain/wave/claim.ts';
import { couldBeOurs, isOurs } from '../../core/domain/wave/own-job.ts';
import type { JobState } from '../../core/domain/wave/state.ts';
import { jobNumbered, type Wave } from '../../core/domain/wave/wave.ts';
import { backoffMs } from '../../core/kernel/backoff.ts';
import { givePlaceBack, yieldPlace } from './capacity.ts';
import type { Launch } from './launch.ts';

/** Between tries after DRS said that a server is busy or a quota is reached. */
const refusalBackoff = { firstMs: 15_000, factor: 1.6, maxMs: 120_000 };

/** DescribeJobs is asked for jobs since the claim, with room for machines whose clocks disagree. */
const clockSkewMs = 15 * 60_000;

/** The jobs that DRS has made since the claim, as far as it shows them yet. */
const jobsSince = ({ ports }: Launch, wave: Wave, job: JobState): Promise<readonly RecoveryJob[]> =>
  ports.recovery.describeJobsSince(wave.definition.target, job.claimedAt - clockSkewMs);

export const recordStart = async (
  { session, ports }: Launch,
  job: JobState,
  jobId: string,
  adopted: boolean,
): Promise<Wave> => {
  const { executionId, waveId } = session;
  // First, since a hint about a job whose owner is not known is ignored.
  await ports.store.write({ kind: 'job', id: jobId }, { executionId, waveId }, 0);
  return (await session.change((current) => startedFact(current, job, jobId, adopted))).wave;
};

/** Takes a job that DRS shows and that this claim asked for as the claim's outcome. */
export const adopt = async (
  launch: Launch,
  wave: Wave,
  job: JobState,
  jobs?: readonly RecoveryJob[],
): Promise<Wave | undefined> => {
  const ours = (jobs ?? (await jobsSince(launch, wave, job))).find((each) => isOurs(wave, job, each));
  return ours === undefined ? undefined : recordStart(launch, job, ours.jobId, true);
};

/** What came of the claim is not known: it is looked up, and opened again only after its quarantine. */
export const lookLater = async (
  { ports, knobs, session }: Launch,
  wave: Wave,
  job: JobState,
): Promise<undefined> => {
  const wake = session.wakeFor('launch-wave');
  await ports.timers.ensure({ ...wake, endedWait: claimIdOf(wave, job) }, knobs.quarantineMs);
  await ports.timers.set(wake, knobs.lookAgainMs);
};

/** Nothing was started: the claim is opened again or given up, and capacity goes to whoever is next. */
export const refuse = async (
  launch: Launch,
  wave: Wave,
  job: JobState,
  answer: Refusal,
): Promise<Wave | undefined> => {
  const { ports, session } = launch;
  const refused = await session.change((current) => afterStart(current, job, answer));
  if (answer.status === 'quota') await yieldPlace(launch, wave, job.job);
  const known = jobNumbered(refused.wave, job.job);
  if (known?.status !== 'OPEN') {
    await givePlaceBack(launch, refused.wave, job.job);
    return refused.wave;
  }
  await ports.timers.set(session.wakeFor('launch-wave'), backoffMs(refusalBackoff, known.refusals));
  return undefined;
};

/**
 * A claim found at the start was made by somebody else, who may still be calling, or dead. Gives the
 * wave when the claim's outcome is known, so that the launch can go on.
 */
export const settleOldClaim = async (
  launch: Launch,
  wave: Wave,
  job: JobState,
  endedWait: string | undefined,
): Promise<Wave | undefined> => {
  const { session, ports, knobs } = launch;
  const jobs = await jobsSince(launch, wave, job);
  const adopted = await adopt(launch, wave, job, jobs);
  if (adopted !== undefined) return adopted;
  const claimId = claimIdOf(wave, job);
  if (endedWait === claimId) {
    const lookAlike = jobs.find((each) => couldBeOurs(wave, job, each))?.jobId;
    return (await session.change((current) => afterQuarantine(current, job, lookAlike))).wave;
  }
  await ports.timers.ensure({ ...session.wakeFor('launch-wave'), endedWait: claimId }, knobs.quarantineMs);
  await ports.timers.ensure(session.wakeFor('launch-wave'), knobs.lookAgainMs);
  return undefined;
};
