import type { RecoveryJob } from '../recovery-job.ts';
import type { JobState } from './state.ts';
import type { Wave } from './wave.ts';

/** By these a job is known as ours even when the answer of StartRecovery was lost. */
export const jobTags = (wave: Wave, job: JobState): Readonly<Record<string, string>> => ({
  'groundswell:execution': wave.executionId,
  'groundswell:wave': wave.definition.waveId,
  'groundswell:job': `${wave.state.attempt}.${job.job}`,
});

const sameMembers = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((member) => b.includes(member));

/**
 * Whether a job of DRS is the one that a claim asked for, in this try or an earlier one: by its tags and by
 * exactly these servers. A job without our tags is somebody else's, even of the same servers: it may launch
 * them from another point in time. A job that the wave had before is another one.
 */
export const isOurs = (wave: Wave, claim: JobState, job: RecoveryJob): boolean => {
  if (wave.state.jobIds.includes(job.jobId)) return false;
  const isTagged = Object.entries(jobTags(wave, claim)).every(([name, value]) => job.tags[name] === value);
  return isTagged && isLaunchOf(wave, claim, job);
};

/**
 * A job without tags of ours that launches exactly these servers in this mode: another tool's, or ours in an
 * account that does not keep tags. It is not taken for ours, and while it may be, nothing is launched again.
 */
export const couldBeOurs = (wave: Wave, claim: JobState, job: RecoveryJob): boolean =>
  !wave.state.jobIds.includes(job.jobId) &&
  !Object.keys(job.tags).some((name) => name.startsWith('groundswell:')) &&
  isLaunchOf(wave, claim, job);

const isLaunchOf = (wave: Wave, claim: JobState, job: RecoveryJob): boolean => {
  const servers = job.servers.map((server) => server.sourceServerId);
  const isSameMode = job.isDrill === (wave.mode === 'DRILL');
  return job.type === 'LAUNCH' && isSameMode && sameMembers(servers, claim.servers);
};
