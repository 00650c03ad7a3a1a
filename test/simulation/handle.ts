import { noWayHome } from '../memory/homeward-reader.ts';
import type { TaskReport } from '../../contracts/task-events.ts';
import type { DecisionFact } from '../../contracts/decision-events.ts';
import { approvalDecisionOf } from '../../services/functions/accept-execution/approval-decision.ts';
import { createAcceptExecution } from '../../services/functions/accept-execution/service.ts';
import { actOn } from '../../services/functions/advance-execution/decision-of.ts';
import { createAdvanceExecution } from '../../services/functions/advance-execution/service.ts';
import { createLaunchWave } from '../../services/functions/launch-wave/service.ts';
import { createRedriveDeadLetters } from '../../services/functions/redrive-dead-letters/service.ts';
import { drillDecisionOf } from '../../services/functions/clean-up-drill/decision-of.ts';
import { cleanUpKnobs } from '../../services/functions/clean-up-drill/clean-up.ts';
import { createCleanUpDrill } from '../../services/functions/clean-up-drill/service.ts';
import { createScheduleDrills, NoOccurrenceError } from '../../services/functions/schedule-drills/service.ts';
import { createReconcile } from '../../services/functions/reconcile/service.ts';
import { createRunActions } from '../../services/functions/run-actions/service.ts';
import { createGraphReader } from '../../services/core/streams/frozen-plan.ts';
import {
  createFirstLook,
  createLookAtHint,
  createWatchJobs,
} from '../../services/functions/watch-jobs/service.ts';
import type { CompleteRequest } from '../../services/core/streams/record-request.ts';
import type { Delivery, RunPorts } from './delivery.ts';
import { home, ownDocuments } from './draw.ts';
import type { Knobs } from './workload.ts';
import { handleHostile } from './hostile.ts';
import type { World } from './world.ts';

/** What each handler.ts does with a delivery, over the ports of one run. */
export const createHandle = (knobs: Knobs, older: Knobs, allowed?: readonly string[]) => {
  const warmGraphs = createGraphReader();
  let advances = 0;
  /** A sandbox keeps what it has read; every fourth of them is a new one. */
  const graphs = () => (++advances % 4 === 0 ? createGraphReader() : warmGraphs);

  return async (world: World, delivery: Delivery, ports: RunPorts): Promise<void> => {
    if (delivery.hostile !== undefined) return handleHostile(world, delivery, ports);
    if (delivery.isForged === true) world.reach('forged event ignored');
    const isOlder = world.strikes('mixed-deploy');
    if (isOlder) world.count('mixed-deploy: older knobs');
    const { launch, watch, actions, reconcile } = isOlder ? older : knobs;
    const { wake, eventId, asked, type } = delivery;
    switch (delivery.service) {
      case 'accept-execution': {
        const intake = createAcceptExecution({
          ...{ ...ports, homeward: noWayHome, home },
          allowed: {
            documents: allowed ?? world.workload.allowedDocuments ?? ownDocuments,
            ...{ functions: ['sim-*'], traffic: 'any' },
          },
        });
        if (asked === undefined) return wake && intake.resume(wake, eventId);
        if (type === 'ExecutionRequested') return intake.accept(asked as CompleteRequest, eventId);
        const { executionId, decision } = approvalDecisionOf({ type, data: asked } as DecisionFact, eventId);
        return intake.decide(executionId, decision, eventId);
      }
      case 'advance-execution': {
        const service = createAdvanceExecution(ports, graphs());
        if (asked === undefined) return wake && service.advance(wake, eventId);
        return actOn(service, { type, data: asked } as DecisionFact, eventId);
      }
      case 'schedule-drills': {
        const schedules = createScheduleDrills({ ...ports, home });
        if (type === 'schedule') return schedules.sweep();
        const { scheduleId, scheduledAt } = asked as { scheduleId: string; scheduledAt: string };
        // A clock that is behind takes it for a time to come: the handler parks it.
        return schedules.due(scheduleId, scheduledAt).catch((error: unknown) => {
          if (!(error instanceof NoOccurrenceError)) throw error;
        });
      }
      case 'launch-wave':
        return wake && createLaunchWave(ports, launch)(wake, eventId);
      case 'watch-jobs':
        if (wake === undefined) return;
        if (type === 'hint') return createLookAtHint(ports, watch)(wake, eventId);
        if (type === 'DRSJobStarted') return createFirstLook(ports, watch)(wake);
        return createWatchJobs(ports, watch)([wake], eventId);
      case 'run-actions': {
        const service = createRunActions(ports, actions);
        if (asked === undefined) return wake && service.run(wake, eventId);
        if (type === 'TaskReported') return void (await service.report(asked as TaskReport, eventId));
        const {
          executionId,
          waveId,
          actionId,
          by,
          reason,
          decisionId = eventId,
        } = asked as Extract<DecisionFact, { type: 'ApproveRequested' }>['data'];
        const subject = { service: 'run-actions' as const, executionId, waveId };
        return service.answer(
          subject,
          { approved: type === 'ApproveRequested', actionId, by, reason, decisionId },
          eventId,
        );
      }
      case 'clean-up-drill': {
        const service = createCleanUpDrill(ports, { ...cleanUpKnobs, limits: launch.limits });
        if (type === 'hint') return wake && service.hint(wake);
        if (asked === undefined) return wake && service.cleanUp(wake, eventId);
        const fact = { type, data: asked } as DecisionFact;
        return service.decide(fact.data.executionId, drillDecisionOf(fact, eventId), eventId);
      }
      case 'reverse-replication':
      case 'retire-servers':
        // Failbacks are simulated apart.
        return;
      case 'redrive-dead-letters': {
        const { deadLetters, timers, log } = ports;
        const park = async (): Promise<void> => world.reach('dead letter left to an operator');
        return createRedriveDeadLetters({ deadLetters, timers, log, park })();
      }
      case 'reconcile': {
        const service = createReconcile(ports, reconcile);
        return wake === undefined ? void (await service.sweep()) : service.reconcile(wake);
      }
    }
  };
};
