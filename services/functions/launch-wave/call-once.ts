import type { FrozenWave } from '../../../contracts/execution-events.ts';
import type { WaveFact } from '../../../contracts/wave-events.ts';
import type { Wave } from '../../core/domain/wave.ts';
import type { JobState } from '../../core/domain/wave-state.ts';
import { backoffMs } from '../../core/kernel/backoff.ts';
import type { RecoveryJob } from '../../core/ports/recovery-service.ts';
import { giveCapacityBack, holdIdOf, yieldCapacity } from '../../core/streams/capacity.ts';
import { budgetAfterRefusal } from './budget.ts';
import { afterStart, isOurs, jobTags, type Refusal } from './claim.ts';
import type { Launch } from './launch.ts';

/** Between tries after DRS said that a server is busy or a quota is reached. */
const refusalBackoff = { firstMs: 15_000, factor: 1.6, maxMs: 120_000 };

/** DescribeJobs is asked for jobs since the claim, with room for machines whose clocks disagree. */
const clockSkewMs = 15 * 60_000;

export const claimIdOf = (wave: Wave, job: JobState): string =>
  `${wave.state.attempt}.${job.job}.${job.tryNumber}`;

/**
 * The one place that calls StartRecovery, reached once per claim by the handler that saved it. Gives the
 * wave when the outcome is known and the next job may follow.
 */
export const callOnce = async (launch: Launch, wave: Wave, job: JobState): Promise<Wave | undefined> => {
  const { ports, knobs } = launch;
  const earlier = job.tryNumber > 1 ? await adopt(launch, wave, job) : undefined;
  if (earlier !== undefined) return earlier;
  if (ports.clock.now() - job.claimedAt > knobs.callWindowMs) return lookLater(launch, wave, job);

  const answer = await ports.recovery.startRecovery(wave.definition.target, {
    isDrill: wave.mode === 'DRILL',
    servers: serversToCall(wave.definition, job.servers),
    tags: jobTags(wave, job),
  });
  if (answer.status === 'accepted') return recordStart(launch, job, answer.jobId, false);
  ports.log.warn('StartRecovery gave no job', {
    executionId: wave.executionId,
    waveId: wave.definition.waveId,
    ...answer,
  });
  if (answer.status === 'unknown') return lookLater(launch, wave, job);
  const running = answer.status === 'conflict' ? await adopt(launch, wave, job) : undefined;
  if (running !== undefined) return running;
  return refuse(launch, wave, job, answer);
};

/** Nothing was started: the claim is opened again or given up, and capacity goes to whoever is next. */
export const refuse = async (
  launch: Launch,
  wave: Wave,
  job: JobState,
  answer: Refusal,
): Promise<Wave | undefined> => {
  const { ports, knobs, session } = launch;
  const refused = await session.change((current) => afterStart(current, job, answer));
  if (answer.status === 'quota') {
    const { target, waveId } = wave.definition;
    const holdId = holdIdOf(wave.executionId, waveId, wave.state.attempt, job.job);
    const budget = await budgetAfterRefusal(ports, target, knobs.limits);
    await yieldCapacity(ports.store, ports.timers, target, holdId, budget);
  }
  return afterRefusal(launch, refused.wave, job);
};

/** The jobs that DRS has made since the claim, as far as it shows them yet. */
export const jobsSince = ({ ports }: Launch, wave: Wave, job: JobState): Promise<readonly RecoveryJob[]> =>
  ports.recovery.describeJobsSince(wave.definition.target, job.claimedAt - clockSkewMs);

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

const recordStart = async (launch: Launch, job: JobState, jobId: string, adopted: boolean): Promise<Wave> => {
  const { session, ports } = launch;
  const { executionId, waveId } = session;
  // First, since a hint about a job whose owner is not known is ignored.
  await ports.store.write({ kind: 'job', id: jobId }, { executionId, waveId }, 0);
  return (await session.change((current) => startedFact(current, job, jobId, adopted))).wave;
};

const lookLater = async (
  { ports, knobs, session }: Launch,
  wave: Wave,
  job: JobState,
): Promise<undefined> => {
  const wake = session.wakeFor('launch-wave');
  await ports.timers.ensure({ ...wake, endedWait: claimIdOf(wave, job) }, knobs.quarantineMs);
  await ports.timers.set(wake, knobs.lookAgainMs);
};

const afterRefusal = async (
  { ports, knobs, session }: Launch,
  wave: Wave,
  job: JobState,
): Promise<Wave | undefined> => {
  const refused = wave.state.jobs.find((each) => each.job === job.job);
  if (refused?.status === 'OPEN') {
    await ports.timers.set(session.wakeFor('launch-wave'), backoffMs(refusalBackoff, refused.refusals));
    return undefined;
  }
  const holdId = holdIdOf(wave.executionId, wave.definition.waveId, wave.state.attempt, job.job);
  await giveCapacityBack(
    ports.store,
    ports.timers,
    wave.definition.target,
    (hold) => hold.holdId === holdId,
    knobs.limits,
  );
  return wave;
};

const startedFact = (wave: Wave, job: JobState, jobId: string, adopted: boolean): readonly WaveFact[] => {
  const current = wave.state.jobs.find((each) => each.job === job.job);
  if (current?.status !== 'CLAIMED' || current.tryNumber !== job.tryNumber) return [];
  const { waveId, target } = wave.definition;
  const { account, region } = target;
  const data = { waveId, attempt: wave.state.attempt, job: job.job, tryNumber: job.tryNumber };
  return [
    { type: 'DRSJobStarted', data: { ...data, jobId, account, region, servers: [...job.servers], adopted } },
  ];
};

const serversToCall = (definition: FrozenWave, ids: readonly string[]) =>
  definition.servers
    .filter((server) => ids.includes(server.sourceServerId))
    .map(({ sourceServerId, snapshotId }) => ({
      sourceServerId,
      ...(snapshotId !== undefined && { snapshotId }),
    }));
