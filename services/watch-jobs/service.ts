import type { Target } from '../../contracts/plan.ts';
import type { WaveFact } from '../../contracts/wave-events.ts';
import type { CapacityLimits } from '../domain/capacity.ts';
import { isLive, type Wave } from '../domain/wave.ts';
import type { JobState } from '../domain/wave-state.ts';
import { createTransact, type TransactPorts } from '../kernel/transact.ts';
import type { Log } from '../ports/log.ts';
import type { RecoveryJob, RecoveryService } from '../ports/recovery-service.ts';
import type { Wake } from '../ports/timers.ts';
import { giveCapacityBack, holdIdOf } from '../streams/capacity.ts';
import { readStartedWave, readWaveState, waveKind, type StartedWave } from '../streams/wave-stream.ts';
import { cadenceKnobs, nextLookMs, type CadenceKnobs } from './cadence.ts';
import { observedFacts, type Observation } from './observe.ts';

export interface WatchPorts extends TransactPorts {
  readonly recovery: RecoveryService;
  readonly log: Log;
}

export interface WatchKnobs {
  readonly cadence: CadenceKnobs;
  readonly limits: CapacityLimits;
  /** A job in one phase for longer than this is told of. */
  readonly stuckMs: number;
}

export const watchKnobs: WatchKnobs = {
  cadence: cadenceKnobs,
  limits: { jobsMax: 20, serversMax: 500 },
  stuckMs: 60 * 60_000,
};

interface Watched {
  readonly started: StartedWave;
  readonly wave: Wave;
  readonly learnedMs?: number;
}

const running = (wave: Wave): readonly JobState[] =>
  wave.state.jobs.filter((job) => job.status === 'STARTED');

/**
 * Asks DRS how the jobs of these waves are, and says what has changed. Hints of DRS and a timer per
 * wave lead here alike; neither is believed. The timer is set anew after each look and ends with the
 * jobs. One DescribeJobs serves all waves of one account and Region that are looked at together.
 */
export const createWatchJobs = (ports: WatchPorts, knobs: WatchKnobs = watchKnobs) => {
  const transact = createTransact('watch-jobs', ports, waveKind);

  return async (wakes: readonly Wake[], causationId: string): Promise<void> => {
    const watched = (await Promise.all(wakes.map(load))).filter((each) => each !== undefined);
    const targets = new Set(watched.map(targetOf));
    for (const target of targets)
      await look(
        watched.filter((each) => targetOf(each) === target),
        causationId,
      );
  };

  async function load(wake: Wake): Promise<Watched | undefined> {
    if (wake.waveId === undefined) return undefined;
    const started = await readStartedWave(ports.store, wake.executionId, wake.waveId);
    if (started === undefined) return undefined;
    const [state, learned] = await Promise.all([
      readWaveState(ports.store, wake.executionId, wake.waveId),
      ports.store.read<{ readonly jobMs: number }>(learnedKey(started, wake.waveId)),
    ]);
    return { started, wave: started.at(state), ...(learned && { learnedMs: learned.body.jobMs }) };
  }

  async function look(group: readonly Watched[], causationId: string): Promise<void> {
    const target = group[0]?.wave.definition.target;
    const jobIds = group.flatMap(({ wave }) => running(wave).flatMap((job) => job.jobId ?? []));
    const jobs =
      target === undefined || jobIds.length === 0 ? [] : await ports.recovery.describeJobs(target, jobIds);
    for (const watched of group) await record(watched, jobs, causationId);
  }

  async function record(watched: Watched, jobs: readonly RecoveryJob[], causationId: string): Promise<void> {
    const { started, wave } = watched;
    const observations = await Promise.all(
      running(wave).flatMap((state) => {
        const job = jobs.find((each) => each.jobId === state.jobId);
        return job === undefined ? [] : [withLog(wave.definition.target, job)];
      }),
    );
    const transition = await transact(started.address, causationId, (state, now) =>
      factsOf(started.at(state), observations, now, knobs.stuckMs),
    );
    const after = started.at(transition.state);
    await learn(started, after, transition.facts, jobs);
    await giveBack(after);
    if (after.state.jobs.some(isLive)) {
      await ports.timers.set(
        wakeOf(after),
        nextLookMs(after, ports.clock.now(), knobs.cadence, watched.learnedMs),
      );
    }
  }

  async function withLog(target: Target, job: RecoveryJob): Promise<Observation> {
    return { job, log: await ports.recovery.describeJobLog(target, job.jobId) };
  }

  /** How long this wave's job took is when the next execution of the plan expects its end. */
  async function learn(
    started: StartedWave,
    wave: Wave,
    facts: readonly { readonly type: string }[],
    jobs: readonly RecoveryJob[],
  ): Promise<void> {
    if (!facts.some((fact) => fact.type === 'DRSJobCompleted')) return;
    const jobMs = Math.max(...jobs.map((job) => (job.endedAt ?? job.createdAt) - job.createdAt));
    const key = learnedKey(started, wave.definition.waveId);
    const known = await ports.store.read(key);
    await ports.store.write(key, { jobMs }, known?.revision ?? 0);
  }

  async function giveBack(wave: Wave): Promise<void> {
    const over = wave.state.jobs.filter((job) => job.status === 'COMPLETED' || job.status === 'REFUSED');
    if (over.length === 0) return;
    const ids = over.map((job) =>
      holdIdOf(wave.executionId, wave.definition.waveId, wave.state.attempt, job.job),
    );
    await giveCapacityBack(
      ports.store,
      ports.timers,
      wave.definition.target,
      (hold) => ids.includes(hold.holdId),
      knobs.limits,
    );
  }
};

const targetOf = ({ wave }: Watched): string =>
  `${wave.definition.target.account}/${wave.definition.target.region}`;

const learnedKey = (started: StartedWave, waveId: string) => ({
  kind: 'durations' as const,
  id: `${started.execution.planId}/${waveId}`,
});

const wakeOf = (wave: Wave): Wake => ({
  service: 'watch-jobs',
  executionId: wave.executionId,
  waveId: wave.definition.waveId,
});

const factsOf = (
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
