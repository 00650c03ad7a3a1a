import type { WaveFact } from '../../../../contracts/wave-events.ts';
import type { InUse } from '../capacity.ts';
import type { WaveFactNamed } from './evolve.ts';
import type { JobState } from './state.ts';
import { awaitsReversed, jobNumbered, plannedJobs, stageOf, type Wave } from './wave.ts';

/** After this many claims without an effect that DRS knows of, an operator is asked. */
const lostMax = 2;

/** DRS kept saying that a server is busy, or a quota reached, for about an hour and a half. */
const refusalsMax = 50;

/** One try at launching one job. */
export interface JobTry {
  readonly job: number;
  readonly tryNumber: number;
}

export type LaunchStep =
  | { readonly step: 'none' }
  /** Of a launch at home: which servers there are to be launched has still to be found. */
  | { readonly step: 'find-reversed' }
  | ({ readonly step: 'claim'; readonly servers: readonly string[] } & JobTry)
  | { readonly step: 'settle-claim'; readonly job: JobState };

/** What the launcher has to do next: first find out about a claim without an outcome, then claim the next open job. */
export const nextLaunch = (wave: Wave): LaunchStep => {
  const claimed = wave.state.jobs.find((job) => job.status === 'CLAIMED');
  if (claimed !== undefined) return { step: 'settle-claim', job: claimed };
  if (wave.state.stopped !== undefined || stageOf(wave).stage !== 'recover') return { step: 'none' };
  if (awaitsReversed(wave)) return { step: 'find-reversed' };
  const open = plannedJobs(wave).find(({ job }) => (jobNumbered(wave, job)?.status ?? 'OPEN') === 'OPEN');
  if (open === undefined) return { step: 'none' };
  return { step: 'claim', ...open, tryNumber: (jobNumbered(wave, open.job)?.tryNumber ?? 0) + 1 };
};

const inJob = (wave: Wave, { job, tryNumber }: JobTry) => ({
  ...{ waveId: wave.definition.waveId, attempt: wave.state.attempt, job, tryNumber },
});

/** Which servers at home stand for those of the plan: said once in each attempt, before anything is claimed. */
export const reversedFact = (
  wave: Wave,
  found: Readonly<Record<string, string>>,
): readonly WaveFactNamed<'ReversedServersFound'>[] => {
  if (nextLaunch(wave).step !== 'find-reversed') return [];
  const { waveId, servers } = wave.definition;
  const reversed = Object.fromEntries(
    servers.flatMap(({ sourceServerId: id }) => {
      const reversedId = found[id];
      return reversedId === undefined ? [] : [[id, reversedId] as const];
    }),
  );
  return [{ type: 'ReversedServersFound', data: { waveId, attempt: wave.state.attempt, reversed } }];
};

/** The name under which the quarantine of a claim is waited for. */
export const claimIdOf = ({ state }: Wave, { job, tryNumber }: JobTry): string =>
  `${state.attempt}.${job}.${tryNumber}`;

/** There is no room in the account and Region: said once, until a job is claimed. */
export const awaitedCapacity = (
  wave: Wave,
  job: number,
  ahead: number,
  others?: InUse,
): readonly WaveFactNamed<'CapacityAwaited'>[] => {
  const { definition, state } = wave;
  if (state.awaitingCapacity) return [];
  const { account, region } = definition.target;
  const data = { waveId: definition.waveId, attempt: state.attempt, job, account, region, ahead };
  return [{ type: 'CapacityAwaited', data: { ...data, ...(others && { others }) } }];
};

/** The claim, if it still is what comes next: of two launchers only one can save it. */
export const claimFact = (
  wave: Wave,
  { job, tryNumber }: JobTry,
): readonly WaveFactNamed<'DRSJobClaimed'>[] => {
  const next = nextLaunch(wave);
  if (next.step !== 'claim' || next.job !== job || next.tryNumber !== tryNumber) return [];
  return [{ type: 'DRSJobClaimed', data: { ...inJob(wave, next), servers: [...next.servers] } }];
};

/** What was claimed in this try, while nobody has said what came of it. */
export const openClaim = (wave: Wave, { job, tryNumber }: JobTry): JobState | undefined => {
  const known = jobNumbered(wave, job);
  return known?.status === 'CLAIMED' && known.tryNumber === tryNumber ? known : undefined;
};

/** A job of DRS is what came of the claim. */
export const startedFact = (
  wave: Wave,
  claim: JobTry,
  jobId: string,
  adopted: boolean,
): readonly WaveFactNamed<'DRSJobStarted'>[] => {
  const claimed = openClaim(wave, claim);
  if (claimed === undefined) return [];
  const { account, region } = wave.definition.target;
  const data = { ...inJob(wave, claimed), jobId, account, region, servers: [...claimed.servers], adopted };
  return [{ type: 'DRSJobStarted', data }];
};

/** Why nothing was started: DRS's own answer, or that it was never asked. */
export interface Refusal {
  readonly status: 'conflict' | 'quota' | 'invalid' | 'interlock';
  readonly message: string;
}

/** What follows an answer that leaves no doubt that nothing was started. */
export const afterStart = (wave: Wave, claim: JobTry, answer: Refusal): readonly WaveFact[] => {
  const claimed = openClaim(wave, claim);
  if (claimed === undefined) return [];
  const final =
    answer.status === 'invalid' || answer.status === 'interlock' || claimed.refusals + 1 >= refusalsMax;
  const refused: WaveFact = {
    type: 'DRSJobRefused',
    data: { ...inJob(wave, claimed), cause: answer.status, message: answer.message, final },
  };
  return final ? [refused, asking(wave, 'launch-refused', answer.message)] : [refused];
};

/**
 * The quarantine is over and DRS knows no job of this claim: it had no effect, and may be made once more,
 * unless DRS shows a job that could be of it.
 */
export const afterQuarantine = (wave: Wave, claim: JobTry, lookAlike?: string): readonly WaveFact[] => {
  const claimed = openClaim(wave, claim);
  if (claimed === undefined) return [];
  const final = lookAlike !== undefined || claimed.lost + 1 >= lostMax;
  const unknown = `DRS knows no job of claim ${claim.tryNumber}`;
  const message =
    lookAlike === undefined ? unknown : `${unknown}, and ${lookAlike} without tags could be of it`;
  const refused: WaveFact = {
    type: 'DRSJobRefused',
    data: { ...inJob(wave, claimed), cause: 'not-found-after-quarantine', message, final },
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
