import { ServiceError } from '../protocols/service-error.ts';
import { type Random, uuidFrom } from '../identifiers.ts';
import type { LocalClock } from '../clock.ts';
import type { EventStore } from './event-store.ts';
import type { DurableExecution, FunctionFault, LambdaFunction } from './function.ts';
import type { Outcome } from './run.ts';

export interface DurableDeps {
  readonly clock: LocalClock;
  readonly store: EventStore;
  readonly random: Random;
  readonly find: (name: string) => LambdaFunction | undefined;
  readonly functionArn: (name: string) => string;
  /** Runs the function now; undefined when its concurrency is used up. */
  readonly run: (fn: LambdaFunction, requestId: string, payload: string) => Promise<Outcome> | undefined;
  /** Called with each status, which Lambda publishes on the default bus. */
  readonly onStatus: (execution: DurableExecution, functionArn: string) => void;
}

export interface DurableExecutions {
  /** Starts one under its name, or gives the one that has the name; one with another payload is an error. */
  start(fn: LambdaFunction, qualifier: string, name: string, payload: string): DurableExecution;
  /** Throws where there is none. */
  get(arn: string): DurableExecution;
  named(fn: LambdaFunction, name: string | undefined): readonly DurableExecution[];
  /** Stopping what has ended changes nothing. */
  stop(arn: string, fault: Omit<FunctionFault, 'trace'> | undefined): DurableExecution;
}

/** When what found no concurrency is run again. */
const laterMs = 1_000;
const timeoutMs = 3_600_000;

const endingOf = (outcome: Outcome): Pick<DurableExecution, 'status' | 'result' | 'fault'> =>
  outcome.ok
    ? { status: 'SUCCEEDED', result: outcome.result }
    : {
        status: 'FAILED',
        fault: { errorType: outcome.fault.errorType, errorMessage: outcome.fault.errorMessage },
      };

/** Lambda's durable executions: each runs its handler once, and once more where a run was cut short. */
export const createDurableExecutions = (deps: DurableDeps): DurableExecutions => {
  const { clock, store } = deps;
  const known = (arn: string): DurableExecution | undefined => store.durable.get(arn);
  const change = (execution: DurableExecution): DurableExecution => {
    store.write({ kind: 'durable', execution });
    deps.onStatus(execution, `${deps.functionArn(execution.functionName)}:${execution.qualifier}`);
    return execution;
  };
  const end = (arn: string, ending: Pick<DurableExecution, 'status' | 'result' | 'fault'>): void => {
    const execution = known(arn);
    if (execution?.status === 'RUNNING') change({ ...execution, ...ending, endedAt: clock.now() });
  };
  const work = async (execution: DurableExecution): Promise<void> => {
    const { arn, functionName, payload } = execution;
    const fn = deps.find(functionName);
    if (fn === undefined || known(arn)?.status !== 'RUNNING') return;
    const running = deps.run(fn, uuidFrom(deps.random), payload);
    if (running === undefined) return void clock.after(laterMs, () => void work(execution));
    const outcome = await running;
    clock.after(fn.durable?.waitsMs ?? 0, () => end(arn, endingOf(outcome)));
  };
  const begin = (execution: DurableExecution): void => {
    const limitMs = deps.find(execution.functionName)?.durable?.timeoutMs ?? timeoutMs;
    clock.after(Math.max(0, execution.startedAt + limitMs - clock.now()), () =>
      end(execution.arn, { status: 'TIMED_OUT' }),
    );
    clock.after(0, () => void work(execution));
  };
  for (const execution of store.durable.values()) if (execution.status === 'RUNNING') begin(execution);

  const get = (arn: string): DurableExecution => {
    const execution = known(arn);
    if (execution === undefined)
      throw new ServiceError('ResourceNotFoundException', `Durable execution not found: ${arn}`, 404);
    return execution;
  };
  return {
    start(fn, qualifier, name, payload) {
      const before = [...store.durable.values()].find(
        (each) => each.functionName === fn.name && each.name === name,
      );
      if (before !== undefined && (before.payload !== payload || before.qualifier !== qualifier))
        throw new ServiceError(
          'DurableExecutionAlreadyStartedException',
          `A durable execution ${name} was started with another payload.`,
          409,
        );
      if (before !== undefined) return before;
      const id = uuidFrom(deps.random);
      const arn = `${deps.functionArn(fn.name)}:$LATEST/durable-execution/${name}/${id}`;
      const execution = change({
        ...{ arn, name, functionName: fn.name, qualifier, payload },
        ...{ status: 'RUNNING', startedAt: clock.now() },
      });
      begin(execution);
      return execution;
    },
    get,
    named: (fn, name) =>
      [...store.durable.values()].filter(
        (each) => each.functionName === fn.name && (name === undefined || each.name === name),
      ),
    stop(arn, fault) {
      get(arn);
      end(arn, { status: 'STOPPED', ...(fault !== undefined && { fault }) });
      return get(arn);
    },
  };
};
