import type { LocalClock } from '../clock.ts';
import { backoffMs } from '../eventbridge/retry.ts';
import { type Random, uuidFrom } from '../identifiers.ts';
import { parseExpression } from './expression.ts';
import { type Invocation, keyOf, renderedInput, type Schedule } from './schedule.ts';
import type { SchedulerStore } from './store.ts';

/** What became of one attempt. */
export type Invoked = 'accepted' | { readonly error: string; readonly isFinal: boolean };

export interface InvokerDeps {
  readonly clock: LocalClock;
  readonly random: Random;
  readonly store: SchedulerStore;
  readonly arnOf: (group: string, name: string) => string;
  /** Invokes a target in the role of its schedule. */
  readonly invoke: (invocation: Invocation, input: string, scheduleArn: string) => Promise<Invoked>;
  /** Puts what was given up into the dead-letter queue of its schedule. */
  readonly bury: (invocation: Invocation, input: string, scheduleArn: string, error: string) => void;
  /** How often one invocation is handed over twice, 0 to 1: Scheduler promises at least once. */
  readonly duplicateProbability: number;
}

/** The next instant at which a schedule is due after this one. */
const nextOf = ({ input, createdAt }: Schedule, after: number): number | undefined => {
  const expression = parseExpression(input.ScheduleExpression, input.ScheduleExpressionTimezone);
  const from = Math.max(after, (input.StartDate ?? 0) * 1_000 - 1);
  const next = expression?.next(from, (input.StartDate ?? 0) * 1_000 || createdAt);
  return next !== undefined && next <= (input.EndDate ?? Infinity) * 1_000 ? next : undefined;
};

/** When an attempt that failed is tried again; undefined where it is given up. */
const againAt = (
  invocation: Invocation,
  isFinal: boolean,
  now: number,
  random: Random,
): number | undefined => {
  const { MaximumEventAgeInSeconds, MaximumRetryAttempts } = invocation.target.RetryPolicy;
  const next = now + backoffMs(invocation.attempt, random);
  const isTooOld = next - invocation.firstAt > MaximumEventAgeInSeconds * 1_000;
  return isFinal || isTooOld || invocation.attempt > MaximumRetryAttempts ? undefined : next;
};

/** The invocations of one time: at the same moment within the flexible window. */
const invocationsOf = (
  { input }: Schedule,
  scheduledAt: number,
  copies: number,
  now: number,
  random: Random,
): readonly Invocation[] => {
  const windowMs = (input.FlexibleTimeWindow.MaximumWindowInMinutes ?? 0) * 60_000;
  const dueAt = now + Math.floor(random() * windowMs);
  const { GroupName: group, Name: name, Target: target } = input;
  return Array.from({ length: copies }, () => ({
    ...{ id: uuidFrom(random), group, name, scheduledAt, dueAt, firstAt: dueAt, attempt: 1, target },
  }));
};

/** Keeps the time of each schedule, and tries each invocation until it is taken or given up. */
export const createInvoker = (deps: InvokerDeps) => {
  const { clock, random, store } = deps;
  const [due, tries] = [new Map<string, () => void>(), new Map<string, () => void>()];
  let isClosed = false;

  const attempt = async (invocation: Invocation): Promise<void> => {
    tries.delete(invocation.id);
    const scheduleArn = deps.arnOf(invocation.group, invocation.name);
    const input = renderedInput(invocation.target, invocation, scheduleArn);
    const result = await deps.invoke(invocation, input, scheduleArn);
    if (isClosed) return;
    const dueAt =
      result === 'accepted' ? undefined : againAt(invocation, result.isFinal, clock.now(), random);
    if (dueAt !== undefined) take({ ...invocation, attempt: invocation.attempt + 1, dueAt });
    else {
      if (result !== 'accepted') deps.bury(invocation, input, scheduleArn, result.error);
      store.write({ kind: 'invoked', id: invocation.id });
    }
  };

  const arm = (invocation: Invocation): void =>
    void tries.set(
      invocation.id,
      clock.after(invocation.dueAt - clock.now(), () => void attempt(invocation)),
    );

  const take = (invocation: Invocation): void => {
    store.write({ kind: 'invocation', invocation });
    arm(invocation);
  };

  const fire = (schedule: Schedule, scheduledAt: number): void => {
    const { Name: name, GroupName: group, ActionAfterCompletion, ScheduleExpression } = schedule.input;
    const copies = random() < deps.duplicateProbability ? 2 : 1;
    for (const invocation of invocationsOf(schedule, scheduledAt, copies, clock.now(), random))
      take(invocation);
    changed(group, name, scheduledAt);
    if (ScheduleExpression.startsWith('at(') && ActionAfterCompletion === 'DELETE')
      store.write({ kind: 'schedule-deleted', key: keyOf(group, name) });
  };

  /** Sets the timer of a schedule anew, or takes it away if it is gone or disabled. */
  const changed = (group: string, name: string, after = clock.now()): void => {
    const key = keyOf(group, name);
    due.get(key)?.();
    due.delete(key);
    const schedule = store.schedules.get(key);
    if (schedule === undefined || schedule.input.State === 'DISABLED') return;
    const next = nextOf(schedule, after);
    if (next !== undefined)
      due.set(
        key,
        clock.after(next - clock.now(), () => fire(schedule, next)),
      );
  };

  return {
    changed,
    /** Takes up what was due when the process ended; what fell due meanwhile is skipped, as while a schedule is disabled. */
    resume(): void {
      for (const { input } of store.schedules.values()) changed(input.GroupName, input.Name);
      for (const invocation of store.invocations.values()) arm(invocation);
    },
    close(): void {
      isClosed = true;
      for (const cancel of [...due.values(), ...tries.values()]) cancel();
    },
  };
};
