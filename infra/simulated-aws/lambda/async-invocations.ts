import type { LocalClock } from '../clock.ts';
import { failureRecordOf, type FailureRecord } from './destination.ts';
import type { EventStore, PendingEvent } from './event-store.ts';
import type { FunctionFault, LambdaFunction } from './function.ts';
import { errorDelayMs, eventAgeMaxMs, throttleDelayMs } from './retry.ts';
import type { Outcome } from './run.ts';

export interface AsyncDeps {
  readonly clock: LocalClock;
  readonly store: EventStore;
  readonly random: () => number;
  readonly find: (name: string) => LambdaFunction | undefined;
  readonly functionArn: (name: string) => string;
  /** Runs the function now; undefined when its concurrency is used up. */
  readonly run: (fn: LambdaFunction, requestId: string, payload: string) => Promise<Outcome> | undefined;
  /** The on-failure destination. An event is forgotten only after this has returned. */
  readonly onFailure: (functionName: string, record: FailureRecord) => void;
}

/** A function may be gone when a restarted runtime takes up what was accepted for it. */
const removed = (name: string): FunctionFault => ({
  errorType: 'ResourceNotFoundException',
  errorMessage: `Function not found: ${name}`,
  trace: [],
});

/** Carries accepted events to their end: success, or the on-failure destination. Returns how to take up one. */
export const createAsyncInvocations = (deps: AsyncDeps): ((event: PendingEvent) => void) => {
  const { clock, store } = deps;

  const fail = (event: PendingEvent, condition: FailureRecord['requestContext']['condition']): void => {
    const functionArn = deps.functionArn(event.functionName);
    deps.onFailure(event.functionName, failureRecordOf({ ...event, functionArn }, condition, clock.now()));
    store.write({ kind: 'finished', requestId: event.requestId });
  };
  const postpone = (event: PendingEvent): void => {
    const { requestId, dueAt, attempts, throttles, fault } = event;
    const progress = { dueAt, attempts, throttles, ...(fault !== undefined && { fault }) };
    store.write({ kind: 'postponed', requestId, progress });
    schedule(event);
  };
  const retry = (event: PendingEvent, fault: FunctionFault, retriesMax: number): void => {
    const attempts = event.attempts + 1;
    const dueAt = clock.now() + errorDelayMs(attempts);
    const failed = { ...event, attempts, fault, dueAt };
    if (attempts > retriesMax) fail(failed, 'RetriesExhausted');
    else postpone(failed);
  };
  const attempt = async (event: PendingEvent): Promise<void> => {
    if (clock.now() - event.acceptedAt > eventAgeMaxMs) return void fail(event, 'EventAgeExceeded');
    const fn = deps.find(event.functionName);
    if (fn === undefined) return void retry(event, removed(event.functionName), 0);
    const running = deps.run(fn, event.requestId, event.payload);
    if (running === undefined) {
      const dueAt = clock.now() + throttleDelayMs(event.throttles, deps.random());
      return void postpone({ ...event, throttles: event.throttles + 1, dueAt });
    }
    const outcome = await running;
    if (outcome.ok) store.write({ kind: 'finished', requestId: event.requestId });
    else retry(event, outcome.fault, fn.retriesMax ?? 2);
  };
  const schedule = (event: PendingEvent): void =>
    void clock.after(event.dueAt - clock.now(), () => void attempt(event));

  for (const event of store.events.values()) schedule(event);
  return schedule;
};
