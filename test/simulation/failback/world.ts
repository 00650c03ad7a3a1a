import type { Recorded } from '../../../contracts/envelope.ts';
import type { DecisionFact } from '../../../contracts/decision-events.ts';
import { type WokenService, wokenServices } from '../../../contracts/services.ts';
import type { Plan, Target } from '../../../contracts/plan.ts';
import { functions, hearsEvent } from '../../../infra/topology.ts';
import { pagedRecords } from '../../../services/core/ports/paged-records.ts';
import type { HomewardCaller } from '../../../services/core/ports/homeward-caller.ts';
import type { HomewardReader } from '../../../services/core/ports/homeward-reader.ts';
import type { RecordStore } from '../../../services/core/ports/record-store.ts';
import type { RecoveryService } from '../../../services/core/ports/recovery-service.ts';
import type { FiringTimers, Wake } from '../../../services/core/ports/timers.ts';
import { createGraphReader } from '../../../services/core/streams/frozen-plan.ts';
import { createAcceptExecution } from '../../../services/functions/accept-execution/service.ts';
import { actOn } from '../../../services/functions/advance-execution/decision-of.ts';
import { createAdvanceExecution } from '../../../services/functions/advance-execution/service.ts';
import { drillDecisionOf } from '../../../services/functions/clean-up-drill/decision-of.ts';
import { createCleanUpDrill } from '../../../services/functions/clean-up-drill/service.ts';
import { createLaunchWave } from '../../../services/functions/launch-wave/service.ts';
import { createReconcile } from '../../../services/functions/reconcile/service.ts';
import { createRetireServers } from '../../../services/functions/retire-servers/service.ts';
import { createReverseReplication } from '../../../services/functions/reverse-replication/service.ts';
import { createRunActions } from '../../../services/functions/run-actions/service.ts';
import { createFirstLook, createWatchJobs } from '../../../services/functions/watch-jobs/service.ts';
import { createMemoryAlarmReader } from '../../memory/alarm-reader.ts';
import { createMemoryAutomationService } from '../../memory/automation-service.ts';
import { createMemoryCalendarReader } from '../../memory/calendar-reader.ts';
import { createMemoryEventBus } from '../../memory/event-bus.ts';
import { noFunctions } from '../../memory/function-service.ts';
import { createMemoryRecordStore } from '../../memory/record-store.ts';
import { createMemoryRunbookReader } from '../../memory/runbook-reader.ts';
import { createMemoryTaskBoard } from '../../memory/task-board.ts';
import { createMemoryTimers } from '../../memory/timers.ts';
import { noTraffic } from '../../memory/traffic-service.ts';
import { createAgenda } from '../agenda.ts';
import type { Prng } from '../prng.ts';
import { createHomewardDrs } from './drs.ts';

const minute = 60_000;
const epoch = Date.UTC(2026, 0, 5);
/** Lambda ends a run after so long. */
const lifeMs = 30_000;
const log = { info: () => undefined, warn: () => undefined };

/** What befalls the runs of services until everything heals. */
export interface Rates {
  readonly crash: number;
  readonly lostEvent: number;
  readonly duplicate: number;
  readonly lostAnswer: number;
  readonly error: number;
}

/** What a service works with in one run. */
export interface FailbackPorts {
  readonly store: RecordStore;
  readonly recovery: RecoveryService;
  readonly homeward: HomewardReader;
  readonly caller: HomewardCaller;
}

/** A mistake that somebody could make, as another view of the world or another call. */
export type FailbackMutant = (ports: FailbackPorts, service: WokenService) => FailbackPorts;

export interface FailbackWorldDeps {
  readonly prng: Prng;
  readonly plan: Plan;
  readonly isDrill: boolean;
  readonly away: Target;
  readonly home: Target;
  readonly serverIds: readonly string[];
  readonly rates: Rates;
  readonly healAtMs: number;
  readonly mutant?: FailbackMutant;
  readonly onEvent: (event: Recorded) => void;
}

class Unavailable extends Error {
  override name = 'ThrottlingException';
}

/** The product over two places of DRS, in virtual time, where runs die, events are lost, and answers, too. */
export const createFailbackWorld = (deps: FailbackWorldDeps) => {
  const { prng, rates, away, home } = deps;
  const agenda = createAgenda(epoch);
  const clock = { now: agenda.now };
  const counts: Record<string, number> = {};
  const count = (what: string): void => void (counts[what] = (counts[what] ?? 0) + 1);
  let violation: { readonly invariant: string; readonly what: string } | undefined;
  const fail = (invariant: string, what: string): void => void (violation ??= { invariant, what });
  const isHealed = (): boolean => agenda.now() >= epoch + deps.healAtMs;
  const strikes = (rate: number): boolean => !isHealed() && prng.chance(rate);
  const drs = createHomewardDrs({
    ...{ prng: prng.fork(), now: agenda.now, away, home, serverIds: deps.serverIds },
    ...{ isHealed, fail, count },
  });
  const items = createMemoryRecordStore();
  const store = pagedRecords(items);
  const graphs = createGraphReader();
  const alarms = createMemoryAlarmReader();
  const calendars = createMemoryCalendarReader();
  const tasks = createMemoryTaskBoard();
  const automation = createMemoryAutomationService(clock, () => undefined);
  const runbooks = createMemoryRunbookReader(() => undefined);

  /** One invocation, which may die between two of its calls. What it waits for then never comes. */
  const createRun = (onDeath: () => void) => {
    let isDead = false;
    const hasDied = (): boolean => isDead;
    const die = (): void => {
      if (isDead) return;
      isDead = true;
      onDeath();
    };
    const forget = agenda.after(lifeMs, die);
    const call = <T>(effect: () => T | Promise<T>): Promise<T> =>
      new Promise<T>((resolve, reject) => {
        agenda.after(5 + prng.int(120), () => {
          if (hasDied()) return;
          if (strikes(rates.crash)) {
            die();
            return;
          }
          void (async () => {
            try {
              const answer = await effect();
              if (strikes(rates.crash)) die();
              else if (!hasDied()) resolve(answer);
            } catch (error) {
              if (!hasDied()) reject(error);
            }
          })();
        });
      });
    const end = (): void => {
      isDead = true;
      forget();
    };
    return { call, end, isDead: hasDied };
  };
  type Run = ReturnType<typeof createRun>;

  const reading = <T>(run: Run, effect: () => T): Promise<T> =>
    run.call(() => {
      if (strikes(rates.error)) throw new Unavailable('DRS is throttled');
      return effect();
    });
  const lose = <A extends { readonly status: string }>(
    answer: A,
  ): A | { status: 'unknown'; message: string } =>
    strikes(rates.lostAnswer) ? { status: 'unknown', message: 'no answer' } : answer;

  const recoveryOf = (run: Run): RecoveryService => ({
    startRecovery: (target, request) => run.call(() => lose(drs.launch(target, request))),
    terminateRecoveryInstances: (target, ids) => run.call(() => lose(drs.terminate(target, ids))),
    describeJobs: (_target, ids) => reading(run, () => drs.jobs(ids)),
    describeJobsSince: (_target, since) =>
      reading(run, () => drs.jobs().filter(({ createdAt }) => createdAt >= since)),
    describeJobLog: (_target, jobId) =>
      reading(run, () =>
        drs.launchesIn(jobId).map(({ id, machineId }) => ({
          at: agenda.now(),
          event: machineId === undefined ? 'LAUNCH_FAILED' : 'LAUNCH_END',
          sourceServerId: id,
          ...(machineId !== undefined && { instanceId: machineId }),
        })),
      ),
    describeSourceServers: (target) =>
      reading(run, () =>
        drs
          .servers(target)
          .map(({ sourceServerId, name, direction, replication: { state, lagSeconds } }) => ({
            ...{ sourceServerId, name, tags: {}, replicationState: state, volumesMissing: false },
            ...(direction === 'FAILBACK' && { direction }),
            ...(lagSeconds !== undefined && { lagSeconds }),
          })),
      ),
    describeRecoveryInstances: (target, ids) =>
      reading(run, () =>
        drs
          .recorded(target)
          .filter(({ serverId }) => ids === undefined || ids.includes(serverId))
          .map(({ id, serverId, isDrill, jobId }) => ({
            ...{ instanceId: id, sourceServerId: serverId, state: 'RUNNING', isDrill, jobId },
          })),
      ),
    describeRecoverySnapshots: async () => [],
    describeLaunchConfiguration: async () => ({ copiesPrivateAddress: false, copiesTags: false }),
    launchActions: async () => [],
    quotas: async () => ({ jobsMax: 20, serversPerJobMax: 100, serversInJobsMax: 500 }),
    describeInstances: (_target, ids) => reading(run, () => ids.map((instanceId) => ({ instanceId }))),
    describeMachines: (target, ids) =>
      reading(run, () =>
        drs
          .tagged(target)
          .filter(({ id }) => ids.includes(id))
          .map(({ id }) => ({ instanceId: id, state: 'RUNNING', platform: 'linux' as const, tags: {} })),
      ),
    describeMachinesOf: (target, ids) =>
      reading(run, () =>
        drs
          .tagged(target)
          .filter(({ serverId }) => ids.includes(serverId))
          .map(({ id, serverId, jobId }) => ({
            ...{ instanceId: id, state: 'RUNNING', platform: 'linux' as const },
            tags: { AWSElasticDisasterRecoverySourceServerID: serverId, 'drs.amazonaws.com-job': jobId },
          })),
      ),
    describeProtection: async () => ({ againstTermination: false, againstStop: false }),
  });
  const homewardOf = (run: Run): HomewardReader => ({
    servers: (target) => reading(run, () => drs.servers(target)),
    machines: (target, ids) => reading(run, () => drs.machines(target, ids)),
    launchSettings: async () => ({
      securityGroupIds: ['sg-0'],
      subnetId: 'subnet-0',
      instanceProfile: 'own',
    }),
  });
  const callerOf = (run: Run): HomewardCaller => ({
    call: (target, operation, id) =>
      run.call(() => {
        count(`failback: ${operation}`);
        if (strikes(rates.error)) return { status: 'unknown', message: 'throttled' };
        return lose(drs.call(target, operation, id, deps.isDrill));
      }),
  });
  const storeOf = (run: Run): RecordStore =>
    pagedRecords({
      ...items,
      read: (key) => run.call(() => items.read(key)),
      write: (key, body, expected, index) => run.call(() => items.write(key, body, expected, index)),
      remove: (key, expected) => run.call(() => items.remove(key, expected)),
    });

  const invoke = (
    service: WokenService,
    type: string,
    eventId: string,
    wake: Wake,
    asked?: unknown,
  ): Promise<boolean> =>
    new Promise<boolean>((done) => {
      const run = createRun(() => {
        count('failback: run died');
        done(false);
      });
      const own: FailbackPorts = {
        ...{
          store: storeOf(run),
          recovery: recoveryOf(run),
          homeward: homewardOf(run),
          caller: callerOf(run),
        },
      };
      const ports = deps.mutant?.(own, service) ?? own;
      handle({ ...ports, bus, timers: timersOf(run), clock, log }, service, type, eventId, wake, asked).then(
        () => {
          if (!run.isDead()) done(true);
          run.end();
        },
        () => {
          if (!run.isDead()) done(false);
          run.end();
        },
      );
    });

  const timers = createMemoryTimers({
    scheduler: agenda,
    redeliverAfterMs: 180_000,
    fire: async (wake) => {
      if (!(await invoke(wake.service, 'timer', `timer-${wake.service}`, wake))) throw new Error('failed');
    },
  });
  const timersOf = (run: Run): FiringTimers => ({
    set: (wake, delayMs) => run.call(() => timers.set(wake, delayMs)),
    ensure: (wake, delayMs) => run.call(() => timers.ensure(wake, delayMs)),
    setIfSooner: (wake, delayMs) => run.call(() => timers.setIfSooner(wake, delayMs)),
    fireNow: (wake, work, followMs) => timers.fireNow(wake, work, followMs),
  });
  const deliver = (
    service: WokenService,
    type: string,
    eventId: string,
    wake: Wake,
    asked: unknown,
    tries = 0,
  ): void => {
    agenda.after(50 + prng.int(400), () => {
      void invoke(service, type, eventId, wake, asked).then((succeeded) => {
        if (!succeeded && tries < 2)
          agenda.after((tries + 1) * minute, () => deliver(service, type, eventId, wake, asked, tries + 1));
      });
    });
  };
  const route = (
    type: string,
    eventId: string,
    subject: Omit<Wake, 'service'>,
    data: unknown,
    asked?: unknown,
  ) => {
    for (const topology of functions) {
      const service = wokenServices.find((name) => name === topology.service);
      if (service === undefined || topology.events === 'live-and-replayed') continue;
      if (!hearsEvent(topology, { type, data }) || strikes(rates.lostEvent)) continue;
      deliver(service, type, eventId, { ...subject, service }, asked);
      if (strikes(rates.duplicate)) deliver(service, type, eventId, { ...subject, service }, asked);
    }
  };
  const bus = createMemoryEventBus((event) => {
    deps.onEvent(event);
    const { waveId } = event.data as { readonly waveId?: string };
    const { executionId, eventId } = event.metadata;
    route(event.type, eventId, { executionId, ...(waveId !== undefined && { waveId }) }, event.data);
  });

  type Core = FailbackPorts & {
    readonly bus: typeof bus;
    readonly timers: FiringTimers;
    readonly clock: typeof clock;
    readonly log: typeof log;
  };
  const handle = async (
    core: Core,
    service: WokenService,
    type: string,
    eventId: string,
    wake: Wake,
    asked: unknown,
  ): Promise<void> => {
    switch (service) {
      case 'accept-execution': {
        const others = { runbooks, alarms, calendars, functions: noFunctions.reader, traffic: noTraffic };
        const intake = createAcceptExecution({ ...core, ...others, home: away, allowedDocuments: [] });
        if (asked === undefined) return intake.resume(wake, eventId);
        return type === 'ExecutionRequested'
          ? intake.accept(asked as Parameters<typeof intake.accept>[0], eventId)
          : undefined;
      }
      case 'advance-execution': {
        const advance = createAdvanceExecution({ ...core, calendars }, graphs);
        if (asked === undefined) return advance.advance(wake, eventId);
        return actOn(advance, { type, data: asked } as DecisionFact, eventId);
      }
      case 'launch-wave':
        return createLaunchWave(core)(wake, eventId);
      case 'watch-jobs':
        return type === 'timer' ? createWatchJobs(core)([wake], eventId) : createFirstLook(core)(wake);
      case 'run-actions': {
        const runner = createRunActions({
          ...{ ...core, automation, tasks, alarms, traffic: noTraffic, functions: noFunctions.service },
        });
        if (asked === undefined) return runner.run(wake, eventId);
        const { actionId, by, reason } = asked as { actionId: string; by: string; reason: string };
        const approved = type === 'ApproveRequested';
        return runner.answer(wake, { approved, actionId, by, reason, decisionId: eventId }, eventId);
      }
      case 'clean-up-drill': {
        const cleaning = createCleanUpDrill(core);
        if (asked === undefined) return cleaning.cleanUp(wake, eventId);
        const decision = drillDecisionOf({ type, data: asked } as DecisionFact, eventId);
        return cleaning.decide(wake.executionId, decision, eventId);
      }
      case 'reverse-replication':
        return createReverseReplication(core)(wake, eventId);
      case 'retire-servers':
        return createRetireServers(core)(wake, eventId);
      case 'reconcile':
        return createReconcile(core).reconcile(wake);
    }
  };
  const sweep = (): void => {
    void createReconcile({ store, timers, clock, log }).sweep();
    agenda.after(10 * minute, sweep);
  };

  return {
    ...{ store, drs, counts, agenda, isHealed, fail, sweep },
    violation: () => violation,
    /** People and other systems say something. */
    say: (type: string, eventId: string, data: { readonly executionId?: string; readonly waveId?: string }) =>
      route(type, eventId, { executionId: '', ...data }, data, data),
    since: epoch,
  };
};
export type FailbackWorld = ReturnType<typeof createFailbackWorld>;
