import { anythingAllowed } from '../../support/anything-allowed.ts';
import type { DecisionFact } from '../../../contracts/decision-events.ts';
import type { Target } from '../../../contracts/plan.ts';
import type { WokenService } from '../../../contracts/services.ts';
import type { EventBus } from '../../../services/core/ports/event-bus.ts';
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
import type { Log } from '../../../services/core/ports/log.ts';
import { createMemoryAlarmReader } from '../../memory/alarm-reader.ts';
import { createMemoryAutomationService } from '../../memory/automation-service.ts';
import { createMemoryCalendarReader } from '../../memory/calendar-reader.ts';
import { noFunctions } from '../../memory/function-service.ts';
import { createMemoryRunbookReader } from '../../memory/runbook-reader.ts';
import { createMemoryTaskBoard } from '../../memory/task-board.ts';
import { noTraffic } from '../../memory/traffic-service.ts';
import type { FailbackPorts } from './ports.ts';

/** What a service works with, whatever it does. */
export type Core = FailbackPorts & {
  readonly bus: EventBus;
  readonly timers: FiringTimers;
  readonly clock: { now(): number };
  readonly log: Log;
};

/** Why a service runs: an event, a timer, or what somebody asks. */
export interface Cause {
  readonly service: WokenService;
  readonly type: string;
  readonly eventId: string;
  readonly wake: Wake;
  readonly asked?: unknown;
  readonly hostile?: 'forged' | 'replayed';
}

/** What each handler.ts does with a delivery; nothing in this world asks SSM, a worker, an alarm or a calendar. */
export const createServices = (hub: Target, clock: Core['clock']) => {
  const graphs = createGraphReader();
  const alarms = createMemoryAlarmReader();
  const calendars = createMemoryCalendarReader();
  const tasks = createMemoryTaskBoard();
  const automation = createMemoryAutomationService(clock, () => undefined);
  const runbooks = createMemoryRunbookReader(() => undefined);

  return async (core: Core, { service, type, eventId, wake, asked }: Cause): Promise<void> => {
    switch (service) {
      case 'accept-execution': {
        const others = { runbooks, alarms, calendars, functions: noFunctions.reader, traffic: noTraffic };
        const intake = createAcceptExecution({ ...core, ...others, home: hub, allowed: anythingAllowed });
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
};
