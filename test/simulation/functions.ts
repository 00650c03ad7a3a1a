import type { TaskRequested } from '../../contracts/task-events.ts';
import type { taskEvent } from '../../contracts/tasks.ts';
import type {
  DurableExecution,
  DurableStart,
  FunctionCall,
  HandedOver,
  PollAnswer,
} from '../../services/core/ports/function-service.ts';
import { Unavailable } from './luck.ts';
import type { Prng } from './prng.ts';

interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly payload: string;
  readonly startedAt: number;
  readonly endsAt: number;
  readonly end: 'succeeded' | 'failed';
  stoppedAt: number;
  /** Whether Lambda was ever asked to stop it. */
  isToStop: boolean;
}

export interface FunctionsDeps {
  readonly prng: Prng;
  readonly now: () => number;
  readonly isStrange: () => boolean;
  readonly isBusy: () => boolean;
  /** A worker hears of a task. */
  readonly onTask: (task: TaskRequested) => void;
  readonly onEnd: (name: string, delayMs: number) => void;
  readonly fail: (invariant: string, what: string) => void;
  readonly hit: (path: string) => void;
}

/** What a function without a task is told, as far as its action is named in it. */
export interface Invocation {
  readonly idempotencyKey: string;
  readonly executionId: string;
  readonly waveId: string;
  readonly attempt: number;
  readonly stage: 'before' | 'after' | 'onFailure' | 'onCancel';
  readonly actionId: string;
  readonly tryNumber: number;
}
/** The task with which a function is invoked that is to report on it. */
export const taskIn = (payload: string): TaskRequested =>
  (JSON.parse(payload) as ReturnType<typeof taskEvent>).detail.data;
const invocationIn = (payload: string): Invocation => JSON.parse(payload) as Invocation;

/** Lambda's list may lag behind its starts. */
const listLagMs = 20_000;

/** Lambda: what is accepted may run twice, an answer may be lost, and a durable name means one execution for ever. */
export const createFunctions = ({
  prng,
  now,
  isStrange,
  isBusy,
  onTask,
  onEnd,
  fail,
  hit,
}: FunctionsDeps) => {
  const executions = new Map<string, Execution>();
  /** By the key of a polled action: when its function will be done. */
  const doneAt = new Map<string, number>();
  const said = new Set<string>();

  const later = { status: 'later', message: 'Rate Exceeded.' } as const;
  const lost = { status: 'later', message: 'the answer was lost' } as const;
  const endOf = ({ stoppedAt, endsAt }: Execution): number => Math.min(stoppedAt, endsAt);

  return {
    handOver({ payload }: FunctionCall): HandedOver {
      if (isBusy()) return later;
      onTask(taskIn(payload));
      // Lambda runs what it has accepted at least once.
      if (isStrange()) onTask(taskIn(payload));
      return isStrange() ? lost : { status: 'accepted' };
    },
    poll({ payload }: FunctionCall): PollAnswer {
      if (isBusy()) return later;
      const { idempotencyKey: key } = invocationIn(payload);
      if (!doneAt.has(key))
        doneAt.set(key, now() + prng.pick([0, 20_000, 200_000, 3_600_000]) * (0.5 + prng.float()));
      if (now() < (doneAt.get(key) ?? 0)) return { status: 'not-yet', message: 'not yet' };
      if (isStrange()) return { status: 'not-yet', message: 'it did not answer' };
      said.add(key);
      return { status: 'done', result: '"done"' };
    },
    startDurable({ payload }: FunctionCall, name: string): DurableStart {
      if (isBusy()) return later;
      const known = executions.get(name);
      if (known !== undefined) {
        hit('durable execution started again under its name');
        if (known.payload !== payload) fail('S36', `durable execution ${name} came with another payload`);
        return { status: 'started', durableExecutionArn: known.arn };
      }
      const lastsMs = prng.pick([500, 30_000, 120_000, 20 * 60_000]) * (0.5 + prng.float());
      const execution: Execution = {
        ...{ arn: `durable-${name}`, name, payload, stoppedAt: Infinity, isToStop: false },
        startedAt: now(),
        endsAt: now() + lastsMs,
        end: prng.chance(0.6) ? 'succeeded' : 'failed',
      };
      executions.set(name, execution);
      onEnd(name, lastsMs);
      // Of few starts is so much to be learned: their answers are lost twice as often as others.
      return isStrange() || isStrange() ? lost : { status: 'started', durableExecutionArn: execution.arn };
    },
    find(name: string): string | undefined {
      if (isBusy()) throw new Unavailable('Lambda does not answer');
      const execution = executions.get(name);
      if (execution !== undefined && now() - execution.startedAt < listLagMs && prng.chance(0.8))
        return undefined;
      if (execution !== undefined) hit('durable execution found under its name');
      return execution?.arn;
    },
    describe(arn: string): DurableExecution | undefined {
      if (isBusy()) throw new Unavailable('Lambda does not answer');
      const execution = [...executions.values()].find((each) => each.arn === arn);
      if (execution === undefined) return undefined;
      if (execution.stoppedAt < execution.endsAt) return { status: 'failed', lambdaStatus: 'STOPPED' };
      return now() < execution.endsAt
        ? { status: 'running', lambdaStatus: 'RUNNING' }
        : { status: execution.end, lambdaStatus: execution.end.toUpperCase() };
    },
    stop(arn: string): void {
      const execution = [...executions.values()].find((each) => each.arn === arn);
      if (execution !== undefined) execution.isToStop = true;
      if (isBusy()) throw new Unavailable('Lambda does not answer');
      if (execution === undefined || now() >= endOf(execution)) return;
      hit('durable execution stopped');
      execution.stoppedAt = now();
    },
    /** Whether a polled function has returned. */
    hasReturned: (key: string): boolean => said.has(key),
    executionOf: (name: string): Execution | undefined => executions.get(name),
  };
};
export type Functions = ReturnType<typeof createFunctions>;
