import type { WaveFact } from '../../../contracts/wave-events.ts';
import { nextLaunch, type Wave } from '../../core/domain/wave.ts';
import type { JobState } from '../../core/domain/wave-state.ts';
import type { RecoveryJob, StartAnswer } from '../../core/ports/recovery-service.ts';

/** After this many claims without an effect that DRS knows of, an operator is asked. */
const lostMax = 2;

/** DRS kept saying that a server is busy, or a quota reached, for about an hour and a half. */
const refusalsMax = 50;

interface Claim {
  readonly job: number;
  readonly tryNumber: number;
  readonly servers: readonly string[];
}

const inJob = (wave: Wave, job: { readonly job: number; readonly tryNumber: number }) => ({
  waveId: wave.definition.waveId,
  attempt: wave.state.attempt,
  job: job.job,
  tryNumber: job.tryNumber,
});

/** The claim, if it still is what comes next: of two launchers only one can save it. */
export const claimFact = (wave: Wave, claim: Claim): readonly WaveFact[] => {
  const next = nextLaunch(wave);
  if (next.step !== 'claim' || next.job !== claim.job || next.tryNumber !== claim.tryNumber) return [];
  return [{ type: 'DRSJobClaimed', data: { ...inJob(wave, claim), servers: [...claim.servers] } }];
};

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

/** Why nothing was started: DRS's own answer, or that it was never asked. */
export type Refusal =
  | Extract<StartAnswer, { status: 'conflict' | 'quota' | 'invalid' }>
  | { readonly status: 'interlock'; readonly message: string };

/** What follows an answer that leaves no doubt that nothing was started. */
export const afterStart = (wave: Wave, job: JobState, answer: Refusal): readonly WaveFact[] => {
  const current = wave.state.jobs.find((each) => each.job === job.job);
  if (current?.status !== 'CLAIMED' || current.tryNumber !== job.tryNumber) return [];
  const final =
    answer.status === 'invalid' || answer.status === 'interlock' || current.refusals + 1 >= refusalsMax;
  const refused: WaveFact = {
    type: 'DRSJobRefused',
    data: { ...inJob(wave, job), cause: answer.status, message: answer.message, final },
  };
  return final ? [refused, asking(wave, 'launch-refused', answer.message)] : [refused];
};

/**
 * The quarantine is over and DRS knows no job of this claim: it had no effect, and may be made once more,
 * unless DRS shows a job that could be of it.
 */
export const afterQuarantine = (wave: Wave, job: JobState, lookAlike?: string): readonly WaveFact[] => {
  const current = wave.state.jobs.find((each) => each.job === job.job);
  if (current?.status !== 'CLAIMED' || current.tryNumber !== job.tryNumber) return [];
  const final = lookAlike !== undefined || current.lost + 1 >= lostMax;
  const unknown = `DRS knows no job of claim ${job.tryNumber}`;
  const message =
    lookAlike === undefined ? unknown : `${unknown}, and ${lookAlike} without tags could be of it`;
  const refused: WaveFact = {
    type: 'DRSJobRefused',
    data: { ...inJob(wave, job), cause: 'not-found-after-quarantine', message, final },
  };
  return final ? [refused, asking(wave, 'launch-uncertain', message)] : [refused];
};

const asking = (wave: Wave, about: 'launch-refused' | 'launch-uncertain', why: string): WaveFact => ({
  type: 'OperatorNeeded',
  data: {
    waveId: wave.definition.waveId,
    attempt: wave.state.attempt,
    about,
    why,
    choices: ['retry', 'skip', 'cancel'],
  },
});
