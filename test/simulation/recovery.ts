import type { Target } from '../../contracts/plan.ts';
import type { RecoveryInstance } from '../../services/core/domain/recovery-job.ts';
import type {
  RecoveryService,
  StartAnswer,
  StartRequest,
  TerminateAnswer,
} from '../../services/core/ports/recovery-service.ts';
import { answering, type Answers } from '../memory/answers.ts';
import { emptyModel, recoveryAnswers } from '../memory/recovery-service.ts';
import type { Agenda } from './agenda.ts';
import type { Bus } from './bus.ts';
import type { Workload } from './workload.ts';
import {
  instanceIdOf,
  ownerOf,
  placeOf,
  type Drs,
  type ServerEnd,
  type SimulatedJob,
  type SimulatedServer,
  type SimulatedTermination,
} from './drs.ts';
import { drawActions, lastEndMs } from './launch-actions.ts';
import { addressOf, estateOf, sourceServer, zoneOf } from './estate.ts';
import type { Faults } from './faults.ts';
import type { Invariants } from './invariants.ts';
import { Unavailable, type Luck } from './luck.ts';
import type { Park } from './machines.ts';
import type { Prng } from './prng.ts';
import type { Run } from './sandbox.ts';
import type { Records } from './table.ts';
import type { Timing } from './timing.ts';
import type { Trace } from './trace.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

export interface RecoveryDeps {
  readonly agenda: Agenda;
  readonly bus: Bus;
  readonly drs: Drs;
  readonly park: Park;
  readonly faults: Faults;
  readonly luck: Luck;
  readonly prng: Prng;
  /** What launch actions do is drawn apart. */
  readonly launches: Prng;
  /** And what DRS shows of a job that runs. */
  readonly shown: Prng;
  /** How jobs fare that end instances, drawn apart. */
  readonly ends: Prng;
  readonly trace: Trace;
  readonly invariants: Invariants;
  readonly records: Records;
  readonly workload: Workload;
  readonly timing: Timing | undefined;
  readonly hit: (path: string) => void;
  readonly mutates: (run: Run) => void;
}

/** DRS as an adapter gives it to the services, and the hints that it sends by itself. */
export const createRecovery = (deps: RecoveryDeps) => {
  const { agenda, bus, drs, park, faults, luck, prng, launches, shown, ends, trace } = deps;
  const { invariants, timing } = deps;
  const neverEnding = new Set<SimulatedJob>();
  let jobs = 0;

  const jobMs = (): number => {
    switch (faults.jobShape) {
      case 'short':
        return prng.between(1_000, 45_000);
      case 'normal':
        return prng.between(2 * minute, 8 * minute);
      case 'long':
        return prng.chance(0.05) ? day : prng.between(10 * minute, 40 * minute);
    }
  };
  const isShaped = (): boolean => faults.has('job-shape') && !luck.isHealed();
  const failure = (): ServerEnd => {
    const end = prng.pick(['failed', 'failed', 'skipped', 'cancelled'] as const);
    luck.count(`job-shape: ${end} server`);
    return end;
  };
  const endOf = (): ServerEnd => {
    if (luck.isHealed()) return 'launched';
    if (luck.isOut('launches')) return 'failed';
    if (deps.workload.large?.everyServerFails === true && !luck.isHealed()) return 'failed';
    return prng.chance(faults.serverFailure) ? failure() : 'launched';
  };
  const countShape = (lasts: number, endless: boolean): void => {
    if (!isShaped()) return;
    luck.count('job-shape');
    if (endless) luck.count('job-shape: never ends');
    else if (lasts <= 45_000) luck.count('job-shape: seconds');
    else if (lasts === day) luck.count('job-shape: a day');
  };
  /** DescribeJobs and StartRecovery do not agree at once. */
  const lagMs = (): number => {
    if (faults.lagMaxMs === 0 || luck.isHealed()) return 0;
    luck.count('drs-lag');
    luck.count('drs-lag: job not shown');
    return prng.int(faults.lagMaxMs + 1);
  };
  const logLagMs = (): number => {
    if (!luck.strikes('drs-lag', 0.3)) return 0;
    luck.count('drs-lag: log behind');
    return prng.int(faults.lagMaxMs + 1);
  };
  /** EC2 shows an instance some moments after DRS has launched it. */
  const isShown = (): boolean => {
    if (!luck.strikes('drs-lag', 0.6)) return true;
    luck.count('drs-lag: instance not shown');
    return false;
  };
  const planned = deps.workload.launchActions;
  const actionsOf = (id: string, end: ServerEnd): Pick<SimulatedServer, 'actions'> => {
    const actions = planned?.of.get(id);
    if (actions === undefined || end !== 'launched') return {};
    return {
      actions: drawActions(launches, actions, { rate: isShaped() ? 0.25 : 0, count: luck.count }),
    };
  };
  const actionsLagMs = (): number => {
    if (planned === undefined || faults.lagMaxMs === 0 || luck.isHealed() || !launches.chance(0.3)) return 0;
    luck.count('drs-lag: launch actions behind');
    return launches.int(faults.lagMaxMs + 1);
  };
  /** Some jobs end only after the launch actions of their servers. */
  const withActions = (job: SimulatedJob): void => {
    const ends = job.servers.flatMap(({ doneAt, actions }) =>
      actions === undefined ? [] : [doneAt + lastEndMs(actions)],
    );
    if (ends.length === 0 || neverEnding.has(job)) return;
    const isWithin = launches.chance(0.4);
    if (isWithin) job.endsAt = Math.max(job.endsAt, Math.max(...ends) + launches.int(6_000));
    if (isShaped()) luck.count(`job-shape: launch action ${isWithin ? 'within' : 'after'} its job`);
  };
  /** Whether DRS shows results before the end of a job is not known: it is one or the other everywhere. */
  const showsLate = timing === undefined && shown.chance(0.35);
  const outlast = (job: SimulatedJob): void => {
    const isLosing = job.servers.some(({ end }) => end === 'lost');
    if (timing !== undefined || !isShaped() || neverEnding.has(job) || !shown.chance(isLosing ? 0.7 : 0.15))
      return;
    luck.count('job-shape: ends minutes after its servers');
    job.endsAt += shown.int(10 * minute);
  };
  /** A server that DRS showed as launched may be gone when its job ends. */
  const orLost = (end: ServerEnd): ServerEnd => {
    if (end !== 'launched' || !isShaped() || !shown.chance(0.03)) return end;
    luck.count('job-shape: loses a server at its end');
    return 'lost';
  };
  const newJob = (target: Target, request: StartRequest, foreign: boolean): SimulatedJob => {
    const now = agenda.now();
    const isHealed = luck.isHealed();
    const lasts = isHealed ? Math.min(jobMs(), 20 * minute) : jobMs();
    const endless = !foreign && !isHealed && prng.chance(faults.neverEnds);
    const times = foreign ? undefined : timing?.jobTimes(request);
    const endsAt = now + (times?.endsAfterMs ?? lasts) + (endless ? 365 * day : 0);
    countShape(lasts, endless);
    const owner = foreign ? undefined : ownerOf(request);
    // DRS ends a job some seconds after the last of its servers.
    const lastAt = endsAt - Math.min(prng.int(6_000), lasts);
    const last = prng.int(request.servers.length);
    const drawnAt = (index: number): number =>
      index === last && !endless ? lastAt : now + Math.round(lasts * (0.6 + 0.3 * prng.float()));
    const job: SimulatedJob = {
      jobId: `drsjob-${String(++jobs).padStart(17, '0')}`,
      place: placeOf(target),
      isDrill: request.isDrill,
      tags: request.tags,
      createdAt: now,
      visibleAt: now + lagMs(),
      logLagMs: logLagMs(),
      endsAt,
      servers: request.servers.map(({ sourceServerId }, index) => {
        const end = foreign ? endOf() : orLost(endOf());
        return {
          id: sourceServerId,
          end,
          doneAt:
            times === undefined ? drawnAt(index) : now + (times.doneAfterMs[index] ?? times.endsAfterMs),
          ...actionsOf(sourceServerId, end),
        };
      }),
      ...(owner && { owner }),
      actionsLagMs: actionsLagMs(),
      isUnread: planned?.isDenied === true,
      showsLate,
    };
    if (showsLate && isShaped()) luck.count('job-shape: results shown at the end');
    if (endless) neverEnding.add(job);
    withActions(job);
    outlast(job);
    return job;
  };
  const hint = (job: SimulatedJob): void => {
    for (const server of timing === undefined ? hinted(job) : job.servers) {
      if (luck.strikes('hints')) {
        luck.count('hints: lost');
        continue;
      }
      const early = luck.strikes('hints', 0.2) ? prng.int(30_000) : 0;
      const delayMs =
        (showsLate ? job.endsAt : server.doneAt) -
        agenda.now() +
        (timing === undefined ? bus.hopMs() : 0) -
        early;
      if (early > 0) luck.count('hints: early');
      agenda.after(delayMs, () => sayHint(job, server.id));
      if (!luck.strikes('hints', 0.2)) continue;
      luck.count('hints: doubled');
      agenda.after(delayMs + prng.int(2_000), () => sayHint(job, server.id));
    }
  };
  const sayHint = (job: SimulatedJob, serverId: string): void => {
    const owner = deps.records.peek<{ executionId: string; waveId: string }>('job', job.jobId);
    // Every tool in the account causes hints; whose job it is says the product's own record.
    if (owner === undefined) {
      if (job.owner === undefined) luck.count('hints: of a foreign job');
      return;
    }
    const wake = { service: 'watch-jobs' as const, ...owner };
    bus.route({ type: 'hint', eventId: `hint-${job.jobId}-${serverId}`, wake }, ['watch-jobs']);
  };
  const startJob = (run: Run, target: Target, request: StartRequest): StartAnswer => {
    const unknown: StartAnswer = { status: 'unknown', message: 'no answer' };
    deps.mutates(run);
    invariants.onStartCalled(run, target, request);
    if (luck.isOut('drs') || luck.strikes('drs-error')) return unknown;
    const ids = new Set(request.servers.map((server) => server.sourceServerId));
    const live = drs.live(agenda.now()).filter((job) => job.place === placeOf(target));
    const ending = drs.endsIn(placeOf(target), agenda.now());
    if (ending.some(({ instances }) => instances.some(({ serverId }) => ids.has(serverId)))) {
      deps.hit('launch met the end of an instance');
      return { status: 'conflict', message: 'a server is being processed by a job' };
    }
    const busy = live.find((job) => job.servers.some((server) => ids.has(server.id)));
    // Somebody else's job is refused by DRS in any case: the product can do nothing about it.
    if (busy !== undefined && (faults.guarded || busy.owner === undefined))
      return { status: 'conflict', message: `${busy.jobId} holds a server` };
    if (!faults.guarded && !luck.isHealed()) luck.count('job-shape: no guard');
    if (live.length + ending.length >= 20) return { status: 'quota', message: '20 jobs are in progress' };
    const job = newJob(target, request, false);
    invariants.onJobAccepted(job);
    drs.accept(job);
    if (park.end(ids)) deps.hit('protected machine left running');
    deleteRecordsOf(job);
    failBackFrom(job);
    trace.add('job', `${job.jobId} ${request.tags['groundswell:wave']}`, ids.size);
    hint(job);
    return luck.strikes('start-lost') ? unknown : { status: 'accepted', jobId: job.jobId };
  };
  /** EC2 tells of the end of instances, and somebody who forges events tells of more. */
  const hintEnd = (instanceId: string, goneAfterMs: number, isLeft: boolean): void => {
    const tell = (delayMs: number): void => {
      agenda.after(delayMs, () => {
        const owner = deps.records.peek<{ readonly executionId: string }>('instance', instanceId);
        if (owner === undefined) return;
        deps.hit('hint of an instance that ended');
        const wake = { service: 'clean-up-drill' as const, ...owner };
        bus.route({ type: 'hint', eventId: `hint-${instanceId}`, wake }, ['clean-up-drill']);
      });
    };
    if (isShaped() && ends.chance(0.15)) {
      luck.count('hints: forged end of an instance');
      tell(ends.int(goneAfterMs));
    }
    if (isLeft) return;
    if (isShaped() && ends.chance(0.3)) luck.count('hints: lost');
    else tell(goneAfterMs + ends.int(2_000));
  };
  const endInstances = (run: Run, target: Target, ids: readonly string[]): TerminateAnswer => {
    const unknown: TerminateAnswer = { status: 'unknown', message: 'no answer' };
    deps.mutates(run);
    invariants.onTerminateCalled(placeOf(target), ids);
    if (luck.isOut('drs') || luck.strikes('drs-error')) return unknown;
    const now = agenda.now();
    const place = placeOf(target);
    const all = new Set(deps.drs.jobs.flatMap(({ servers }) => servers.map(({ id }) => id)));
    const instances = drs
      .instances(place, all, now)
      .filter(({ instanceId }) => ids.includes(instanceId) && !park.isRecordDeleted(instanceId));
    if (instances.length < ids.length)
      return { status: 'invalid', message: 'a recovery instance does not exist' };
    if (instances.some(({ instanceId }) => park.failbackOf(instanceId) === 'FAILBACK_IN_PROGRESS'))
      return { status: 'conflict', message: 'a recovery instance fails back' };
    const servers = new Set(instances.map(({ sourceServerId }) => sourceServerId));
    const live = drs.live(now).filter((job) => job.place === place);
    const ending = drs.endsIn(place, now);
    const isBusy =
      live.some((job) => job.servers.some(({ id }) => servers.has(id))) ||
      ending.some((job) => job.instances.some(({ serverId }) => servers.has(serverId)));
    if (isBusy) return { status: 'conflict', message: 'a server is being processed by a job' };
    if (live.length + ending.length >= 20) return { status: 'quota', message: '20 jobs are in progress' };
    const left = new Set(isShaped() ? ids.filter(() => ends.chance(0.15)) : []);
    if (left.size > 0) luck.count('job-shape: instance resists its end');
    const goneAfterMs = ends.between(5_000, 90_000);
    const job: SimulatedTermination = {
      ...{ jobId: `drsjob-${String(900_000 + drs.terminations.length).padStart(17, '0')}`, place },
      ...{ createdAt: now, visibleAt: now + (luck.isHealed() ? 0 : ends.int(faults.lagMaxMs + 1)) },
      ...{ goneAt: now + goneAfterMs, endsAt: now + goneAfterMs + ends.int(6_000) },
      instances: instances.map(({ instanceId, sourceServerId }) => ({
        instanceId,
        serverId: sourceServerId,
      })),
    };
    invariants.onEndAccepted(job);
    drs.end(job, left);
    trace.add('end', job.jobId, ids.length);
    for (const { instanceId } of job.instances) hintEnd(instanceId, goneAfterMs, left.has(instanceId));
    if (!luck.strikes('start-lost')) return { status: 'accepted', jobId: job.jobId };
    luck.count('start-lost: of an end');
    return unknown;
  };
  /** People who stay in AWS after a recovery delete DRS's record of the machine, which runs on. */
  const deleteRecordsOf = (job: SimulatedJob): void => {
    const { recordsDeletedAfterMs } = park;
    if (recordsDeletedAfterMs === undefined) return;
    for (const { id, end } of job.servers)
      if (end === 'launched')
        agenda.after(job.endsAt - agenda.now() + recordsDeletedAfterMs, () => {
          luck.count('operators: record deleted');
          park.deleteRecord(instanceIdOf(job.jobId, id));
        });
  };
  /** People who go home begin with what was launched, also with what a drill has launched. */
  const failBackFrom = (job: SimulatedJob): void => {
    const { failback } = park;
    if (failback === undefined) return;
    for (const { id, end } of job.servers)
      if (end === 'launched' && prng.chance(failback.rate))
        agenda.after(job.endsAt - agenda.now() + failback.afterMs, () => {
          luck.count('operators: failback begun');
          park.beginFailback(instanceIdOf(job.jobId, id));
        });
  };
  /** The adapter reads all pages; one that is lost fails the whole read. */
  const losesPage = (): boolean => {
    if (!luck.strikes('drs-lag', 0.02)) return false;
    luck.count('drs-lag: page lost');
    return true;
  };
  // Each of a thousand servers is asked about: at the rate of a few, the intake would take a thousand runs.
  const throttleShare = deps.workload.large === undefined ? 1 : 0.05;
  const reading = <T>(run: Run, effect: () => T): Promise<T> =>
    run.call(() => {
      if (luck.isOut('drs') || luck.strikes('drs-error')) throw new Unavailable('DRS is throttled');
      if (run.service === 'accept-execution' && luck.strikes('intake-throttle', throttleShare))
        throw new Unavailable('DRS is throttled');
      if (losesPage()) throw new Unavailable('the second page never came');
      return effect();
    });
  const estate = estateOf(deps.workload);
  const servers = estate.map(sourceServer);
  const known = new Map(estate.map((server) => [server.id, server]));
  const { now } = agenda;
  const usual = recoveryAnswers(agenda, {
    ...emptyModel,
    serversOf: () => servers,
    snapshotsOf: (_target, id) => (known.get(id)?.snapshots ?? []).filter(({ takenAt }) => takenAt <= now()),
  });
  /** What DRS shows of the instance itself, and of one before it: what was terminated stays listed for a while. */
  const listed = (instance: RecoveryInstance): readonly RecoveryInstance[] => {
    const failback = park.failbackOf(instance.instanceId);
    const shown = failback === undefined ? instance : { ...instance, failback };
    const earlier = { instanceId: 'i-000000000000000ff', jobId: 'drsjob-000000000000000ff' };
    return [{ ...shown, ...earlier, state: 'TERMINATED', isDrill: false }, shown];
  };
  const answersTo = (run: Run): Answers<RecoveryService> => ({
    ...usual,
    startRecovery: (target, request) => startJob(run, target, request),
    terminateRecoveryInstances: (target, ids) => endInstances(run, target, ids),
    describeJobs: (target, wanted) => [...drs.describe(placeOf(target), wanted, now()), ...park.jobs(wanted)],
    describeJobsSince: (target, since) => drs.since(placeOf(target), since, now()),
    describeJobLog: (_target, jobId) => drs.log(jobId, now()),
    describeRecoveryInstances: (target, wanted) => [
      ...park.recorded(new Set(wanted)),
      ...drs
        .instances(placeOf(target), new Set(wanted), now())
        .filter(({ instanceId }) => !park.isRecordDeleted(instanceId))
        .flatMap(listed),
    ],
    describeLaunchConfiguration: (_target, id) =>
      known.get(id)?.defect === 'no launch configuration'
        ? undefined
        : {
            ...(park.intoOf(id) && { intoInstanceId: park.intoOf(id)!.instanceId }),
            ...{ copiesPrivateAddress: false, copiesTags: false },
          },
    launchActions(_target, id) {
      if (planned?.isDenied !== true) return planned?.of.get(id) ?? [];
      deps.hit('launch actions that may not be read');
      return 'denied';
    },
    describeInstances: (_target, ids) =>
      ids.filter(isShown).map((instanceId) => ({
        ...{ instanceId, privateAddress: addressOf(instanceId) },
        availabilityZone: zoneOf(instanceId),
      })),
    describeMachines: (_target, ids) => park.existing(ids),
    describeMachinesOf(target, wanted) {
      const ids = new Set(wanted);
      const launched = drs.instances(placeOf(target), ids, now()).map((instance) => ({
        ...{ instanceId: instance.instanceId, state: instance.state, platform: 'linux' as const },
        tags: {
          AWSElasticDisasterRecoverySourceServerID: instance.sourceServerId,
          'drs.amazonaws.com-job': instance.jobId,
        },
      }));
      return [...launched, ...park.machinesOf(ids)];
    },
    describeProtection: (_target, id) => ({ againstTermination: park.isProtected(id), againstStop: false }),
  });
  /** EC2 says so where the caller lacks the permission. */
  const allowed = <T>(effect: () => T): T => {
    if (!park.isDenied) return effect();
    deps.hit('EC2 denied');
    throw Object.assign(new Error('not authorized'), { name: 'UnauthorizedOperation' });
  };

  return {
    neverEnding,
    recoveryOf: (run: Run): RecoveryService =>
      answering(answersTo(run), (name, answer) => {
        if (ofLaunchesAndEnds.has(name)) return run.call(answer);
        if (name === 'describeJobs' && run.service === 'watch-jobs') deps.hit('DescribeJobs');
        return reading(run, ofMachines.has(name) ? () => allowed(answer) : answer);
      }),
    /** Somebody else starts a job in the same account. */
    placeForeignJob(target: Target, request: StartRequest): void {
      const job = newJob(target, request, true);
      drs.accept(job);
      hint(job);
    },
  };
};

type Name = keyof RecoveryService;
const ofLaunchesAndEnds = new Set<Name>(['startRecovery', 'terminateRecoveryInstances']);
const ofMachines = new Set<Name>(['describeMachines', 'describeMachinesOf', 'describeProtection']);

/** Hints of three servers say as much as those of three hundred, if the last one to end is among them. */
const hinted = ({ servers }: SimulatedJob): SimulatedJob['servers'] => {
  const last = servers.reduce((a, b) => (b.doneAt > a.doneAt ? b : a));
  return [...servers.filter((server) => server !== last).slice(0, 2), last];
};
