import type { Recorded } from '../../contracts/envelope.ts';
import { functions } from '../../infra/topology.ts';
import type { ExecutionState } from '../../services/domain/execution-state.ts';
import type { StreamRecord } from '../../services/kernel/stream.ts';
import type { Lease } from './lease.ts';
import type { AutomationService } from '../../services/ports/automation-service.ts';
import type { EventBus } from '../../services/ports/event-bus.ts';
import type { Log } from '../../services/ports/log.ts';
import type {
  ExecutionIndex,
  RecordKey,
  RecordStore,
  StoredRecord,
} from '../../services/ports/record-store.ts';
import type { RecoveryService, StartAnswer, StartRequest } from '../../services/ports/recovery-service.ts';
import {
  serviceNames,
  wakeName,
  type ServiceName,
  type Timers,
  type Wake,
} from '../../services/ports/timers.ts';
import type { Target } from '../../contracts/plan.ts';
import { createAgenda } from './agenda.ts';
import { createAutomations } from './automations.ts';
import type { Counts, RecoveryPath } from './coverage.ts';
import type { Workload } from './draw.ts';
import { createDrs, ownerOf, placeOf, sourceServer, type SimulatedJob } from './drs.ts';
import { spreadMs, type FaultKind, type Faults } from './faults.ts';
import { createInvariants } from './invariants.ts';
import type { Prng } from './prng.ts';
import {
  createSandboxes,
  handlerTimeoutMs,
  noOrdeal,
  type Ordeal,
  type PortName,
  type Run,
} from './sandbox.ts';
import type { Timing } from './timing.ts';

/** The ports of one run, as a service gets them. */
export interface RunPorts {
  readonly store: RecordStore;
  readonly bus: EventBus;
  readonly timers: Timers;
  readonly clock: Run['clock'];
  readonly recovery: RecoveryService;
  readonly automation: AutomationService;
  readonly log: Log;
}

/** What a service is invoked with. */
export interface Delivery {
  readonly service: ServiceName;
  readonly type: string;
  readonly eventId: string;
  readonly wake?: Wake;
  /** The data of a request or decision; a look at a subject needs none. */
  readonly asked?: unknown;
  readonly hostile?: 'replayed' | 'malformed';
  readonly isForged?: boolean;
  attempts: number;
}

export interface WorldDeps {
  readonly prng: Prng;
  readonly faults: Faults;
  readonly workload: Workload;
  /** When everything heals, in ms from the start. */
  readonly healAtMs: number;
  readonly handle: (world: World, delivery: Delivery, ports: RunPorts) => Promise<void>;
  /** A mutant's ports; the product's own world otherwise. */
  readonly alter?: (ports: RunPorts, run: Run, world: World) => RunPorts;
  readonly onEvent: (world: World, event: Recorded) => void;
  /** How long things take, for a benchmark; a seed draws it otherwise. */
  readonly timing?: Timing;
}

export const epoch = Date.UTC(2026, 0, 5);
const minute = 60_000;

/** Who of the product is told of what stands on the bus. The audit acts on nothing and is left out. */
const subscribers = new Map<string, readonly ServiceName[]>();
for (const { service, events } of functions) {
  const known = serviceNames.find((name) => name === service);
  if (known === undefined || typeof events === 'string') continue;
  for (const name of events) subscribers.set(name, [...(subscribers.get(name) ?? []), known]);
}

const timerReceivesMax = 5;
const timerRedeliveryMs = 6 * handlerTimeoutMs;

interface Timer {
  readonly wake: Wake;
  readonly dueAt: number;
  isFired: boolean;
}

const silentLog: Log = { info: () => undefined, warn: () => undefined };

class Unavailable extends Error {}

/** All platforms of one seed: EventBridge and Lambda, the timers' queues, DynamoDB, DRS and SSM, with their faults. */
export const createWorld = (deps: WorldDeps) => {
  const { faults, workload, timing } = deps;
  const prng = deps.prng.fork();
  const ordeals = deps.prng.fork();
  const agenda = createAgenda(epoch);
  const sandboxes = createSandboxes(
    agenda,
    () => invariants.violation() !== undefined,
    (what) => invariants.fail('L2', what),
  );
  const drs = createDrs();
  const counts: Counts = {};
  const injected: Counts = {};
  const healAt = epoch + deps.healAtMs;
  const outageFrom = epoch + prng.int(Math.max(1, deps.healAtMs - faults.outageMs));
  let runs = 0;
  let jobs = 0;
  let ids = 0;
  let calls = 0;
  let traceA = 0x811c9dc5;
  let traceB = 0x1000193;
  let lines: string[] | undefined;

  const now = (): number => agenda.now();
  const hit = (path: string): void => void (counts[path] = (counts[path] ?? 0) + 1);
  const reach = (path: RecoveryPath): void => hit(path);
  const isHealed = (): boolean => now() >= healAt;
  /** Whether a fault happens now. After the healing none does. */
  const strikes = (kind: FaultKind, share = 1): boolean => {
    const rate = faults.rate[kind];
    if (rate === 0 || isHealed() || !prng.chance(rate * share) || !faults.has(kind)) return false;
    injected[kind] = (injected[kind] ?? 0) + 1;
    return true;
  };
  const isOut = (what: Faults['outageOf']): boolean => {
    if (!faults.has('outage') || faults.outageOf !== what || isHealed()) return false;
    if (now() < outageFrom || now() >= outageFrom + faults.outageMs) return false;
    injected['outage'] = (injected['outage'] ?? 0) + 1;
    return true;
  };
  /** Every effect goes into the trace: two runs of one seed have the same. */
  const trace = (what: string, of: string, number: number): void => {
    calls += 1;
    let a = traceA ^ (now() - epoch) ^ number;
    let b = traceB + what.length * 31 + number;
    for (let i = 0; i < of.length; i++) {
      a = Math.imul(a ^ of.charCodeAt(i), 0x01000193);
      b = (Math.imul(b, 33) + of.charCodeAt(i)) | 0;
    }
    traceA = Math.imul(a ^ what.charCodeAt(0), 0x01000193);
    traceB = b;
    lines?.push(`${((now() - epoch) / 1_000).toFixed(3)} ${what} ${of} ${number}`);
  };

  // --- the state table

  const records = new Map<string, Map<string, StoredRecord>>();
  const indexes = new Map<string, ExecutionIndex>();
  const kindOf = (kind: RecordKey['kind']): Map<string, StoredRecord> => {
    const known = records.get(kind);
    if (known !== undefined) return known;
    const fresh = new Map<string, StoredRecord>();
    records.set(kind, fresh);
    return fresh;
  };
  const peek = <Body>(kind: RecordKey['kind'], id: string): Body | undefined =>
    kindOf(kind).get(id)?.body as Body | undefined;
  const stateOf = (stream: string): unknown => peek<StreamRecord<unknown>>('stream', stream)?.state;
  const planModes = new Map<string, boolean>();

  const invariants = createInvariants({
    now,
    drs,
    limits: workload.knobs.launch.limits,
    stateOf,
    leaseOf: (place, id) => peek<Lease>('lease', `${place}/${id}`)?.executionId,
    drillsOverRecovery: (executionId) => planModes.get(executionId) === true,
    hit,
  });

  const put = (
    key: RecordKey,
    body: unknown,
    expected: number,
    index: ExecutionIndex | undefined,
  ): 'written' | 'conflict' => {
    const kind = kindOf(key.kind);
    const before = kind.get(key.id);
    if ((before?.revision ?? 0) !== expected) {
      if (key.kind === 'stream') reach('zombie wrote into a conflict');
      return 'conflict';
    }
    kind.set(key.id, { revision: expected + 1, body });
    if (index !== undefined) indexes.set(key.id, index);
    trace('write', `${key.kind}#${key.id}`, expected + 1);
    if (key.kind === 'stream') {
      // Only `put` fills this table, with what the kernel writes.
      const fresh = invariants.onStreamWrite(
        key.id,
        before?.body as StreamRecord<unknown> | undefined,
        body as StreamRecord<unknown>,
      );
      for (const event of fresh) {
        lines?.push(
          `    ${event.metadata.eventId} ${event.type} ${JSON.stringify(event.data).slice(0, 200)}`,
        );
        deps.onEvent(world, event);
      }
      if (index?.open === false) reach('books closed');
    }
    return 'written';
  };

  const mutates = (run: Run): void => {
    if (run.isReplay) invariants.fail('S4', `a replayed event made ${run.service} act`);
  };
  const needStore = (): void => {
    if (isOut('store') || strikes('store-throttle')) throw new Unavailable('the table is throttled');
  };

  const storeOf = (run: Run): RecordStore => ({
    read: <Body>({ kind, id }: RecordKey) =>
      run.call(() => {
        needStore();
        return kindOf(kind).get(id) as StoredRecord<Body> | undefined;
      }),
    write: (key, body, expected, index) =>
      run.call(() => {
        needStore();
        mutates(run);
        const result = put(key, body, expected, index);
        if (result === 'written' && strikes('store-ambiguous')) {
          // The client library repeats a write whose answer was lost, and meets its own.
          if (prng.chance(0.5)) return 'conflict';
          throw new Unavailable('written, but the answer was lost');
        }
        return result;
      }),
    remove: ({ kind, id }, expected) =>
      run.call(() => {
        needStore();
        if (kindOf(kind).get(id)?.revision !== expected || expected === 0) return 'conflict';
        kindOf(kind).delete(id);
        trace('remove', `${kind}#${id}`, expected);
        return 'written';
      }),
    list: (kind, prefix) =>
      run.call(() => {
        needStore();
        return strikes('stale-index')
          ? []
          : [...kindOf(kind).keys()].filter((id) => id.startsWith(prefix)).sort();
      }),
    openExecutions: () =>
      run.call(() => {
        needStore();
        return [...indexes.values()].filter(({ open }) => open && !strikes('stale-index'));
      }),
    executionsByStatus: (status, limit) =>
      run.call(() => [...indexes.values()].filter((index) => index.status === status).slice(0, limit)),
  });

  // --- the bus and Lambda's asynchronous invocations

  const hopMs = (): number =>
    timing?.hopMs() ?? workload.busMs * (0.5 + prng.float()) + (prng.chance(0.01) ? prng.int(2_000) : 0);

  const deliver = (delivery: Delivery, delayMs: number): void => {
    agenda.after(delayMs, () => invoke(delivery));
  };
  const invoke = (delivery: Delivery): void => {
    if (strikes('throttle')) return void deliver(delivery, prng.pick([1_000, 5 * minute, 6 * 60 * minute]));
    startRun(delivery, (succeeded) => {
      if (succeeded) return;
      delivery.attempts += 1;
      if (delivery.attempts > 2) return void reach('delivery dead-lettered');
      reach('delivery retried');
      deliver(delivery, delivery.attempts * minute);
    });
  };
  /** Hands an event to its subscribers, with what may befall it on the way. */
  const route = (delivery: Omit<Delivery, 'service' | 'attempts'>, to: readonly ServiceName[]): void => {
    for (const service of to) {
      const wake = delivery.wake && { ...delivery.wake, service };
      const send = (delayMs: number): void =>
        deliver({ ...delivery, service, attempts: 0, ...(wake && { wake }) }, delayMs);
      if (strikes('lost-event')) continue;
      const lateMs = strikes('delay') ? prng.int(faults.delayMaxMs) : 0;
      const coldMs = strikes('cold-start') ? prng.between(300, 8_000) : 0;
      send(hopMs() + lateMs + coldMs);
      if (strikes('duplicate')) send(hopMs() + lateMs + spreadMs(prng, faults.duplicateSpread));
      if (strikes('replay'))
        deliver(
          { ...delivery, service, hostile: 'replayed', attempts: 0, ...(wake && { wake }) },
          hopMs() + spreadMs(prng, 'hours'),
        );
    }
  };
  const wakeOf = (event: Recorded): Wake => {
    const { waveId } = event.data as { readonly waveId?: string };
    return {
      service: 'reconcile',
      executionId: event.metadata.executionId,
      ...(waveId !== undefined && { waveId }),
    };
  };
  const accept = (event: Recorded): void => {
    invariants.onAccepted(event);
    trace('publish', event.metadata.eventId, 0);
    route(
      { type: event.type, eventId: event.metadata.eventId, wake: wakeOf(event) },
      subscribers.get(event.type) ?? [],
    );
  };
  const busOf = (run: Run): EventBus => ({
    publish: (events) =>
      run.call(() => {
        mutates(run);
        if (isOut('bus')) {
          reach('publishing failed');
          throw new Unavailable('the bus is down');
        }
        const failing = strikes('put-partial');
        for (const event of events) if (!failing || prng.chance(0.5)) accept(event);
        if (failing || strikes('put-ambiguous')) {
          reach('publishing failed');
          throw new Unavailable('not every entry is known to be accepted');
        }
      }),
  });
  /** Somebody outside says something: requests, decisions, and what an attacker makes up. */
  const say = (
    type: string,
    eventId: string,
    content: Pick<Delivery, 'asked' | 'wake' | 'isForged' | 'hostile'>,
  ): void => {
    trace('say', `${type} ${eventId}`, 0);
    route({ type, eventId, ...content }, subscribers.get(type) ?? []);
  };

  // --- timers

  const timers = new Map<string, Timer>();

  const arm = (wake: Wake, delayMs: number): void => {
    const timer: Timer = { wake, dueAt: now() + Math.max(0, Math.round(delayMs)), isFired: false };
    timers.set(wakeName(wake), timer);
    trace('timer', wakeName(wake), Math.round(delayMs));
    if (strikes('timers')) {
      injected['timer lost'] = (injected['timer lost'] ?? 0) + 1;
      return;
    }
    const lateMs =
      (timing === undefined ? prng.between(10, 60) : timing.timerMs(delayMs) - delayMs) +
      (strikes('timers') ? prng.int(5 * minute) : 0);
    agenda.after(delayMs + lateMs, () => fire(timer, 1));
    if (strikes('timers')) agenda.after(delayMs + lateMs + prng.int(20_000), () => fire(timer, 1));
  };
  const fire = (timer: Timer, receives: number): void => {
    const name = wakeName(timer.wake);
    if (timers.get(name) !== timer) return;
    timer.isFired = true;
    const { service } = timer.wake;
    startRun(
      { service, type: 'timer', eventId: `timer:${name}`, wake: timer.wake, attempts: 0 },
      (succeeded) => {
        if (timers.get(name) !== timer) return;
        if (succeeded) timers.delete(name);
        else if (receives < timerReceivesMax)
          agenda.after(timerRedeliveryMs, () => fire(timer, receives + 1));
        else reach('delivery dead-lettered');
      },
    );
  };
  const timersOf = (run: Run): Timers => ({
    set: (wake, delayMs) =>
      run.call(() => {
        mutates(run);
        arm(wake, delayMs);
      }),
    ensure: (wake, delayMs) =>
      run.call(() => {
        const before = timers.get(wakeName(wake));
        const isLost = before !== undefined && now() > before.dueAt + minute;
        if (isLost && !before.isFired) reach('timer lost and found');
        if (before === undefined || before.isFired || isLost) arm(wake, delayMs);
      }),
  });

  // --- DRS

  const jobMs = (): number => {
    switch (faults.jobShape) {
      case 'short':
        return prng.between(1_000, 45_000);
      case 'normal':
        return prng.between(2 * minute, 8 * minute);
      case 'long':
        return prng.chance(0.01) ? 24 * 60 * minute : prng.between(10 * minute, 40 * minute);
    }
  };
  const neverEnding = new Set<SimulatedJob>();
  const newJob = (target: Target, request: StartRequest, foreign: boolean): SimulatedJob => {
    const lasts = isHealed() ? Math.min(jobMs(), 20 * minute) : jobMs();
    const endless = !foreign && !isHealed() && prng.chance(faults.neverEnds);
    const times = foreign ? undefined : timing?.jobTimes(request);
    const endsAt = now() + (times?.endsAfterMs ?? lasts) + (endless ? 365 * 24 * 60 * minute : 0);
    const owner = foreign ? undefined : ownerOf(request);
    // DRS ends a job some seconds after the last of its servers.
    const lastAt = endsAt - Math.min(prng.int(6_000), lasts);
    const last = prng.int(request.servers.length);
    const job: SimulatedJob = {
      jobId: `drsjob-${String(++jobs).padStart(17, '0')}`,
      place: placeOf(target),
      isDrill: request.isDrill,
      tags: request.tags,
      createdAt: now(),
      visibleAt: isHealed() ? now() : now() + prng.int(faults.lagMaxMs + 1),
      endsAt,
      servers: request.servers.map(({ sourceServerId }, index) => ({
        id: sourceServerId,
        launches: isHealed() || !prng.chance(faults.serverFailure),
        doneAt:
          times !== undefined
            ? now() + (times.doneAfterMs[index] ?? times.endsAfterMs)
            : index === last && !endless
              ? lastAt
              : now() + Math.round(lasts * (0.6 + 0.3 * prng.float())),
      })),
      ...(owner && { owner }),
    };
    if (endless) neverEnding.add(job);
    return job;
  };
  const hint = (job: SimulatedJob): void => {
    for (const server of timing === undefined ? job.servers.slice(0, 3) : job.servers) {
      if (strikes('hints')) continue;
      const early = strikes('hints', 0.2) ? prng.int(30_000) : 0;
      const delayMs = server.doneAt - now() + (timing === undefined ? hopMs() : 0) - early;
      agenda.after(delayMs, () => {
        const owner = peek<{ executionId: string; waveId: string }>('job', job.jobId);
        if (owner === undefined) return;
        route(
          {
            type: 'hint',
            eventId: `hint-${job.jobId}-${server.id}`,
            wake: { service: 'watch-jobs', ...owner },
          },
          ['watch-jobs'],
        );
      });
    }
  };
  const startJob = (run: Run, target: Target, request: StartRequest): StartAnswer => {
    const unknown: StartAnswer = { status: 'unknown', message: 'no answer' };
    invariants.onStartCalled(run, target, request);
    if (isOut('drs') || strikes('drs-error')) return unknown;
    const ids = new Set(request.servers.map((server) => server.sourceServerId));
    const live = drs.live(now()).filter((job) => job.place === placeOf(target));
    const busy = live.find((job) => job.servers.some((server) => ids.has(server.id)));
    // Somebody else's job is refused by DRS in any case: the product can do nothing about it.
    if (busy !== undefined && (faults.guarded || busy.owner === undefined))
      return { status: 'conflict', message: `${busy.jobId} holds a server` };
    if (live.length >= 20) return { status: 'quota', message: '20 jobs are in progress' };
    const job = newJob(target, request, false);
    invariants.onJobAccepted(job);
    drs.accept(job);
    trace('job', `${job.jobId} ${request.tags['groundswell:wave']}`, ids.size);
    hint(job);
    return strikes('start-lost') ? unknown : { status: 'accepted', jobId: job.jobId };
  };
  const reading = <T>(run: Run, effect: () => T): Promise<T> =>
    run.call(() => {
      if (isOut('drs') || strikes('drs-error')) throw new Unavailable('DRS is throttled');
      return effect();
    });
  const servers = workload.plans.flatMap((plan) =>
    plan.waves.flatMap((wave) =>
      (Array.isArray(wave.servers) ? wave.servers : []).map((each) => sourceServer(each.sourceServerId)),
    ),
  );
  const recoveryOf = (run: Run): RecoveryService => ({
    startRecovery: (target, request) => run.call(() => startJob(run, target, request)),
    describeJobs: (target, wanted) => reading(run, () => drs.describe(placeOf(target), wanted, now())),
    describeJobsSince: (target, since) => reading(run, () => drs.since(placeOf(target), since, now())),
    describeJobLog: (_target, jobId) => reading(run, () => drs.log(jobId, now())),
    describeSourceServers: () => reading(run, () => servers),
    describeRecoveryInstances: (target, wanted) =>
      reading(run, () => drs.instances(placeOf(target), new Set(wanted), now())),
    describeRecoverySnapshots: () => reading(run, () => []),
    hasLaunchConfiguration: () => Promise.resolve(true),
    quotas: () => reading(run, () => ({ jobsMax: 20, serversPerJobMax: 100, serversInJobsMax: 500 })),
    describeInstances: () => reading(run, () => []),
  });

  // --- SSM

  const automations = createAutomations({
    now,
    prng: prng.fork(),
    isStrange: () => strikes('operators', 0.5),
    isBusy: () => isOut('drs') || strikes('drs-error', 0.3),
    onRepeat: () => reach('automation started again with the same token'),
    fail: invariants.fail,
    onEnd: (id, delayMs) =>
      agenda.after(delayMs, () => {
        const owner = peek<{ executionId: string; waveId: string }>('automation', id);
        if (owner === undefined || strikes('hints')) return;
        route({ type: 'hint', eventId: `hint-${id}`, wake: { service: 'run-actions', ...owner } }, [
          'run-actions',
        ]);
      }),
  });
  const automationOf = (run: Run): AutomationService => ({
    start: (_target, request) =>
      run.call(() => {
        trace('automation', request.clientToken, 0);
        return automations.start(request);
      }),
    describe: (_target, id) => run.call(() => automations.describe(id)),
    stop: (_target, id) => run.call(() => automations.stop(id)),
  });

  // --- sandboxes

  const ordeal = (): Ordeal => {
    const interleaved = ordeals.chance(workload.interleaved);
    const crashes = !isHealed() && ordeals.chance(faults.rate.crash) && faults.has('crash');
    const pauses = !isHealed() && ordeals.chance(faults.rate.pause) && faults.has('pause');
    const skewed = !isHealed() && ordeals.chance(faults.rate['clock-skew']) && faults.has('clock-skew');
    if (!interleaved && !crashes && !pauses && !skewed)
      return timing === undefined ? noOrdeal : { ...noOrdeal, latencyMs: timing.callMs };
    if (crashes) injected['crash'] = (injected['crash'] ?? 0) + 1;
    if (pauses) injected['pause'] = (injected['pause'] ?? 0) + 1;
    if (skewed) injected['clock-skew'] = (injected['clock-skew'] ?? 0) + 1;
    const slow = ordeals.pick([5, 40, 400]);
    return {
      crashAt: crashes ? ordeals.int(14) : -1,
      crashAfter: ordeals.chance(0.5),
      pauseAt: pauses ? ordeals.int(12) : -1,
      pauseMs: pauses ? ordeals.between(1, faults.pauseMaxMs) : 0,
      latencyMs: timing?.callMs ?? (interleaved ? () => ordeals.between(1, slow) : undefined),
      skewMs: skewed ? ordeals.between(-faults.skewMaxMs, faults.skewMaxMs) : 0,
    };
  };
  const startRun = (delivery: Delivery, onDone: (succeeded: boolean) => void): void => {
    const beginMs = timing?.beginMs(delivery.service, now()) ?? 0;
    if (beginMs === 0) beginRun(delivery, onDone);
    else agenda.after(beginMs, () => beginRun(delivery, onDone));
  };
  /** A run whose port's calls take as long as that port's do. */
  const through = (run: Run, port: PortName): Run =>
    timing === undefined ? run : { ...run, call: (effect) => run.call(effect, port) };
  const beginRun = (delivery: Delivery, onDone: (succeeded: boolean) => void): void => {
    const id = ++runs;
    const beganAt = now();
    trace(
      'run',
      `${delivery.service} ${delivery.type} ${delivery.wake?.executionId ?? ''} ${delivery.wake?.waveId ?? ''}`,
      id,
    );
    sandboxes.start({
      id,
      service: delivery.service,
      isReplay: delivery.hostile === 'replayed',
      ordeal: ordeal(),
      timeoutMs: delivery.service === 'reconcile' ? 10 * handlerTimeoutMs : handlerTimeoutMs,
      body: (run) => {
        const ports: RunPorts = {
          store: storeOf(through(run, 'store')),
          bus: busOf(through(run, 'bus')),
          timers: timersOf(through(run, 'timers')),
          clock: run.clock,
          recovery: recoveryOf(through(run, 'recovery')),
          automation: automationOf(through(run, 'automation')),
          log: silentLog,
        };
        return deps
          .handle(world, delivery, deps.alter === undefined ? ports : deps.alter(ports, run, world))
          .catch((error: unknown) => {
            if (!(error instanceof Unavailable) && !isKnownFailure(error))
              invariants.fail('unexpected error', String(error));
            lines?.push(`    run ${id} failed: ${String(error)}`);
            throw error;
          });
      },
      onEnd: (ended) => {
        if (ended === 'crashed') reach('run crashed');
        if (ended === 'timed-out') reach('run timed out');
        timing?.onRunEnd(delivery.service, beganAt, now());
        onDone(ended === 'succeeded');
      },
    });
  };

  const world = {
    agenda,
    settled: sandboxes.settled,
    faults,
    workload,
    prng,
    drs,
    automations,
    invariants,
    counts,
    injected,
    healAt,
    neverEnding,
    now,
    isHealed,
    strikes,
    reach,
    say,
    startRun,
    peek,
    put,
    placeForeignJob: (target: Target, request: StartRequest): void =>
      drs.accept(newJob(target, request, true)),
    openIndexes: (): readonly ExecutionIndex[] => [...indexes.values()],
    executionState: (executionId: string): ExecutionState => invariants.executionOf(executionId),
    allowDrillOverRecovery: (executionId: string): void => void planModes.set(executionId, true),
    nextId: (): number => ++ids,
    /** From now on the trace is kept as text, for the one who has to read it. */
    keepTrace: (): void => void (lines ??= []),
    trace: () => ({
      hash: `${(traceA >>> 0).toString(16).padStart(8, '0')}${(traceB >>> 0).toString(16).padStart(8, '0')}`,
      calls,
      runs,
      lines: lines ?? [],
    }),
  };
  return world;
};
export type World = ReturnType<typeof createWorld>;

/** Failures by which a service says: deliver this again. */
const isKnownFailure = (error: unknown): boolean =>
  error instanceof Error && /changed \d+ times under this handler/.test(error.message);
