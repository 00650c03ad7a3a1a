import type { Target } from '../../../contracts/plan.ts';
import { documentedLimits, type CapacityLimits } from '../../core/domain/capacity.ts';
import { isLive, type Wave } from '../../core/domain/wave/wave.ts';
import type { JobState } from '../../core/domain/wave/state.ts';
import type { TransactPorts } from '../../core/kernel/transact.ts';
import type { JobLogEntry, RecoveryInstance, RecoveryJob } from '../../core/domain/recovery-job.ts';
import type { RecoveryService } from '../../core/ports/recovery-service.ts';
import type { FiringTimers, Wake } from '../../core/ports/timers.ts';
import { giveCapacityBack, holdIdOf } from '../../core/streams/capacity.ts';
import { hasBegunAllWaves } from '../../core/domain/execution-state.ts';
import { onReversed } from '../../core/readiness/on-reversed.ts';
import { openWave, type WaveSession } from '../../core/streams/wave-session.ts';
import { cadenceKnobs, isNearEnd, nextLookMs, type CadenceKnobs, type Learned } from './cadence.ts';
import { learnDuration, learnedDuration } from './learned-duration.ts';
import {
  awaitsLastResult,
  factsOf,
  hasFailedAtLast,
  needsLog,
  needsPlanned,
  running,
  type ObserveKnobs,
} from '../../core/domain/wave/observe.ts';
import { hasEveryStatus } from '../../core/domain/wave/job-end.ts';
import { readInstances, readPlanned } from './read-launch.ts';
import type { Observation } from '../../core/domain/wave/server-result.ts';

export interface WatchPorts extends TransactPorts {
  readonly recovery: RecoveryService;
}

export interface WatchKnobs extends ObserveKnobs {
  readonly cadence: CadenceKnobs;
  readonly limits: CapacityLimits;
}

export const watchKnobs: WatchKnobs = {
  cadence: cadenceKnobs,
  limits: documentedLimits,
  stuckMs: 60 * 60_000,
  // The SSM agent of a Windows server that boots for the first time may take a quarter of an hour to be there.
  actionsBeginMs: 30 * 60_000,
  actionsEndMs: 120 * 60_000,
};

/** What the start of a job leads to: the first of its looks, when there is something to see. */
export const createFirstLook =
  ({ timers }: Pick<WatchPorts, 'timers'>, { cadence }: WatchKnobs = watchKnobs) =>
  (wake: Wake): Promise<void> =>
    timers.ensure(wake, cadence.firstLookMs);

interface Watched {
  readonly session: WaveSession;
  readonly wave: Wave;
  readonly isHinted: boolean;
  readonly learned?: Learned;
}

/**
 * Asks DRS how the jobs of these waves are, and says what has changed. A timer per wave leads here, and
 * a hint only brings it forward. The timer is set again after each look and ends with the jobs.
 * One DescribeJobs covers all waves of an account and Region that are due together.
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

/** While a look is under way, what hints tell is looked at so long after the first of them. */
const gatherMs = 1_000;

/**
 * What a hint of DRS leads to: a look at once, in place of the one that was planned. A look that is under way may have
 * asked DRS before what the hint tells of: it is followed by one more, for all hints that come meanwhile.
 */
export const createLookAtHint = (
  ports: WatchPorts & { readonly timers: FiringTimers },
  knobs: WatchKnobs = watchKnobs,
) => {
  const watch = createWatchJobs(ports, knobs);
  return (wake: Wake, causationId: string): Promise<void> => {
    const hinted: Wake = { ...wake, hinted: true };
    return ports.timers.fireNow(hinted, () => watch([hinted], causationId), gatherMs);
  };
};

/** What launches at home is asked about apart, since DRS names its servers otherwise than the wave does. */
const targetOf = ({ wave: { definition }, session }: Watched): string => {
  const { account, region } = definition.target;
  const apart = definition.homeward === undefined ? '' : `/${session.executionId}/${definition.waveId}`;
  return `${account}/${region}${apart}`;
};

const load = async (ports: WatchPorts, wake: Wake, causationId: string): Promise<Watched | undefined> => {
  const session = await openWave(ports, 'watch-jobs', wake, causationId);
  if (session === undefined) return undefined;
  const [wave, learned] = await Promise.all([session.read(), learnedDuration(ports.store, session)]);
  return { session, wave, isHinted: wake.hinted === true, ...(learned !== undefined && { learned }) };
};

const jobIdsOf = ({ wave }: Watched): readonly string[] => running(wave).flatMap((job) => job.jobId ?? []);

const look = async (all: WatchPorts, knobs: WatchKnobs, group: readonly Watched[]): Promise<void> => {
  const [first] = group;
  const target = first?.wave.definition.target;
  const ports = first === undefined ? all : { ...all, recovery: onReversed(all.recovery, first.wave) };
  const jobIds = group.flatMap(jobIdsOf);
  if (target === undefined || jobIds.length === 0) {
    for (const watched of group) await record(ports, knobs, watched, []);
    return;
  }
  const [jobs, logs, early] = await Promise.all([
    ports.recovery.describeJobs(target, jobIds),
    readLogs(ports, target, group.filter((each) => wantsLog(each, ports.clock.now())).flatMap(jobIdsOf)),
    readInstances(ports.recovery, target, group.flatMap(lastServers)),
  ]);
  for (const watched of group) {
    const observations = running(watched.wave).flatMap((state) =>
      observe(ports, knobs, target, state, jobs, logs, early),
    );
    await record(ports, knobs, watched, await Promise.all(observations));
  }
};

/** Servers of jobs for whose last result a hint may have come: their instances are asked for along with the result. */
const lastServers = ({ wave, isHinted }: Watched): readonly string[] =>
  isHinted
    ? running(wave)
        .filter(awaitsLastResult)
        .flatMap(({ servers }) => servers)
    : [];

type Logs = ReadonlyMap<string, readonly JobLogEntry[]>;

const readLogs = async (ports: WatchPorts, target: Target, jobIds: readonly string[]): Promise<Logs> =>
  new Map(
    await Promise.all(
      jobIds.map(async (jobId) => [jobId, await ports.recovery.describeJobLog(target, jobId)] as const),
    ),
  );

/** Near the end looks are many, and their logs would say nothing new until one of them finds a result. */
const wantsLog = ({ wave, isHinted, learned }: Watched, now: number): boolean =>
  running(wave).some(({ settled }) => settled !== true) && (isHinted || !isNearEnd(wave, now, learned));

const record = async (
  ports: WatchPorts,
  knobs: WatchKnobs,
  { session, learned, isHinted }: Watched,
  observations: readonly Observation[],
): Promise<void> => {
  const { wave, facts } = await session.change((current, now) => factsOf(current, observations, now, knobs));
  if (facts.includes('DRSJobCompleted')) await learnDuration(ports.store, session, observations, isHinted);
  await giveBack(ports, knobs, wave);
  if (wave.state.jobs.some(isLive)) {
    const wake: Wake = { ...session.wakeFor('watch-jobs'), ...(isHinted && { hinted: true }) };
    const isLast = hasBegunAllWaves(session.execution);
    const delayMs = nextLookMs(wave, ports.clock.now(), knobs.cadence, learned, isHinted, isLast);
    // A hint that came while DRS was asked has set a timer of its own, which is not to be put off unless every server
    // has its result, and other waves run on: no hint tells of anything else.
    const isTold = !isLast && running(wave).every(({ settled }) => settled === true);
    await ports.timers[isTold ? 'set' : 'setIfSooner'](wake, delayMs);
  }
};

const observe = (
  ports: WatchPorts,
  knobs: WatchKnobs,
  target: Target,
  state: JobState,
  jobs: readonly RecoveryJob[],
  logs: Logs,
  early: readonly RecoveryInstance[],
): Promise<Observation>[] =>
  jobs
    .filter((job) => job.jobId === state.jobId)
    .map(async (job) => {
      const known = logs.get(job.jobId);
      const log = needsLog(state, job, known)
        ? await ports.recovery.describeJobLog(target, job.jobId)
        : known;
      const seen = { job, ...(log !== undefined && { log }) };
      const [planned, instances] = await Promise.all([
        readPlanned(ports.recovery, target, needsPlanned(state, seen, ports.clock.now(), knobs)),
        wantsInstances(state, job) ? instancesOf(ports, target, state, job, early) : [],
      ]);
      return { ...seen, ...planned, instances };
    });

/** Those that were asked for along with the job, unless one that the job has launched is not among them yet. */
const instancesOf = async (
  { recovery }: WatchPorts,
  target: Target,
  { servers }: JobState,
  job: RecoveryJob,
  early: readonly RecoveryInstance[],
): Promise<readonly RecoveryInstance[]> => {
  const isThere = ({ sourceServerId, launchStatus }: RecoveryJob['servers'][number]): boolean =>
    launchStatus !== 'LAUNCHED' ||
    early.some((each) => each.sourceServerId === sourceServerId && each.jobId === job.jobId);
  return job.servers.every(isThere) ? early : readInstances(recovery, target, servers);
};

/** Once, when the results are due; after that only for a server whose result is another in the end. */
const wantsInstances = (state: JobState, job: RecoveryJob): boolean =>
  state.settled === true ? hasFailedAtLast(job) : job.status === 'COMPLETED' || hasEveryStatus(state, job);

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
