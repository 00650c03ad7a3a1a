import type { Recorded } from '../../contracts/envelope.ts';
import type { Target } from '../../contracts/plan.ts';
import type { CleanUpState } from '../../services/core/domain/clean-up/state.ts';
import type { ExecutionState } from '../../services/core/domain/execution-state.ts';
import type { Pace } from '../../services/core/domain/pace.ts';
import { planVersionKey, type PlanVersion } from '../../services/core/domain/plan-version.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import type { StreamRecord } from '../../services/core/kernel/stream.ts';
import { alarmWatchKey } from '../../services/core/ports/alarm-watch.ts';
import type { AlarmReader } from '../../services/core/ports/alarm-reader.ts';
import type { AutomationService } from '../../services/core/ports/automation-service.ts';
import type { TrafficService } from '../../services/core/ports/traffic-service.ts';
import { isCleanUpStream } from '../../services/core/kernel/stream-names.ts';
import type { TaskBoard } from '../../services/core/ports/task-board.ts';
import type { CalendarReader } from '../../services/core/ports/calendar-reader.ts';
import type { FunctionReader } from '../../services/core/ports/function-reader.ts';
import type { FunctionService } from '../../services/core/ports/function-service.ts';
import type { Log } from '../../services/core/ports/log.ts';
import { pagedRecords } from '../../services/core/ports/paged-records.ts';
import type { ExecutionIndex, RecordStore } from '../../services/core/ports/record-store.ts';
import type { Requests } from '../../services/core/ports/requests.ts';
import { alarmAt, createAlarmHints, createAlarmRules } from './alarms.ts';
import { calendarAt, createCalendarRules } from './calendars.ts';
import { createActionsFirstRules } from './before-clean-up.ts';
import { isBeforeCleanUp } from '../../services/core/domain/closing.ts';
import { createAgenda } from './agenda.ts';
import { createAutomations } from './automations.ts';
import { createBus } from './bus.ts';
import type { Counts, RecoveryPath } from './coverage.ts';
import type { Delivery, RunPorts, StartRun } from './delivery.ts';
import { ownDocuments } from './draw.ts';
import type { Workload } from './workload.ts';
import { createDrs, placeOf } from './drs.ts';
import { estateOf } from './estate.ts';
import type { Faults } from './faults.ts';
import { createFunctionRules } from './function-rules.ts';
import { createFunctions, type Invocation, taskIn } from './functions.ts';
import { createInvariants } from './invariants.ts';
import type { Lease } from './lease.ts';
import { createLetters } from './letters.ts';
import { createLuck, Unavailable } from './luck.ts';
import { createPark } from './machines.ts';
import { createOrdeals } from './ordeals.ts';
import { createPrng, type Prng } from './prng.ts';
import { createRecovery } from './recovery.ts';
import { createScheduleRules, occurrencesOf } from './schedules.ts';
import { createSandboxes, handlerTimeoutMs, type PortName, type Run } from './sandbox.ts';
import { createRecords, createTable } from './table.ts';
import { createStopRules } from './stop-alarms.ts';
import { createTimers } from './timers.ts';
import type { Timing } from './timing.ts';
import { createTaskRules } from './task-rules.ts';
import { createTraffic } from './traffic.ts';
import { createTurnRule } from './turn-rule.ts';
import { createTrace } from './trace.ts';
import { createWorkers } from './workers.ts';

export interface WorldDeps {
  readonly prng: Prng;
  /** What workers of other teams do, drawn apart from everything else; a benchmark has none. */
  readonly workers?: Prng;
  /** What befalls records and routing controls, drawn likewise. */
  readonly traffic?: Prng;
  readonly faults: Faults;
  readonly workload: Workload;
  /** When everything heals, in ms from the start. */
  readonly healAtMs: number;
  readonly handle: (world: World, delivery: Delivery, ports: RunPorts) => Promise<void>;
  /** A mutant's ports; the product's own world otherwise. */
  readonly alter?: (ports: RunPorts, run: Run, world: World) => RunPorts;
  readonly onEvent: (world: World, event: Recorded) => void;
  /** Told of an execution that has just started an automation and does not know it. */
  readonly onStartForgotten?: (world: World, executionId: string) => void;
  /** How long things take, for a benchmark; a seed draws it otherwise. */
  readonly timing?: Timing;
}

/** The readiness warnings that DRS's simulation can give cause for. */
export const allWarnings = [
  'lag',
  'recovery-over-recovery',
  'recovery-over-unrecorded',
  'recovery-over-failback',
  'unwitnessed',
];
export const epoch = Date.UTC(2026, 0, 5);

/** Of the automations that are started in a seed with crashes. */
const startForgottenRate = 0.35;

/** Keeps nothing of what services log, but for what the intake waits for. */
const logTo = (reach: (path: RecoveryPath) => void): Log => ({
  info: (message, details) => {
    if (message !== 'the intake goes on later') return;
    reach(
      String(details?.['reason']).startsWith('another request')
        ? 'earlier request waited for a later one'
        : 'intake went on later',
    );
  },
  warn: () => undefined,
});

/** Of all knobs that are drawn: nobody gives up launch actions sooner after the end of their job. */
const leastPatienceMs = 10 * 60_000;

/** All platforms of one seed: EventBridge and Lambda, the timers' queues, DynamoDB, DRS and SSM, with their faults. */
export const createWorld = (deps: WorldDeps) => {
  const { faults, workload, healAtMs, timing } = deps;
  const prng = deps.prng.fork();
  const ordeals = deps.prng.fork();
  const moments = deps.prng.fork();
  const launches = deps.prng.fork();
  const shown = deps.prng.fork();
  const ends = deps.prng.fork();
  const agenda = createAgenda(epoch);
  const { now } = agenda;
  const trace = createTrace(() => now() - epoch);
  const luck = createLuck({ faults, prng, now, epoch, healAtMs });
  const counts: Counts = {};
  const hit = (path: string): void => void (counts[path] = (counts[path] ?? 0) + 1);
  const reach = (path: RecoveryPath): void => hit(path);

  const drs = createDrs();
  const park = createPark({ workload, epoch, now });
  const records = createRecords();
  const drillsOverRecovery = new Set<string>();
  const relaunches = new Set<string>();
  const skips = new Set<string>();
  const skewMaxMs = faults.has('clock-skew') ? 2 * faults.skewMaxMs : 0;
  const invariants = createInvariants({
    now,
    drs,
    park,
    limits: workload.knobs.launch.limits,
    isLarge: workload.large !== undefined,
    stateOf: (stream) => records.peek<StreamRecord<unknown>>('stream', stream)?.state,
    leaseOf: (place, id) => records.peek<Lease>('lease', `${place}/${id}`)?.executionId,
    drillsOverRecovery: (executionId) => drillsOverRecovery.has(executionId),
    saidRelaunch: (decisionId) => relaunches.has(decisionId),
    lagMaxMs: faults.lagMaxMs,
    patienceMs: faults.has('clock-skew') ? 0 : leastPatienceMs,
    needsSecondPerson: (planId) =>
      workload.plans.find((plan) => plan.planId === planId)?.recoveryNeedsApproval === true,
    onInstanceEnded: (...said) => actionsFirst.onTerminateCalled(...said),
    actionsEndedAt: (executionId) => actionsFirst.endedAt(executionId),
    onExecutionFact: (...said) => stopRules.onExecutionFact(...said),
    onWaveFact(before, fact, executionId) {
      taskRules.onWaveFact(before, fact, executionId);
      alarmRules.onWaveFact(fact, executionId);
      functionRules.onWaveFact(before, fact, executionId);
      traffic.onWaveFact(before, fact, executionId);
    },
    hit,
    rules: {
      now,
      skewMaxMs,
      drs,
      park,
      estate: estateOf(workload),
      planOf: (planId, version) =>
        records.peek<PlanVersion>('plan', planVersionKey(planId, version).id)?.plan,
      pointOf: (executionId) =>
        workload.requests.find(({ requestId }) => executionIdOf(requestId) === executionId)?.pointInTime,
      acceptedBy: (executionId) =>
        scheduleRules.executionIds().includes(executionId)
          ? []
          : (workload.requests.find(({ requestId }) => executionIdOf(requestId) === executionId)
              ?.acceptWarnings ?? allWarnings),
      allowedDocuments: workload.allowedDocuments ?? ownDocuments,
      requestOf: (id) => automations.requestOf(id),
      launchedBy: (executionId, waveId, where) =>
        isBeforeCleanUp(waveId)
          ? actionsFirst.toldIn(executionId, where)
          : drs.launchedBy(executionId, waveId, now(), invariants.isCounted(executionId, waveId)),
      reach,
    },
  });
  const mutates = (run: Run): void => {
    if (run.isReplay) invariants.fail('S4', `a replayed event made ${run.service} act`);
  };

  const letters = createLetters(now, reach);

  const sandboxes = createSandboxes(
    agenda,
    () => invariants.violation() !== undefined,
    (what) => invariants.fail('L2', what),
  );
  const drawOrdeal = createOrdeals(ordeals, faults, luck, workload.interleaved, timing);
  let runs = 0;
  let ids = 0;
  const startRun: StartRun = (delivery, onDone) => {
    const { service } = delivery;
    const beginMs = service === 'redrive-dead-letters' ? 0 : (timing?.beginMs(service, now()) ?? 0);
    if (beginMs === 0) beginRun(delivery, onDone);
    else agenda.after(beginMs, () => beginRun(delivery, onDone));
  };
  const beginRun: StartRun = (delivery, onDone) => {
    const id = ++runs;
    const beganAt = now();
    const { service, type, wake } = delivery;
    trace.add('run', `${service} ${type} ${wake?.executionId ?? ''} ${wake?.waveId ?? ''}`, id);
    sandboxes.start({
      id,
      service,
      isReplay: delivery.hostile === 'replayed',
      ordeal: drawOrdeal(),
      timeoutMs: service === 'reconcile' ? 10 * handlerTimeoutMs : handlerTimeoutMs,
      body: (run) => handle(run, delivery),
      onEnd: (ended) => {
        if (ended === 'crashed') reach('run crashed');
        if (ended === 'timed-out') reach('run timed out');
        if (service !== 'redrive-dead-letters') timing?.onRunEnd(service, beganAt, now());
        onDone(ended === 'succeeded');
      },
    });
  };

  const isLarge = workload.large !== undefined;
  if (isLarge) hit('large wave');
  const table = createTable({
    records,
    isLarge,
    invariants,
    luck,
    prng,
    trace,
    hit,
    reach,
    mutates,
    onRises(executionId, rises) {
      stopRules.onRises(executionId, rises);
      for (const { target, alarms } of invariants.executionOf(executionId).stopWhen ?? [])
        for (const name of alarms) alarmHints.follow(target, name);
    },
    onEvent(event) {
      calendarRules.onEvent(event);
      actionsFirst.onEvent(event);
      if (event.type === 'ExecutionStarted') startedAt.set(event.metadata.executionId, now());
      scheduleRules.onEvent(event);
      deps.onEvent(world, event);
    },
  });
  const { busMs } = workload;
  const bus = createBus({
    agenda,
    faults,
    luck,
    prng,
    trace,
    invariants,
    busMs,
    timing,
    reach,
    mutates,
    startRun,
    onDeadLetter: letters.add,
  });
  const timersOf = createTimers({
    agenda,
    luck,
    prng,
    trace,
    timing,
    reach,
    mutates,
    startRun,
    onDeadLetter: letters.add,
  });
  const recovery = createRecovery({
    agenda,
    bus,
    drs,
    park,
    faults,
    luck,
    prng,
    launches,
    shown,
    ends,
    trace,
    invariants,
    records,
    workload,
    timing,
    hit,
    mutates,
  });
  const automations = createAutomations({
    now,
    prng: prng.fork(),
    isStrange: () => {
      const isStrange = luck.strikes('operators', 0.5);
      if (isStrange) luck.count('operators: strange automation');
      return isStrange;
    },
    isBusy: () => luck.isOut('drs') || luck.strikes('drs-error', 0.3),
    onRepeat: () => hit('automation started again with the same token'),
    onFound: () => reach('automation found under its token'),
    fail: invariants.fail,
    onEnd: (id, delayMs) =>
      agenda.after(delayMs, () => {
        const owner = records.peek<{ executionId: string; waveId: string }>('automation', id);
        if (owner === undefined || luck.strikes('hints')) return;
        const wake = { service: 'run-actions' as const, ...owner };
        bus.route({ type: 'hint', eventId: `hint-${id}`, wake }, ['run-actions']);
      }),
  });
  const workers = createWorkers({
    prng: deps.workers ?? createPrng(0n),
    now,
    after: agenda.after,
    isLost: () => luck.strikes('lost-event'),
    isForging: () => luck.strikes('forged', 10),
    say: (asked, isForged) => bus.say('TaskReported', `report-${++reports}`, { asked, isForged }),
    hit,
  });
  let reports = 0;
  const taskRules = createTaskRules({
    now,
    workers: () => workers,
    waveOf: invariants.waveOf,
    fail: invariants.fail,
    hit,
  });
  const alarmHints = createAlarmHints({
    now,
    after: agenda.after,
    watchOf: (place, name) => records.peek('alarm', alarmWatchKey(place, name).id),
    tell(name, { until: _, ...subject }) {
      if (luck.strikes('hints')) return;
      reach('hint of an alarm');
      const wake = { service: 'run-actions' as const, ...subject };
      bus.route({ type: 'hint', eventId: `hint-${name}-${now()}`, wake }, ['run-actions']);
    },
  });
  const stopRules = createStopRules({
    ...{ now, hit, after: agenda.after, stateOf: invariants.executionOf },
    ...{ healAt: luck.healAt, fail: invariants.fail },
  });
  const alarmRules = createAlarmRules({
    now,
    skewMaxMs,
    follow: alarmHints.follow,
    definitionOf: invariants.definitionOf,
    fail: invariants.fail,
    hit,
  });
  const calendarHints = deps.workers?.fork() ?? createPrng(0n);
  const calendarRules = createCalendarRules({
    now,
    tell(executionId, afterMs) {
      const hint = (delayMs: number): void => {
        agenda.after(delayMs, () => {
          hit('hint of a calendar');
          const wake = { service: 'advance-execution' as const, executionId };
          bus.route({ type: 'hint', eventId: `hint-calendar-${executionId}-${now()}`, wake }, [
            'advance-execution',
          ]);
        });
      };
      const isFaulty = faults.has('hints') && !luck.isHealed();
      if (isFaulty && calendarHints.chance(0.6)) {
        luck.count('hints: forged opening of a calendar');
        hint(calendarHints.int(afterMs));
      }
      if (isFaulty && calendarHints.chance(0.3)) luck.count('hints: lost');
      else hint(afterMs + calendarHints.int(5_000));
    },
    skewMaxMs,
    planOf: (planId, version) => records.peek<PlanVersion>('plan', planVersionKey(planId, version).id)?.plan,
    fail: invariants.fail,
    hit,
  });
  const startedAt = new Map<string, number>();
  const actionsFirst = createActionsFirstRules({
    now,
    planOf: (planId, version) => records.peek<PlanVersion>('plan', planVersionKey(planId, version).id)?.plan,
    cleanUpOf: invariants.cleanUpOf,
    waveOf: invariants.waveOf,
    saidSkip: (decisionId) => skips.has(decisionId),
    launcherOf: (instanceId) => drs.launchOf(instanceId)?.owner?.executionId,
    takenSince(executionId) {
      const drill = invariants.executionOf(executionId);
      const takers = Object.keys(drill.waves).flatMap((waveId) => {
        if (invariants.waveOf(executionId, waveId).jobIds.length === 0) return [];
        const { target, servers } = invariants.definitionOf(executionId, waveId) ?? { servers: [] };
        return servers.flatMap(({ sourceServerId }) => {
          const id = `${target?.account}/${target?.region}/${sourceServerId}`;
          return records.peek<Lease>('lease', id)?.executionId ?? [];
        });
      });
      const others = [...new Set(takers)].filter((id) => id !== executionId);
      return Math.min(Infinity, ...others.map((id) => startedAt.get(id) ?? Infinity));
    },
    fail: invariants.fail,
    hit,
  });
  const scheduleRules = createScheduleRules({
    now,
    skewMaxMs,
    occurrences: occurrencesOf(workload, epoch),
    statusOf: (executionId) => invariants.executionOf(executionId).status,
    fail: invariants.fail,
    hit,
  });
  const requestsOf = (run: Run, isLook: boolean): Requests => ({
    say: (name, data) =>
      run.call(() => {
        mutates(run);
        if (luck.isOut('bus') || luck.strikes('put-partial')) throw new Unavailable('the bus is down');
        const eventId = `asked-${++asks}`;
        scheduleRules.onSaid(name, data, isLook);
        bus.say(name, eventId, { asked: data });
        if (luck.strikes('put-ambiguous')) throw new Unavailable('it is not known whether it is accepted');
        return eventId;
      }),
  });
  let asks = 0;
  const calendarsOf = (run: Run): CalendarReader => ({
    read: (names) =>
      run.call(() => {
        if (luck.isOut('drs') || luck.strikes('drs-error', 0.3)) throw new Unavailable('SSM does not answer');
        const states = names.map((name) => calendarAt(name, now()));
        const changesAt = Math.min(...states.map((each) => each.changesAt));
        return { isOpen: states.every(({ isOpen }) => isOpen), changesAt };
      }),
  });
  const alarmsOf = (run: Run): AlarmReader => ({
    read: (_target, names) =>
      run.call(() => {
        if (luck.isOut('drs') || luck.strikes('drs-error', 0.3))
          throw new Unavailable('CloudWatch does not answer');
        return names.map((name) => alarmAt(name, now()));
      }),
  });
  const fates = deps.traffic ?? createPrng(0n);
  const traffic = createTraffic({
    prng: fates,
    now,
    isBusy: () => !luck.isHealed() && faults.has('drs-error') && fates.chance(0.05),
    isLost: () => !luck.isHealed() && faults.has('start-lost') && fates.chance(0.3),
    isMeddled: () => !luck.isHealed() && faults.has('operators'),
    waves: () =>
      [...invariants.streams.keys()].flatMap((name) => {
        const [executionId = '', waveId] = name.split('/');
        if (waveId === undefined || isCleanUpStream(name)) return [];
        return [{ executionId, waveId, state: invariants.waveOf(executionId, waveId) }];
      }),
    definitionOf: invariants.definitionOf,
    modeOf: (executionId) => invariants.executionOf(executionId).mode,
    fail: invariants.fail,
    hit,
  });
  const meddling = (): void => {
    agenda.after(fates.between(1, 15) * 60_000, () => {
      if (luck.isHealed()) return;
      traffic.meddle();
      meddling();
    });
  };
  if (deps.traffic !== undefined && faults.has('operators') && workload.movesTraffic === true) meddling();
  const trafficOf = (run: Run): TrafficService => ({
    read: (_target, order) => run.call(() => traffic.read(order)),
    change: (_target, { what }, changes) =>
      run.call(() => {
        mutates(run);
        const answer = traffic.change(what, changes);
        if (answer.status === 'accepted') {
          trace.add('traffic', what, run.id);
          dieAtTimes(run, '');
        }
        return answer;
      }),
    isInSync: (_target, changeId) => run.call(() => traffic.isInSync(changeId)),
  });
  /** The worst moment for a run to die: SSM or a worker has started what the stream does not name yet. */
  const dieAtTimes = (run: Run, executionId: string): void => {
    if (luck.isHealed() || !faults.has('crash') || !moments.chance(startForgottenRate)) return;
    luck.count('crash: as a runbook started');
    run.die();
    if (executionId !== '') deps.onStartForgotten?.(world, executionId);
  };
  const tasksOf = (run: Run): TaskBoard => {
    const say = (effect: () => void): Promise<void> =>
      run.call(() => {
        mutates(run);
        if (luck.isOut('bus')) throw new Unavailable('the bus is down');
        effect();
        // Who has died hears no answer.
        if (!run.isDead() && luck.strikes('put-ambiguous'))
          throw new Unavailable('it is not known whether the entry is accepted');
      });
    return {
      request: (task) =>
        say(() => {
          trace.add('task', task.taskId, run.id);
          taskRules.onRequested(task);
          workers.hear(task);
          dieAtTimes(run, task.executionId);
        }),
      cancel: (task) =>
        say(() => {
          trace.add('task cancelled', task.taskId, run.id);
          taskRules.onCancelled(task);
        }),
      newToken: () => String(++tokens).padStart(43, '0'),
    };
  };
  let tokens = 0;
  const functions = createFunctions({
    prng: (deps.workers ?? createPrng(0n)).fork(),
    now,
    isStrange: () => luck.strikes('put-ambiguous', 8),
    isBusy: () => luck.isOut('drs') || luck.strikes('drs-error', 0.3),
    onTask(task) {
      taskRules.onRequested(task);
      workers.hear(task);
    },
    onEnd: (name, delayMs) =>
      agenda.after(delayMs, () => {
        const owner = records.peek<{ executionId: string; waveId: string }>('task', name);
        if (owner === undefined || luck.strikes('hints')) return;
        const { executionId, waveId } = owner;
        const wake = { service: 'run-actions' as const, executionId, waveId };
        bus.route({ type: 'hint', eventId: `hint-${name}`, wake }, ['run-actions']);
      }),
    fail: invariants.fail,
    hit,
  });
  const functionRules = createFunctionRules({
    now,
    functions: () => functions,
    definitionOf: invariants.definitionOf,
    waveOf: invariants.waveOf,
    fail: invariants.fail,
    hit,
  });
  const checkTurn = createTurnRule({
    now,
    paceOf: (place) => records.peek<Pace>('pace', place),
    skewMaxMs,
    fail: invariants.fail,
  });
  const checkFunctionTurn = (target: Target, token: string, isKept = true): void =>
    checkTurn(`${placeOf(target)}/lambda`, token, isKept);
  const functionsOf = (run: Run): FunctionService & FunctionReader => ({
    handOver: (target, call) =>
      run.call(() => {
        mutates(run);
        checkFunctionTurn(target, taskIn(call.payload).taskId);
        trace.add('function', call.functionName, run.id);
        const handed = functions.handOver(call);
        if (handed.status === 'accepted') dieAtTimes(run, taskIn(call.payload).executionId);
        return handed;
      }),
    poll: (target, call) =>
      run.call(() => {
        mutates(run);
        const invocation = JSON.parse(call.payload) as Invocation;
        checkFunctionTurn(target, invocation.idempotencyKey, false);
        functionRules.onInvoked(invocation, invocation.idempotencyKey);
        return functions.poll(call);
      }),
    startDurable: (target, call, name) =>
      run.call(() => {
        mutates(run);
        checkFunctionTurn(target, name);
        trace.add('durable execution', name, run.id);
        const invocation = JSON.parse(call.payload) as Invocation;
        functionRules.onInvoked(invocation, name);
        const answer = functions.startDurable(call, name);
        if (answer.status === 'started') dieAtTimes(run, invocation.executionId);
        return answer;
      }),
    findDurable: (_target, _function, name) => run.call(() => functions.find(name)),
    describeDurable: (_target, arn) => run.call(() => functions.describe(arn)),
    stopDurable: (_target, arn) =>
      run.call(() => {
        mutates(run);
        functions.stop(arn);
      }),
    read: (_target, name) =>
      run.call(() => ({ status: 'found', state: 'Active', isDurable: name.includes('durable') })),
  });
  const automationOf = (run: Run): AutomationService => ({
    start: (target, request) =>
      run.call(() => {
        mutates(run);
        checkTurn(placeOf(target), request.clientToken);
        trace.add('automation', request.clientToken, 0);
        const answer = automations.start(request);
        if (answer.status === 'started') dieAtTimes(run, request.tags['groundswell:execution'] ?? '');
        return answer;
      }),
    find: (_target, clientToken) => run.call(() => automations.find(clientToken)),
    describe: (_target, id) => run.call(() => automations.describe(id)),
    stop: (_target, id) =>
      run.call(() => {
        mutates(run);
        automations.stop(id);
      }),
  });

  /** A run whose port's calls take as long as that port's do. */
  const through = (run: Run, port: PortName): Run =>
    timing === undefined ? run : { ...run, call: (effect) => run.call(effect, port) };
  const itemsOf = (run: Run): RecordStore => table.storeOf(through(run, 'store'));
  const handle = async (run: Run, delivery: Delivery): Promise<void> => {
    const ports: RunPorts = {
      store: isLarge ? pagedRecords(itemsOf(run)) : itemsOf(run),
      bus: bus.busOf(through(run, 'bus')),
      timers: timersOf(through(run, 'timers')),
      clock: run.clock,
      recovery: recovery.recoveryOf(through(run, 'recovery')),
      automation: automationOf(through(run, 'automation')),
      tasks: tasksOf(run),
      alarms: alarmsOf(run),
      calendars: calendarsOf(run),
      functions: functionsOf(run),
      traffic: trafficOf(run),
      runbooks: { read: () => run.call(() => automations.read()) },
      requests: requestsOf(run, delivery.type === 'schedule'),
      scheduler: { put: async () => undefined, remove: async () => undefined },
      log: logTo(reach),
      deadLetters: letters.deadLettersOf(run),
    };
    try {
      await deps.handle(world, delivery, deps.alter === undefined ? ports : deps.alter(ports, run, world));
    } catch (error) {
      if (!isKnownFailure(error)) invariants.fail('unexpected error', String(error));
      trace.note(() => `run ${run.id} failed: ${String(error)}`);
      throw error;
    }
  };

  const world = {
    agenda,
    isSettling: sandboxes.isSettling,
    settled: sandboxes.settled,
    faults,
    workload,
    prng,
    drs,
    automations,
    taskRules,
    functionRules,
    calendarRules,
    scheduleRules,
    workers,
    invariants,
    counts,
    injected: luck.injected,
    healAt: luck.healAt,
    neverEnding: recovery.neverEnding,
    now,
    isHealed: luck.isHealed,
    strikes: luck.strikes,
    count: luck.count,
    reach,
    letters,
    say: bus.say,
    replayArchive: bus.replayArchive,
    startRun,
    peek: records.peek,
    put: table.put,
    /** The table without pages. */
    itemsOf,
    deletePlan: (planId: string): void => void records.kindOf('plan').delete(planId),
    placeForeignJob: recovery.placeForeignJob,
    openIndexes: (): readonly ExecutionIndex[] => [...records.indexes.values()],
    cleanUpOf: (executionId: string): CleanUpState => invariants.cleanUpOf(executionId),
    executionState: (executionId: string): ExecutionState => invariants.executionOf(executionId),
    noteSkip: (decisionId: string): void => void skips.add(decisionId),
    noteRelaunch: (decisionId: string): void => void relaunches.add(decisionId),
    allowDrillOverRecovery: (executionId: string): void => void drillsOverRecovery.add(executionId),
    nextId: (): number => ++ids,
    /** From now on the trace is kept as text, for the one who has to read it. */
    keepTrace: trace.keep,
    trace: () => ({ ...trace.summary(), runs }),
  };
  return world;
};
export type World = ReturnType<typeof createWorld>;

/** Failures by which a service says: deliver this again. */
const isKnownFailure = (error: unknown): boolean =>
  error instanceof Unavailable ||
  (error instanceof AggregateError && error.errors.every(isKnownFailure)) ||
  (error instanceof Error &&
    (error.name === 'NotYet' || /changed \d+ times under this handler/.test(error.message)));
