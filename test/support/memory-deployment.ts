import { noWayHome } from '../memory/homeward-reader.ts';
import { createMemoryCalendarReader } from '../memory/calendar-reader.ts';
import { createMemoryAlarmReader } from '../memory/alarm-reader.ts';
import { noFunctions } from '../memory/function-service.ts';
import { createMemoryTrafficService } from '../memory/traffic-service.ts';
import { createMemoryTaskBoard } from '../memory/task-board.ts';
import type { Recorded } from '../../contracts/envelope.ts';
import type { Plan, Target } from '../../contracts/plan.ts';
import { functions, hearsEvent, isFirstResult } from '../../infra/topology.ts';
import { createAcceptExecution } from '../../services/functions/accept-execution/service.ts';
import { actOn } from '../../services/functions/advance-execution/decision-of.ts';
import { createAdvanceExecution } from '../../services/functions/advance-execution/service.ts';
import type { DecisionFact } from '../../contracts/decision-events.ts';
import { isBeforeStart } from '../../services/core/domain/execution-state.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import { placedActions } from '../../services/core/domain/plan-actions.ts';
import type { Runbook } from '../../services/core/domain/runbook.ts';
import { createLaunchWave } from '../../services/functions/launch-wave/service.ts';
import { createMemoryAutomationService, type AutomationModel } from '../memory/automation-service.ts';
import { createMemoryEventBus } from '../memory/event-bus.ts';
import { createMemoryRecordStore } from '../memory/record-store.ts';
import { anythingAllowed } from './anything-allowed.ts';
import { createMemoryRecoveryService, type RecoveryModel } from '../memory/recovery-service.ts';
import { createMemoryRunbookReader } from '../memory/runbook-reader.ts';
import { createMemoryTimers } from '../memory/timers.ts';
import { pagedRecords } from '../../services/core/ports/paged-records.ts';
import type { RecordStore } from '../../services/core/ports/record-store.ts';
import type { RecoveryService } from '../../services/core/ports/recovery-service.ts';
import { wokenServices, type WokenService } from '../../contracts/services.ts';
import type { FiringTimers, Wake } from '../../services/core/ports/timers.ts';
import { drillDecisionOf } from '../../services/functions/clean-up-drill/decision-of.ts';
import { createCleanUpDrill } from '../../services/functions/clean-up-drill/service.ts';
import { createReconcile } from '../../services/functions/reconcile/service.ts';
import { createRunActions } from '../../services/functions/run-actions/service.ts';
import { readExecution } from '../../services/core/streams/execution-stream.ts';
import { createGraphReader } from '../../services/core/streams/frozen-plan.ts';
import { putPlan } from '../../services/core/streams/plan-store.ts';
import {
  createFirstLook,
  createLookAtHint,
  createWatchJobs,
} from '../../services/functions/watch-jobs/service.ts';
import { createAgenda, type Agenda } from '../simulation/agenda.ts';

export const home: Target = { account: '111122223333', region: 'eu-west-1' };

/** What one invocation of a service cost. */
export interface Cost {
  readonly service: WokenService;
  readonly type: string;
  reads: number;
  writes: number;
  bytesWritten: number;
  cpuMs: number;
}

export interface DeploymentOptions {
  readonly model: RecoveryModel;
  readonly automations?: AutomationModel;
  /** Runbooks that plans may start. Default: all. */
  readonly allowedDocuments?: readonly string[];
  /** One way over the bus to a function that is warm. */
  readonly hopMs?: number;
  /** What stands between the intake and DRS: latency, throttling. Default: nothing. */
  readonly intakeSees?: (recovery: RecoveryService, after: Agenda['after']) => RecoveryService;
  /** What stands between the clean-up of drills and DRS. Default: nothing. */
  readonly cleanUpSees?: (recovery: RecoveryService) => RecoveryService;
  readonly onEvent?: (event: Recorded) => void;
  /** Whether an invocation dies right after a write that has just succeeded. Default: none does. */
  readonly dies?: (cost: Cost) => boolean;
}

type ApprovalData = Extract<DecisionFact, { type: 'ApproveRequested' }>['data'];

const epoch = Date.UTC(2026, 0, 5);
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const log = { info: () => undefined, warn: () => undefined };

/** A runbook that declares whatever a plan tells it. */
const runbookOf = (plans: readonly Plan[], document: string): Runbook | undefined => {
  const told = plans
    .flatMap(placedActions)
    .flatMap(({ action }) => (action.kind === 'automation' && action.document === document ? [action] : []));
  if (told.length === 0) return undefined;
  const names = ['AutomationAssumeRole', ...told.flatMap(({ parameters }) => Object.keys(parameters))];
  const list = { type: 'StringList', isRequired: false };
  return { parameters: Object.fromEntries(names.map((name) => [name, list])) };
};

const subscribersOf = (event: Parameters<typeof isFirstResult>[0]): readonly WokenService[] =>
  functions.flatMap((topology) => {
    const { service, events, isReadied } = topology;
    const name = wokenServices.find((each) => each === service);
    if (name === undefined || events === 'live-and-replayed') return [];
    const isHeard = hearsEvent(topology, event) || (isReadied && isFirstResult(event));
    return isHeard ? [name] : [];
  });

/**
 * The whole product over memory twins, in virtual time and without faults: the same services, events and
 * timers as everywhere, with every invocation's calls and bytes counted. For what the simulator is too
 * busy breaking things to do: plans of full size.
 */
export const createDeployment = ({
  model,
  automations = () => undefined,
  allowedDocuments = ['*'],
  hopMs = 150,
  intakeSees = (recovery) => recovery,
  cleanUpSees = (recovery) => recovery,
  onEvent = () => undefined,
  dies = () => false,
}: DeploymentOptions) => {
  const agenda = createAgenda(epoch);
  const clock = { now: agenda.now };
  const items = createMemoryRecordStore();
  const store = pagedRecords(items);
  const recovery = createMemoryRecoveryService(clock, model);
  const planned = new Map<string, Plan>();
  const tasks = createMemoryTaskBoard();
  const alarms = createMemoryAlarmReader();
  const traffic = createMemoryTrafficService(clock);
  const automation = createMemoryAutomationService(clock, automations);
  const runbooks = createMemoryRunbookReader((_, document) => runbookOf([...planned.values()], document));
  const graphs = createGraphReader();
  const costs: Cost[] = [];
  const events: Recorded[] = [];
  const largest = new Map<string, number>();
  let largestEvent = 0;
  const failures: unknown[] = [];

  const counted = (cost: Cost): RecordStore =>
    pagedRecords({
      ...items,
      read: (key) => {
        cost.reads += 1;
        return items.read(key);
      },
      write: async (key, body, expected, index) => {
        const bytes = Buffer.byteLength(JSON.stringify(body));
        cost.writes += 1;
        cost.bytesWritten += bytes;
        largest.set(key.kind, Math.max(largest.get(key.kind) ?? 0, bytes));
        const result = await items.write(key, body, expected, index);
        if (result === 'written' && dies(cost)) throw new Error('died after a write');
        return result;
      },
    });

  const invoke = async (
    service: WokenService,
    type: string,
    eventId: string,
    wake: Wake,
    asked?: unknown,
  ) => {
    const cost: Cost = { service, type, reads: 0, writes: 0, bytesWritten: 0, cpuMs: 0 };
    costs.push(cost);
    const core = { store: counted(cost), bus, timers, clock, log };
    const begun = performance.now();
    try {
      await handle(core, service, type, eventId, wake, asked);
    } catch (error) {
      failures.push(error);
      throw error;
    } finally {
      cost.cpuMs = performance.now() - begun;
    }
  };
  const timers = createMemoryTimers({
    scheduler: agenda,
    fire: (wake) => invoke(wake.service, 'timer', `timer-${wake.service}`, wake),
    redeliverAfterMs: 180_000,
  });
  const route = (
    type: string,
    eventId: string,
    wake: Omit<Wake, 'service'>,
    asked?: unknown,
    data: unknown = {},
  ): void => {
    for (const service of subscribersOf({ type, data }))
      agenda.after(
        hopMs,
        () => void invoke(service, type, eventId, { ...wake, service }, asked).catch(() => undefined),
      );
  };
  const bus = createMemoryEventBus((event) => {
    events.push(event);
    largestEvent = Math.max(largestEvent, Buffer.byteLength(JSON.stringify(event)));
    onEvent(event);
    const { waveId } = event.data as { readonly waveId?: string };
    const { executionId, eventId } = event.metadata;
    const wake = { executionId, ...(waveId !== undefined && { waveId }) };
    route(event.type, eventId, wake, undefined, event.data);
  });

  /** DRS hints at each server's launch, some tenths of a second after it. */
  const hinting: RecoveryService = {
    ...recovery,
    async startRecovery(target, request) {
      const answer = await recovery.startRecovery(target, request);
      const job = answer.status === 'accepted' ? recovery.startedJobs(target).at(-1) : undefined;
      const executionId = request.tags['groundswell:execution'];
      const waveId = request.tags['groundswell:wave'];
      if (job === undefined || executionId === undefined || waveId === undefined) return answer;
      const moments = new Set(job.course.servers.map(({ decidedAfterMs }) => decidedAfterMs));
      for (const afterMs of moments)
        agenda.after(
          afterMs + 300,
          () =>
            void invoke('watch-jobs', 'hint', 'hint', { service: 'watch-jobs', executionId, waveId }).catch(
              () => undefined,
            ),
        );
      return answer;
    },
  };

  type Core = Parameters<typeof createReconcile>[0] &
    Omit<Parameters<typeof createAdvanceExecution>[0], 'calendars'> & { readonly timers: FiringTimers };
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
        const intake = createAcceptExecution({
          ...{
            ...core,
            recovery: intakeSees(hinting, agenda.after),
            runbooks,
            alarms,
            calendars: createMemoryCalendarReader(),
            functions: noFunctions.reader,
            traffic,
            homeward: noWayHome,
            home,
            allowed: { ...anythingAllowed, documents: allowedDocuments },
          },
        });
        if (asked === undefined) return intake.resume(wake, eventId);
        // Approvals of an action reach the intake as well; it knows of none.
        if (type !== 'ExecutionRequested') return;
        return intake.accept(asked as Parameters<typeof intake.accept>[0], eventId);
      }
      case 'advance-execution': {
        const advance = createAdvanceExecution({ ...core, calendars: createMemoryCalendarReader() }, graphs);
        if (asked === undefined) return advance.advance(wake, eventId);
        return actOn(advance, { type, data: asked } as DecisionFact, eventId);
      }
      case 'launch-wave':
        return createLaunchWave({ ...core, recovery: hinting })(wake, eventId);
      case 'watch-jobs':
        if (type === 'hint') return createLookAtHint({ ...core, recovery: hinting })(wake, eventId);
        return type === 'timer'
          ? createWatchJobs({ ...core, recovery: hinting })([wake], eventId)
          : createFirstLook(core)(wake);
      case 'run-actions': {
        const actions = createRunActions({
          ...core,
          recovery: hinting,
          automation,
          tasks,
          alarms,
          traffic,
          functions: noFunctions.service,
        });
        if (asked === undefined) return actions.run(wake, eventId);
        const { actionId, by, reason } = asked as ApprovalData;
        return actions.answer(
          wake,
          { approved: type === 'ApproveRequested', actionId, by, reason, decisionId: eventId },
          eventId,
        );
      }
      case 'clean-up-drill': {
        const service = createCleanUpDrill({ ...core, recovery: cleanUpSees(recovery) });
        if (type === 'hint') return service.hint(wake);
        if (asked === undefined) return service.cleanUp(wake, eventId);
        const fact = { type, data: asked } as DecisionFact;
        return service.decide(wake.executionId, drillDecisionOf(fact, eventId), eventId);
      }
      case 'reverse-replication':
      case 'retire-servers':
        // Failbacks are run apart.
        return;
      case 'reconcile':
        return createReconcile(core).reconcile(wake);
    }
  };

  return {
    recovery,
    automation,
    store,
    costs,
    events,
    failures,
    /** The largest record of each kind that was ever written, in bytes of JSON. */
    largest: (): ReadonlyMap<string, number> => largest,
    /** The largest event that was published, in bytes of JSON. */
    largestEvent: (): number => largestEvent,
    now: clock.now,
    after: agenda.after,
    /** EC2 tells that an instance of a drill has ended. */
    hintOfEnd: (executionId: string): Promise<void> =>
      invoke('clean-up-drill', 'hint', 'hint', { service: 'clean-up-drill', executionId }),
    /** Stores the plan and asks for it. Gives the execution's id. */
    async request(
      plan: Plan,
      mode: 'DRILL' | 'RECOVERY' = 'DRILL',
      requestId = 'request',
      more: { readonly reason?: string; readonly acceptWarnings?: readonly string[] } = {},
    ): Promise<string> {
      planned.set(plan.planId, plan);
      await putPlan(store, plan, new Date(epoch).toISOString());
      const executionId = executionIdOf(requestId);
      const asked = {
        requestId,
        planId: plan.planId,
        mode,
        requestedBy: 'test',
        acceptWarnings: [],
        ...more,
      };
      route('ExecutionRequested', requestId, { executionId }, asked);
      return executionId;
    },
    decide: (type: DecisionFact['type'], data: DecisionFact['data']): void => {
      const { executionId, decisionId = 'decision' } = data;
      route(type, decisionId, { executionId, ...('waveId' in data && { waveId: data.waveId }) }, data);
    },
    /** Runs until the execution has left the intake, or for so long in virtual time. */
    async runIntake(executionId: string, untilMs: number) {
      const until = agenda.now() + untilMs;
      for (;;) {
        const execution = await readExecution(store, executionId);
        if (!isBeforeStart(execution) || agenda.now() > until) return execution;
        if (!agenda.step()) return readExecution(store, executionId);
        await settle();
      }
    },
    /** What the reconciler does every ten minutes. */
    sweep: (): Promise<void> => createReconcile({ store, timers, clock, log }).sweep(),
    /** Lets so long pass in virtual time, whatever happens in it. */
    async pass(ms: number): Promise<void> {
      const until = agenda.now() + ms;
      agenda.after(ms, () => undefined);
      while (agenda.now() < until) {
        agenda.step();
        await settle();
      }
    },
    /** Runs until the execution has ended, or for so long in virtual time. */
    async run(executionId: string, untilMs: number) {
      const until = agenda.now() + untilMs;
      for (;;) {
        const execution = await readExecution(store, executionId);
        if (execution.endedAt > 0 || agenda.now() > until) return execution;
        for (let steps = 0; steps < 50; steps++) {
          if (!agenda.step()) return readExecution(store, executionId);
          await settle();
        }
      }
    },
  };
};
