import { type Random, uuidFrom } from '../identifiers.ts';
import type { Journal } from '../journal.ts';
import { openScope } from '../scope.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { LocalService } from '../wire.ts';
import { type AsyncDeps, createAsyncInvocations } from './async-invocations.ts';
import { createDurableExecutions, type DurableDeps } from './durable-execution.ts';
import { createEventStore, type EventStore, type LambdaRecord, type PendingEvent } from './event-store.ts';
import { FunctionError, functionNameOf, type LambdaFunction } from './function.ts';
import { arnOf, type Outcome, type RunDeps, runFunction } from './run.ts';
import { lambdaService, type ReservedConcurrency } from './service.ts';

export interface LambdaHostOptions extends RunDeps, Pick<AsyncDeps, 'onFailure'> {
  /** Called with each status of a durable execution. Default: nothing is done. */
  readonly onStatus?: DurableDeps['onStatus'];
  readonly journal: Journal<LambdaRecord>;
  readonly random: Random;
  readonly functions: readonly LambdaFunction[];
  /** Concurrent executions of the account. Default: 1,000. */
  readonly accountConcurrency?: number | undefined;
}

export interface LambdaHost {
  readonly service: LocalService;
  /** Accepts an event and returns its request id; it is carried to its end, through restarts. */
  invokeAsync(functionArn: string, payload: unknown): string;
  /** Runs the function and gives its result; throws FunctionError, or ServiceError when it cannot run. */
  invoke(functionArn: string, payload: unknown): Promise<unknown>;
  /** Starts nothing more that waits for its time, and writes nothing more. The journal stays open. */
  close(): void;
}

/** "Lambda quotas": the concurrent executions of an account that has used Lambda for a while. */
const accountConcurrency = 1_000;

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, each) => total + each, 0);

/**
 * Counts the runs of each function, and refuses one beyond what is reserved for it; functions without a reservation
 * share what is left of the account.
 */
const createConcurrency = (reserved: ReadonlyMap<string, number>, accountMax: number) => {
  const running = new Map<string, number>();
  const change = (name: string, by: 1 | -1): void => void running.set(name, (running.get(name) ?? 0) + by);
  const isFull = ({ name, concurrencyMax }: LambdaFunction): boolean => {
    const own = reserved.get(name) ?? concurrencyMax;
    if (own !== undefined) return (running.get(name) ?? 0) >= own;
    const shared = [...running].filter(([each]) => !reserved.has(each)).map(([, count]) => count);
    return sum(shared) >= accountMax - sum(reserved.values());
  };
  return <T>(fn: LambdaFunction, work: () => Promise<T>): Promise<T> | undefined => {
    if (isFull(fn)) return undefined;
    change(fn.name, 1);
    return work().finally(() => change(fn.name, -1));
  };
};

/** What is reserved for functions, as the API sees and changes it. */
const reservedConcurrency = (
  store: EventStore,
  accountMax: number = accountConcurrency,
): ReservedConcurrency => ({
  accountMax,
  all: () => store.reserved,
  reserve: (name, concurrency) =>
    store.write({
      ...{ kind: 'reserved', functionName: name },
      ...(concurrency !== undefined && { concurrency }),
    }),
});

/** The name of a function; one of another Region is not reached. */
const nameWithin = (region: string, nameOrArn: string): string => {
  const named = nameOrArn.startsWith('arn:') ? nameOrArn.split(':')[3] : region;
  if (named !== region)
    throw new ServiceError(
      'ResourceNotFoundException',
      `Functions from '${named}' are not reachable in this region ('${region}')`,
      404,
    );
  return functionNameOf(nameOrArn);
};

const functionNamedBy =
  (place: Pick<RunDeps, 'account' | 'region'>, find: (name: string) => LambdaFunction | undefined) =>
  (nameOrArn: string): LambdaFunction => {
    const name = nameWithin(place.region, nameOrArn);
    const fn = find(name);
    if (fn === undefined)
      throw new ServiceError('ResourceNotFoundException', `Function not found: ${arnOf(place, name)}`, 404);
    return fn;
  };

/** The functions of one account and Region, run in this process. */
export const createLambdaHost = (options: LambdaHostOptions): LambdaHost => {
  const { random, functions, onFailure } = options;
  const { clock, journal, close } = openScope(options.clock, options.journal);
  const store = createEventStore(journal);
  const accountMax = options.accountConcurrency ?? accountConcurrency;
  const withinConcurrency = createConcurrency(store.reserved, accountMax);

  const find = (name: string): LambdaFunction | undefined => functions.find((fn) => fn.name === name);
  const functionNamed = functionNamedBy(options, find);
  const run = (fn: LambdaFunction, requestId: string, payload: string): Promise<Outcome> | undefined =>
    withinConcurrency(fn, () => runFunction({ ...options, clock }, fn, requestId, payload));
  const schedule = createAsyncInvocations({
    clock,
    store,
    random,
    run,
    find,
    onFailure,
    functionArn: (name) => arnOf(options, name),
  });

  const durable = createDurableExecutions({
    ...{ clock, store, random, run, find },
    functionArn: (name) => arnOf(options, name),
    onStatus: options.onStatus ?? (() => undefined),
  });

  const invoke = async (fn: LambdaFunction, payload: string): Promise<Outcome> => {
    const running = run(fn, uuidFrom(random), payload);
    if (running === undefined) throw new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429);
    return running;
  };
  const invokeAsync = (fn: LambdaFunction, payload: string): string => {
    const now = clock.now();
    const requestId = uuidFrom(random);
    const event: PendingEvent = {
      requestId,
      functionName: fn.name,
      payload,
      acceptedAt: now,
      dueAt: now,
      attempts: 0,
      throttles: 0,
    };
    store.write({ kind: 'accepted', event });
    schedule(event);
    return requestId;
  };

  return {
    close,
    service: lambdaService({
      functions,
      functionNamed,
      invoke,
      invokeAsync,
      durable,
      functionArn: (name) => arnOf(options, name),
      concurrency: reservedConcurrency(store, options.accountConcurrency),
    }),
    invokeAsync: (functionArn, payload) => invokeAsync(functionNamed(functionArn), JSON.stringify(payload)),
    async invoke(functionArn, payload) {
      const fn = functionNamed(functionArn);
      const outcome = await invoke(fn, JSON.stringify(payload));
      if (!outcome.ok) throw new FunctionError(fn.name, outcome.fault);
      return outcome.result;
    },
  };
};
