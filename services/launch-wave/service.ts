import type { FrozenWave } from '../../contracts/execution-events.ts';
import type { WaveFact } from '../../contracts/wave-events.ts';
import type { CapacityLimits } from '../domain/capacity.ts';
import { nextLaunch, type LaunchStep, type Wave } from '../domain/wave.ts';
import type { JobState, WaveState } from '../domain/wave-state.ts';
import { backoffMs } from '../kernel/backoff.ts';
import { createTransact, type TransactPorts } from '../kernel/transact.ts';
import type { Log } from '../ports/log.ts';
import type { RecoveryService } from '../ports/recovery-service.ts';
import type { Wake } from '../ports/timers.ts';
import { giveCapacityBack, holdIdOf, takeCapacity } from '../streams/capacity.ts';
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
  /** A handler that finds its own claim older than this no longer calls StartRecovery. */
  readonly callWindowMs: number;
  /** How soon a claim without an outcome is looked up in DRS again. */
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

type ClaimStep = Extract<LaunchStep, { step: 'claim' }>;

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
    let state: WaveState | undefined = await readWaveState(ports.store, executionId, waveId);
    const found = nextLaunch(started.at(state));
    if (found.step === 'settle-claim')
      state = await settleOldClaim(started, found.job, state, wake, causationId);
    while (state !== undefined) state = await launchNext(started, state, causationId);
  };

  /** A claim found at the start was made by somebody else, who may still be calling, or dead. */
  async function settleOldClaim(
    started: StartedWave,
    job: JobState,
    state: WaveState,
    wake: Wake,
    causationId: string,
  ): Promise<WaveState | undefined> {
    const wave = started.at(state);
    const adopted = await adopt(started, wave, job, causationId);
    if (adopted !== undefined) return adopted;
    if (wake.quarantineOver === claimIdOf(wave, job)) {
      const settled = await transact(started.address, causationId, (now) =>
        afterQuarantine(started.at(now), job),
      );
      return settled.state;
    }
    await ports.timers.ensure({ ...wakeOf(wave), quarantineOver: claimIdOf(wave, job) }, knobs.quarantineMs);
    await ports.timers.ensure(wakeOf(wave), knobs.lookAgainMs);
    return undefined;
  }

  /** Claims, calls and records the next job. Gives the state after it when another one may follow at once. */
  async function launchNext(
    started: StartedWave,
    state: WaveState,
    causationId: string,
  ): Promise<WaveState | undefined> {
    const step = nextLaunch(started.at(state));
    if (step.step !== 'claim' || started.execution.status !== 'RUNNING') {
      await publishLeftovers(started, causationId);
      return undefined;
    }
    if (!(await hasCapacity(started, started.at(state), step, causationId))) return undefined;
    const claim = await transact(
      started.address,
      causationId,
      (now) => claimFact(started.at(now), step),
      'later',
    );
    if (claim.facts.length === 0) return undefined;
    const wave = started.at(claim.state);
    const job = wave.state.jobs.find((each) => each.job === step.job);
    if (job === undefined)
      throw new Error(`the claim of job ${step.job} of ${started.address.stream} is not in its state`);
    return callOnce(started, wave, job, causationId);
  }

  /** The one place that calls StartRecovery, reached once per claim by the handler that saved it. */
  async function callOnce(
    started: StartedWave,
    wave: Wave,
    job: JobState,
    causationId: string,
  ): Promise<WaveState | undefined> {
    const earlier = job.tryNumber > 1 ? await adopt(started, wave, job, causationId) : undefined;
    if (earlier !== undefined) return earlier;
    if (ports.clock.now() - job.claimedAt > knobs.callWindowMs) return lookLater(wave, job);

    const answer = await ports.recovery.startRecovery(wave.definition.target, {
      isDrill: wave.mode === 'DRILL',
      servers: serversToCall(wave.definition, job.servers),
      tags: jobTags(wave, job),
    });
    if (answer.status === 'accepted') return recordStart(started, job, answer.jobId, false, causationId);
    ports.log.warn('StartRecovery gave no job', {
      executionId: wave.executionId,
      waveId: wave.definition.waveId,
      ...answer,
    });
    if (answer.status === 'unknown') return lookLater(wave, job);
    const running = answer.status === 'conflict' ? await adopt(started, wave, job, causationId) : undefined;
    if (running !== undefined) return running;
    const refused = await transact(started.address, causationId, (now) =>
      afterStart(started.at(now), job, answer),
    );
    return afterRefusal(started, refused.state, job);
  }

  async function afterRefusal(
    started: StartedWave,
    state: WaveState,
    job: JobState,
  ): Promise<WaveState | undefined> {
    const wave = started.at(state);
    const refused = wave.state.jobs.find((each) => each.job === job.job);
    if (refused?.status === 'OPEN') {
      await ports.timers.set(wakeOf(wave), backoffMs(refusalBackoff, refused.refusals));
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
    return state;
  }

  async function lookLater(wave: Wave, job: JobState): Promise<undefined> {
    await ports.timers.ensure({ ...wakeOf(wave), quarantineOver: claimIdOf(wave, job) }, knobs.quarantineMs);
    await ports.timers.set(wakeOf(wave), knobs.lookAgainMs);
  }

  async function adopt(
    started: StartedWave,
    wave: Wave,
    job: JobState,
    causationId: string,
  ): Promise<WaveState | undefined> {
    const jobs = await ports.recovery.describeJobsSince(wave.definition.target, job.claimedAt - clockSkewMs);
    const ours = jobs.find((each) => isOurs(wave, job, each));
    return ours === undefined ? undefined : recordStart(started, job, ours.jobId, true, causationId);
  }

  async function recordStart(
    started: StartedWave,
    job: JobState,
    jobId: string,
    adopted: boolean,
    causationId: string,
  ): Promise<WaveState> {
    const transition = await transact(started.address, causationId, (state) =>
      startedFact(started.at(state), job, jobId, adopted),
    );
    const { executionId, waveId } = started.address;
    await ports.store.write({ kind: 'job', id: jobId }, { executionId, waveId }, 0);
    return transition.state;
  }

  async function publishLeftovers(started: StartedWave, causationId: string): Promise<void> {
    await transact(started.address, causationId, () => []);
  }

  async function hasCapacity(
    started: StartedWave,
    wave: Wave,
    step: ClaimStep,
    causationId: string,
  ): Promise<boolean> {
    const { executionId } = wave;
    const { target, waveId } = wave.definition;
    const hold = {
      holdId: holdIdOf(executionId, waveId, wave.state.attempt, step.job),
      executionId,
      waveId,
      servers: step.servers.length,
    };
    const place = await takeCapacity(ports.store, ports.timers, target, hold, knobs.limits);
    if (place === 'held') return true;
    await transact(started.address, causationId, (state) => {
      const { attempt, awaitingCapacity } = started.at(state).state;
      const { account, region } = target;
      return awaitingCapacity
        ? []
        : [
            {
              type: 'CapacityAwaited',
              data: { waveId, attempt, job: step.job, account, region, ahead: place },
            },
          ];
    });
    return false;
  }
};

const wakeOf = (wave: Wave): Wake => ({
  service: 'launch-wave',
  executionId: wave.executionId,
  waveId: wave.definition.waveId,
});

const claimIdOf = (wave: Wave, job: JobState): string => `${wave.state.attempt}.${job.job}.${job.tryNumber}`;

const startedFact = (wave: Wave, job: JobState, jobId: string, adopted: boolean): readonly WaveFact[] => {
  const current = wave.state.jobs.find((each) => each.job === job.job);
  if (current?.status !== 'CLAIMED' || current.tryNumber !== job.tryNumber) return [];
  const { waveId, target } = wave.definition;
  const { account, region } = target;
  return [
    {
      type: 'DRSJobStarted',
      data: {
        waveId,
        attempt: wave.state.attempt,
        job: job.job,
        tryNumber: job.tryNumber,
        jobId,
        account,
        region,
        servers: [...job.servers],
        adopted,
      },
    },
  ];
};

const serversToCall = (definition: FrozenWave, ids: readonly string[]) =>
  definition.servers
    .filter((server) => ids.includes(server.sourceServerId))
    .map(({ sourceServerId, snapshotId }) => ({
      sourceServerId,
      ...(snapshotId !== undefined && { snapshotId }),
    }));
