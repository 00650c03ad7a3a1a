import type { AlarmReader } from '../../services/core/ports/alarm-reader.ts';
import type { AutomationService } from '../../services/core/ports/automation-service.ts';
import type { CalendarReader } from '../../services/core/ports/calendar-reader.ts';
import type { Clock } from '../../services/core/ports/clock.ts';
import type { DeadLetters } from '../../services/core/ports/dead-letters.ts';
import type { EventBus } from '../../services/core/ports/event-bus.ts';
import type { FunctionReader } from '../../services/core/ports/function-reader.ts';
import type { FunctionService } from '../../services/core/ports/function-service.ts';
import type { Log } from '../../services/core/ports/log.ts';
import type { RecordStore } from '../../services/core/ports/record-store.ts';
import type { RecoveryService } from '../../services/core/ports/recovery-service.ts';
import type { TaskBoard } from '../../services/core/ports/task-board.ts';
import type { TrafficService } from '../../services/core/ports/traffic-service.ts';
import type { Requests } from '../../services/core/ports/requests.ts';
import type { Scheduler } from '../../services/core/ports/scheduler.ts';
import type { RunbookReader } from '../../services/core/ports/runbook-reader.ts';
import type { WokenService } from '../../contracts/services.ts';
import type { FiringTimers, Wake } from '../../services/core/ports/timers.ts';

/** The ports of one run, as a service gets them. */
export interface RunPorts {
  readonly store: RecordStore;
  readonly bus: EventBus;
  readonly timers: FiringTimers;
  readonly clock: Clock;
  readonly recovery: RecoveryService;
  readonly automation: AutomationService;
  readonly tasks: TaskBoard;
  readonly alarms: AlarmReader;
  readonly calendars: CalendarReader;
  readonly functions: FunctionService & FunctionReader;
  readonly traffic: TrafficService;
  readonly runbooks: RunbookReader;
  readonly requests: Requests;
  readonly scheduler: Scheduler;
  readonly log: Log;
  readonly deadLetters: DeadLetters;
}

/** What a service is invoked with. */
export interface Delivery {
  readonly service: WokenService | 'schedule-drills' | 'redrive-dead-letters';
  readonly type: string;
  readonly eventId: string;
  readonly wake?: Wake;
  /** The data of a request or decision; a look at a subject needs none. */
  readonly asked?: unknown;
  readonly hostile?: 'replayed' | 'malformed' | 'newer';
  readonly isForged?: boolean;
  attempts: number;
}

/** Begins a run of a handler; `onDone` is called once. */
export type StartRun = (delivery: Delivery, onDone: (succeeded: boolean) => void) => void;
