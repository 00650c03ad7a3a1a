import type { CapacityLimits } from '../domain/capacity.ts';
import { isLive, type Wave } from '../domain/wave.ts';
import type { JobState } from '../domain/wave-state.ts';
import type { TransactPorts } from '../kernel/transact.ts';
import type { RecoveryJob, RecoveryService } from '../ports/recovery-service.ts';
import type { Wake } from '../ports/timers.ts';
import { giveCapacityBack, holdIdOf } from '../streams/capacity.ts';
import { openWave, type WaveSession } from '../streams/wave-session.ts';
import { cadenceKnobs, nextLookMs, type CadenceKnobs } from './cadence.ts';
import { learnDuration, learnedDuration } from './learned-duration.ts';
import { factsOf, running, type Observation } from './observe.ts';

export interface WatchPorts extends TransactPorts {
  readonly recovery: RecoveryService;
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

/** A wave's servers end within seconds of each other, and so do their hints: one look serves them all. */
const gatherMs = 1_000;

/** What an event of the bus or a hint of DRS leads to: a look soon, in place of the one that was planned. */
export const createLookSoon =
  ({ timers }: Pick<WatchPorts, 'timers'>) =>
  (wake: Wake): Promise<void> =>
    timers.set(wake, gatherMs);

interface Watched {
  readonly session: WaveSession;
  readonly wave: Wave;
  readonly learnedMs?: number;
}

/**
 * Asks DRS how the jobs of these waves are, and says what has changed. A timer per wave leads here, and
 * a hint only brings it forward. The timer is set anew after each look and ends with the jobs. One DescribeJobs serves all waves of one account and Region that are looked at together.
 */
export const createWatchJobs =
  (ports: WatchPorts, knobs: WatchKnobs = watchKnobs) =>
  async (wakes: readonly Wake[], causationId: string): Promise<void> => {
    const watched = (await Promise.all(wakes.map((wake) => load(ports, wake, causationId)))).filter(
      (each) => each !== undefined,
    );
    for (const target of new Set(watched.map(targetOf))) {
      await look(
        ports,
        knobs,
        watched.filter((each) => targetOf(each) === target),
      );
    }
  };

const targetOf = ({ wave }: Watched): string =>
  `${wave.definition.target.account}/${wave.definition.target.region}`;

const load = async (ports: WatchPorts, wake: Wake, causationId: string): Promise<Watched | undefined> => {
  const session = await openWave(ports, 'watch-jobs', wake, causationId);
  if (session === undefined) return undefined;
  const [wave, learnedMs] = await Promise.all([session.read(), learnedDuration(ports.store, session)]);
  return { session, wave, ...(learnedMs !== undefined && { learnedMs }) };
};

const look = async (ports: WatchPorts, knobs: WatchKnobs, group: readonly Watched[]): Promise<void> => {
  const target = group[0]?.wave.definition.target;
  const jobIds = group.flatMap(({ wave }) => running(wave).flatMap((job) => job.jobId ?? []));
  const jobs =
    target === undefined || jobIds.length === 0 ? [] : await ports.recovery.describeJobs(target, jobIds);
  for (const watched of group) await record(ports, knobs, watched, jobs);
};

const record = async (
  ports: WatchPorts,
  knobs: WatchKnobs,
  watched: Watched,
  jobs: readonly RecoveryJob[],
): Promise<void> => {
  const { session, learnedMs } = watched;
  const observations = await Promise.all(
    running(watched.wave).flatMap((state) => observe(ports, watched.wave, state, jobs)),
  );
  const { wave, facts } = await session.change((current, now) =>
    factsOf(current, observations, now, knobs.stuckMs),
  );
  if (facts.includes('DRSJobCompleted')) await learnDuration(ports.store, session, observations);
  await giveBack(ports, knobs, wave);
  if (wave.state.jobs.some(isLive)) {
    await ports.timers.set(
      session.wakeFor('watch-jobs'),
      nextLookMs(wave, ports.clock.now(), knobs.cadence, learnedMs),
    );
  }
};

const observe = (
  ports: WatchPorts,
  wave: Wave,
  state: JobState,
  jobs: readonly RecoveryJob[],
): Promise<Observation>[] =>
  jobs
    .filter((job) => job.jobId === state.jobId)
    .map(async (job) => ({
      job,
      log: await ports.recovery.describeJobLog(wave.definition.target, job.jobId),
    }));

const giveBack = async (ports: WatchPorts, knobs: WatchKnobs, wave: Wave): Promise<void> => {
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
};
