import { noWayHome } from '../../memory/homeward-reader.ts';
import { anythingAllowed } from '../../support/anything-allowed.ts';
import { createMemoryCalendarReader } from '../../memory/calendar-reader.ts';
import { createMemoryTrafficService } from '../../memory/traffic-service.ts';
import { createMemoryAlarmReader } from '../../memory/alarm-reader.ts';
import { noFunctions } from '../../memory/function-service.ts';
import { createMemoryTaskBoard } from '../../memory/task-board.ts';
import type { Recorded } from '../../../contracts/envelope.ts';
import { functions } from '../../../infra/topology.ts';
import { createAcceptExecution } from '../../../services/functions/accept-execution/service.ts';
import type { CompleteRequest } from '../../../services/core/streams/record-request.ts';
import { createAdvanceExecution } from '../../../services/functions/advance-execution/service.ts';
import { createLaunchWave } from '../../../services/functions/launch-wave/service.ts';
import { launchKnobs } from '../../../services/functions/launch-wave/launch.ts';
import { createMemoryAutomationService } from '../../memory/automation-service.ts';
import { createMemoryEventBus } from '../../memory/event-bus.ts';
import { courseOf, usualTimings } from '../../memory/job-course.ts';
import { createMemoryRecordStore } from '../../memory/record-store.ts';
import { createMemoryRecoveryService } from '../../memory/recovery-service.ts';
import { createMemoryRunbookReader } from '../../memory/runbook-reader.ts';
import { createMemoryTimers } from '../../memory/timers.ts';
import type { SourceServer } from '../../../services/core/ports/recovery-service.ts';
import { wokenServices, type WokenService } from '../../../contracts/services.ts';
import type { Wake } from '../../../services/core/ports/timers.ts';
import { createCleanUpDrill } from '../../../services/functions/clean-up-drill/service.ts';
import { createReconcile } from '../../../services/functions/reconcile/service.ts';
import { createRunActions } from '../../../services/functions/run-actions/service.ts';
import {
  createFirstLook,
  createWatchJobs,
  watchKnobs,
} from '../../../services/functions/watch-jobs/service.ts';
import { createGraphReader } from '../../../services/core/streams/frozen-plan.ts';
import { putPlan } from '../../../services/core/streams/plan-store.ts';
import { createAgenda } from '../../simulation/agenda.ts';
import { home } from '../../simulation/draw.ts';
import type { Plan } from '../../../contracts/plan.ts';

/** No quota binds here: it is the engine that is measured, and not DRS. */
const unlimited = { jobsMax: Number.MAX_SAFE_INTEGER, serversMax: Number.MAX_SAFE_INTEGER };
const quotas = {
  jobsMax: Number.MAX_SAFE_INTEGER,
  serversPerJobMax: 100,
  serversInJobsMax: Number.MAX_SAFE_INTEGER,
};

const subscribersOf = (): ReadonlyMap<string, readonly WokenService[]> => {
  const found = new Map<string, WokenService[]>();
  for (const { service, events, phases } of functions) {
    const name = wokenServices.find((each) => each === service);
    // Nothing here fails back.
    if (name === undefined || typeof events === 'string' || phases !== undefined) continue;
    for (const event of events) found.set(event, [...(found.get(event) ?? []), name]);
  }
  return found;
};

const sourceServers = ({ waves }: Plan): readonly SourceServer[] =>
  waves.flatMap(({ servers }) =>
    (Array.isArray(servers) ? servers : []).map(({ sourceServerId }) => ({
      sourceServerId,
      name: sourceServerId,
      tags: {},
      replicationState: 'CONTINUOUS',
      volumesMissing: false,
    })),
  );

/** As many plans as this, each in an account of its own: DRS runs only 20 jobs in one. */
export const plansOf = (count: number, plan: Plan): readonly Plan[] =>
  Array.from({ length: count }, (_, index) => ({
    ...plan,
    planId: `${plan.planId}-${index}`,
    targets: { own: { account: String(100_000_000_000 + index), region: 'eu-west-1' } },
    waves: plan.waves.map((wave) => ({ ...wave, target: 'own' })),
  }));

/** Runs one execution of each plan at the same time, through every service, in memory. Gives how many completed. */
export const runEngine = async (plans: readonly Plan[]): Promise<number> => {
  const agenda = createAgenda(Date.UTC(2026, 0, 5));
  const store = createMemoryRecordStore();
  const subscribers = subscribersOf();
  const running = new Set<Promise<void>>();
  let completed = 0;
  const track = (work: Promise<void>): void => {
    running.add(work);
    void work.finally(() => running.delete(work));
  };
  const settle = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running);
  };
  const log = { info: () => undefined, warn: () => undefined };
  const accept = ({ type, data, metadata }: Recorded): void => {
    if (type === 'ExecutionCompleted') completed += 1;
    const { waveId } = data as { readonly waveId?: string };
    const subject = { executionId: metadata.executionId, ...(waveId !== undefined && { waveId }) };
    for (const service of subscribers.get(type) ?? [])
      agenda.after(1, () => track(look({ service, ...subject }, metadata.eventId, false)));
  };
  const serversByAccount = new Map(
    plans.map((plan) => [plan.targets['own']?.account ?? '', sourceServers(plan)] as const),
  );
  const recovery = createMemoryRecoveryService(agenda, {
    quotas,
    serversOf: ({ account }) => serversByAccount.get(account) ?? [],
    snapshotsOf: () => [],
    courseOf: (_target, request) =>
      courseOf(
        usualTimings,
        request.servers.map(({ sourceServerId }) => sourceServerId),
      ),
  });
  const ports = {
    store,
    bus: createMemoryEventBus(accept),
    timers: createMemoryTimers({
      scheduler: agenda,
      redeliverAfterMs: 180_000,
      fire: (wake) => {
        const work = look(wake, 'timer', true);
        track(work);
        return work;
      },
    }),
    clock: agenda,
    recovery,
    homeward: noWayHome,
    automation: createMemoryAutomationService(agenda, () => undefined),
    tasks: createMemoryTaskBoard(),
    alarms: createMemoryAlarmReader(),
    calendars: createMemoryCalendarReader(),
    functions: { ...noFunctions.service, ...noFunctions.reader },
    traffic: createMemoryTrafficService(agenda),
    runbooks: createMemoryRunbookReader(() => undefined),
    log,
  };
  const intake = createAcceptExecution({ ...ports, home, allowed: { ...anythingAllowed, documents: [] } });
  const advance = createAdvanceExecution(ports, createGraphReader(1_000));
  const launch = createLaunchWave(ports, { ...launchKnobs, limits: unlimited });
  const watch = createWatchJobs(ports, { ...watchKnobs, limits: unlimited });
  const firstLook = createFirstLook(ports);
  const actions = createRunActions(ports);
  const { cleanUp } = createCleanUpDrill(ports);
  const reconcile = createReconcile(ports);
  const look = (wake: Wake, causationId: string, isTimer: boolean): Promise<void> => {
    switch (wake.service) {
      case 'accept-execution':
        return intake.resume(wake, causationId);
      case 'advance-execution':
        return advance.advance(wake, causationId);
      case 'launch-wave':
        return launch(wake, causationId);
      case 'watch-jobs':
        return isTimer ? watch([wake], causationId) : firstLook(wake);
      case 'run-actions':
        return actions.run(wake, causationId);
      case 'clean-up-drill':
        return cleanUp(wake, causationId);
      case 'reverse-replication':
      case 'retire-servers':
        throw new Error(`${wake.service} has no work in a failover`);
      case 'reconcile':
        return reconcile.reconcile(wake);
    }
  };
  for (const plan of plans) await putPlan(store, plan, new Date(agenda.now()).toISOString());
  for (const { planId } of plans) {
    const request: CompleteRequest = { requestId: planId, planId, mode: 'DRILL', requestedBy: 'bench' };
    agenda.after(0, () => track(intake.accept(request, planId)));
  }
  while (completed < plans.length && agenda.step()) await settle();
  return completed;
};
