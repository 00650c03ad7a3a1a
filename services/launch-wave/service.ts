import type { FrozenWave } from '../../contracts/execution-events.ts';
import type { WaveFact } from '../../contracts/wave-events.ts';
import type { CapacityLimits } from '../domain/capacity.ts';
import { nextLaunch, type LaunchStep, type Wave } from '../domain/wave.ts';
import type { JobState } from '../domain/wave-state.ts';
import { backoffMs } from '../kernel/backoff.ts';
import { createTransact, type TransactPorts } from '../kernel/transact.ts';
import type { Log } from '../ports/log.ts';
import type { RecoveryService } from '../ports/recovery-service.ts';
import type { Wake } from '../ports/timers.ts';
import { holdIdOf, takeCapacity } from '../streams/capacity.ts';
import { readStartedWave, readWaveState, waveKind, type StartedWave } from '../streams/wave-stream.ts';
import { afterQuarantine, afterStart, claimFact, isOurs, jobTags } from './claim.ts';

export interface LaunchPorts extends TransactPorts {
  readonly recovery: RecoveryService;
  readonly log: Log;
}

export interface LaunchKnobs {
  readonly limits: CapacityLimits;
  /** Longer than any handler can live plus the time in which a new job may stay invisible. */
  readonly quarantineMs: number;
  /** After this much of its claim's life a handler no longer calls StartRecovery. */
  readonly callWindowMs: number;
  /** How soon a claim without an outcome is looked at again. */
  readonly lookAgainMs: number;
}

export const launchKnobs: LaunchKnobs = {
  limits: { jobsMax: 20, serversMax: 500 },
  quarantineMs: 180_000,
  callWindowMs: 10_000,
  lookAgainMs: 30_000,
};

/** Between tries after DRS said that a server is busy or a quota is reached. */
const refusalBackoff = { firstMs: 15_000, factor: 1.6, maxMs: 120_000 };

/** DescribeJobs is asked for jobs since the claim, with room for machines whose clocks disagree. */
const clockSkewMs = 15 * 60_000;

/**
 * Launches a wave's jobs, at most once each. StartRecovery has no client token, and a repeat after the
 * first job has ended destroys the machines just recovered. So a claim is saved first; only the handler
 * that saved it calls, once; an outcome that is not known is never called again but looked up in DRS,
 * and the claim is opened again only after a quarantine that no handler outlives.
 */
export const createLaunchWave = (ports: LaunchPorts, knobs: LaunchKnobs = launchKnobs) => {
  const transact = createTransact('launch-wave', ports, waveKind);

  return async (wake: Wake, causationId: string): Promise<void> => {
    const { executionId, waveId } = wake;
    if (waveId === undefined) return;
    const started = await readStartedWave(ports.store, executionId, waveId);
    if (started === undefined) return;
    await settleOldClaim(started, wake, causationId);
    await launchAll(started, executionId, waveId, causationId);
  };

  /** A claim found at the start was made by somebody else, who may still be calling, or dead. */
  async function settleOldClaim(started: StartedWave, wake: Wake, causationId: string): Promise<void> {
    const step = nextLaunch(started.at(await readWaveState(ports.store, wake.executionId, wake.waveId ?? '')));
    if (step.step !== 'settle-claim') return;
    const wave = started.at(await readWaveState(ports.store, wake.executionId, wake.waveId ?? ''));
    const jobs = await ports.recovery.describeJobsSince(wave.definition.target, step.job.claimedAt - clockSkewMs);
    const ours = jobs.find((job) => isOurs(wave, step.job, job));
    if (ours !== undefined) return recordStart(started, step.job, ours.jobId, true, causationId);
    const claimId = claimIdOf(wave, step.job);
    if (wake.quarantineOver === claimId) {
      await transact(started.address, causationId, (state) => afterQuarantine(started.at(state), step.job));
      return;
    }
    const { executionId, waveId } = wake;
    const target = { service: 'launch-wave' as const, executionId, ...(waveId !== undefined && { waveId }) };
    await ports.timers.ensure({ ...target, quarantineOver: claimId }, knobs.quarantineMs);
    await ports.timers.ensure(target, knobs.lookAgainMs);
  }

  async function launchAll(started: StartedWave, executionId: string, waveId: string, causationId: string): Promise<void> {
    if (started.execution.status !== 'RUNNING') return;
    for (let jobs = 0; jobs < started.at(await readWaveState(ports.store, executionId, waveId)).definition.servers.length; jobs++) {
      const wave = started.at(await readWaveState(ports.store, executionId, waveId));
      const step = nextLaunch(wave);
      if (step.step !== 'claim') return;
      if (!(await hasCapacity(started, wave, step, causationId))) return;
      if (!(await launchOne(started, step, causationId))) return;
    }
  }

  async function hasCapacity(started: StartedWave, wave: Wave, step: ClaimStep, causationId: string): Promise<boolean> {
    const { executionId } = wave;
    const { target, waveId } = wave.definition;
    const hold = { holdId: holdIdOf(executionId, waveId, wave.state.attempt, step.job), executionId, waveId, servers: step.servers.length };
    const place = await takeCapacity(ports.store, target, hold, knobs.limits);
    if (place === 'held') return true;
    await transact(started.address, causationId, (state) => {
      const { attempt, awaitingCapacity } = started.at(state).state;
      const { account, region } = target;
      return awaitingCapacity ? [] : [{ type: 'CapacityAwaited', data: { waveId, attempt, job: step.job, account, region, ahead: place } }];
    });
    return false;
  }

  /** Claims, calls, records. True when the job runs and the next one may follow. */
  async function launchOne(started: StartedWave, step: ClaimStep, causationId: string): Promise<boolean> {
    const claim = await transact(started.address, causationId, (state) => claimFact(started.at(state), step), 'later');
    if (claim.facts.length === 0) return false;
    const wave = started.at(claim.state);
    const job = wave.state.jobs.find((each) => each.job === step.job);
    if (job === undefined) throw new Error(`the claim of job ${step.job} of ${started.address.stream} is not in its state`);
    if (ports.clock.now() - job.claimedAt > knobs.callWindowMs) {
      await lookLater(wave, job);
      return false;
    }
    const answer = await ports.recovery.startRecovery(wave.definition.target, {
      isDrill: wave.mode === 'DRILL',
      servers: serversToCall(wave.definition, step.servers),
      tags: jobTags(wave, job),
    });
    if (answer.status === 'accepted') {
      await recordStart(started, job, answer.jobId, false, causationId);
      return true;
    }
    ports.log.warn('StartRecovery did not give a job', { executionId: wave.executionId, waveId: wave.definition.waveId, ...answer });
    if (answer.status === 'unknown') {
      await lookLater(wave, job);
      return false;
    }
    const refused = await transact(started.address, causationId, (state) => afterStart(started.at(state), job, answer));
    const after = started.at(refused.state).state.jobs.find((each) => each.job === step.job);
    if (after?.status === 'OPEN') await ports.timers.set(wakeOf(wave), backoffMs(refusalBackoff, after.refusals));
    return after?.status === 'REFUSED';
  }

  async function lookLater(wave: Wave, job: JobState): Promise<void> {
    await ports.timers.ensure({ ...wakeOf(wave), quarantineOver: claimIdOf(wave, job) }, knobs.quarantineMs);
    await ports.timers.set(wakeOf(wave), knobs.lookAgainMs / 6);
  }

  async function recordStart(started: StartedWave, job: JobState, jobId: string, adopted: boolean, causationId: string): Promise<void> {
    const transition = await transact(started.address, causationId, (state): readonly WaveFact[] => {
      const wave = started.at(state);
      const current = wave.state.jobs.find((each) => each.job === job.job);
      if (current?.status !== 'CLAIMED' || current.tryNumber !== job.tryNumber) return [];
      const { account, region } = wave.definition.target;
      const { waveId } = wave.definition;
      const servers = [...job.servers];
      return [{ type: 'DRSJobStarted', data: { waveId, attempt: wave.state.attempt, job: job.job, tryNumber: job.tryNumber, jobId, account, region, servers, adopted } }];
    });
    const wave = started.at(transition.state);
    await ports.store.write({ kind: 'job', id: jobId }, { executionId: wave.executionId, waveId: wave.definition.waveId }, 0);
  }
};

type ClaimStep = Extract<LaunchStep, { step: 'claim' }>;

const wakeOf = (wave: Wave): Wake => ({ service: 'launch-wave', executionId: wave.executionId, waveId: wave.definition.waveId });

const claimIdOf = (wave: Wave, job: JobState): string => `${wave.state.attempt}.${job.job}.${job.tryNumber}`;

const serversToCall = (definition: FrozenWave, ids: readonly string[]) =>
  definition.servers
    .filter((server) => ids.includes(server.sourceServerId))
    .map(({ sourceServerId, snapshotId }) => ({ sourceServerId, ...(snapshotId !== undefined && { snapshotId }) }));
