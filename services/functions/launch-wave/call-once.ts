import type { FrozenWave } from '../../../contracts/execution-events.ts';
import { jobTags } from '../../core/domain/wave/own-job.ts';
import type { JobState } from '../../core/domain/wave/state.ts';
import type { Wave } from '../../core/domain/wave/wave.ts';
import { adopt, lookLater, recordStart, refuse } from './claim-outcome.ts';
import type { Launch } from './launch.ts';

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

const serversToCall = (definition: FrozenWave, ids: readonly string[]) =>
  definition.servers
    .filter((server) => ids.includes(server.sourceServerId))
    .map(({ sourceServerId, snapshotId }) => ({
      sourceServerId,
      ...(snapshotId !== undefined && { snapshotId }),
    }));
