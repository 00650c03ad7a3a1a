import type { Target } from '../../contracts/plan.ts';
import type { RecoveryService, StartAnswer, StartRequest } from '../../services/ports/recovery-service.ts';
import type { Agenda } from './agenda.ts';
import type { Bus } from './bus.ts';
import type { Workload } from './draw.ts';
import { ownerOf, placeOf, sourceServer, type Drs, type SimulatedJob } from './drs.ts';
import type { Faults } from './faults.ts';
import type { Invariants } from './invariants.ts';
import { Unavailable, type Luck } from './luck.ts';
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
  readonly faults: Faults;
  readonly luck: Luck;
  readonly prng: Prng;
  readonly trace: Trace;
  readonly invariants: Invariants;
  readonly records: Records;
  readonly workload: Workload;
  readonly timing: Timing | undefined;
  readonly mutates: (run: Run) => void;
}

/** DRS as an adapter gives it to the services, and the hints that it sends by itself. */
export const createRecovery = (deps: RecoveryDeps) => {
  const { agenda, bus, drs, faults, luck, prng, trace, invariants, timing } = deps;
  const neverEnding = new Set<SimulatedJob>();
  let jobs = 0;

  const jobMs = (): number => {
    switch (faults.jobShape) {
      case 'short':
        return prng.between(1_000, 45_000);
      case 'normal':
        return prng.between(2 * minute, 8 * minute);
      case 'long':
        return prng.chance(0.01) ? day : prng.between(10 * minute, 40 * minute);
    }
  };
  const newJob = (target: Target, request: StartRequest, foreign: boolean): SimulatedJob => {
    const now = agenda.now();
    const isHealed = luck.isHealed();
    const lasts = isHealed ? Math.min(jobMs(), 20 * minute) : jobMs();
    const endless = !foreign && !isHealed && prng.chance(faults.neverEnds);
    const times = foreign ? undefined : timing?.jobTimes(request);
    const endsAt = now + (times?.endsAfterMs ?? lasts) + (endless ? 365 * day : 0);
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
      visibleAt: isHealed ? now : now + prng.int(faults.lagMaxMs + 1),
      endsAt,
      servers: request.servers.map(({ sourceServerId }, index) => ({
        id: sourceServerId,
        launches: isHealed || !prng.chance(faults.serverFailure),
        doneAt: times === undefined ? drawnAt(index) : now + (times.doneAfterMs[index] ?? times.endsAfterMs),
      })),
      ...(owner && { owner }),
    };
    if (endless) neverEnding.add(job);
    return job;
  };
  const hint = (job: SimulatedJob): void => {
    for (const server of timing === undefined ? job.servers.slice(0, 3) : job.servers) {
      if (luck.strikes('hints')) continue;
      const early = luck.strikes('hints', 0.2) ? prng.int(30_000) : 0;
      const delayMs = server.doneAt - agenda.now() + (timing === undefined ? bus.hopMs() : 0) - early;
      agenda.after(delayMs, () => {
        const owner = deps.records.peek<{ executionId: string; waveId: string }>('job', job.jobId);
        if (owner === undefined) return;
        const wake = { service: 'watch-jobs' as const, ...owner };
        bus.route({ type: 'hint', eventId: `hint-${job.jobId}-${server.id}`, wake }, ['watch-jobs']);
      });
    }
  };
  const startJob = (run: Run, target: Target, request: StartRequest): StartAnswer => {
    const unknown: StartAnswer = { status: 'unknown', message: 'no answer' };
    deps.mutates(run);
    invariants.onStartCalled(run, target, request);
    if (luck.isOut('drs') || luck.strikes('drs-error')) return unknown;
    const ids = new Set(request.servers.map((server) => server.sourceServerId));
    const live = drs.live(agenda.now()).filter((job) => job.place === placeOf(target));
    const busy = live.find((job) => job.servers.some((server) => ids.has(server.id)));
    // Somebody else's job is refused by DRS in any case: the product can do nothing about it.
    if (busy !== undefined && (faults.guarded || busy.owner === undefined))
      return { status: 'conflict', message: `${busy.jobId} holds a server` };
    if (live.length >= 20) return { status: 'quota', message: '20 jobs are in progress' };
    const job = newJob(target, request, false);
    invariants.onJobAccepted(job);
    drs.accept(job);
    trace.add('job', `${job.jobId} ${request.tags['groundswell:wave']}`, ids.size);
    hint(job);
    return luck.strikes('start-lost') ? unknown : { status: 'accepted', jobId: job.jobId };
  };
  const reading = <T>(run: Run, effect: () => T): Promise<T> =>
    run.call(() => {
      if (luck.isOut('drs') || luck.strikes('drs-error')) throw new Unavailable('DRS is throttled');
      return effect();
    });
  const servers = deps.workload.plans.flatMap((plan) =>
    plan.waves.flatMap((wave) =>
      (Array.isArray(wave.servers) ? wave.servers : []).map((each) => sourceServer(each.sourceServerId)),
    ),
  );
  const { now } = agenda;

  return {
    neverEnding,
    recoveryOf: (run: Run): RecoveryService => ({
      startRecovery: (target, request) => run.call(() => startJob(run, target, request)),
      describeJobs: (target, wanted) => reading(run, () => drs.describe(placeOf(target), wanted, now())),
      describeJobsSince: (target, since) => reading(run, () => drs.since(placeOf(target), since, now())),
      describeJobLog: (_target, jobId) => reading(run, () => drs.log(jobId, now())),
      describeSourceServers: () => reading(run, () => servers),
      describeRecoveryInstances: (target, wanted) =>
        reading(run, () => drs.instances(placeOf(target), new Set(wanted), now())),
      describeRecoverySnapshots: () =>
        reading(run, () => [{ snapshotId: 'pit-00000000000000001', takenAt: now() }]),
      hasLaunchConfiguration: () => Promise.resolve(true),
      quotas: () => reading(run, () => ({ jobsMax: 20, serversPerJobMax: 100, serversInJobsMax: 500 })),
      describeInstances: () => reading(run, () => []),
    }),
    placeForeignJob: (target: Target, request: StartRequest): void =>
      drs.accept(newJob(target, request, true)),
  };
};
