import type { StartRequest } from '../../services/core/ports/recovery-service.ts';
import type { WokenService } from '../../contracts/services.ts';

export type TimedService = WokenService | 'schedule-drills';
import type { PortName } from './sandbox.ts';

/** When the servers of a job have their results, in the order of the request, and when the job ends; ms from the call. */
export interface JobTimes {
  readonly doneAfterMs: readonly number[];
  readonly endsAfterMs: number;
}

/** How long things take, for whoever measures time and not only order. Without it a seed draws what it needs. */
export interface Timing {
  /** From the bus's answer to the invocation of a subscriber. */
  readonly hopMs: () => number;
  /** From the invocation to the handler's first line: the sandbox's start, if none is idle. */
  readonly beginMs: (service: TimedService, now: number) => number;
  readonly callMs: (port: PortName) => number;
  /** When a timer that was set for `delayMs` invokes its function. */
  readonly timerMs: (delayMs: number) => number;
  readonly jobTimes: (request: StartRequest) => JobTimes;
  readonly onRunEnd: (service: TimedService, beganAt: number, endedAt: number) => void;
}
