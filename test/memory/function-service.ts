import type { FunctionReader } from '../../services/core/ports/function-reader.ts';
import type {
  DurableExecution,
  FunctionCall,
  FunctionService,
} from '../../services/core/ports/function-service.ts';

/** A function of a model. */
export interface FunctionModel {
  readonly isDurable?: true;
  readonly qualifiers?: readonly string[];
  /** Of what a run gives, counted from 1; it throws where the run fails. */
  readonly run: (payload: unknown, count: number) => unknown;
  /** How long a durable execution lasts, in ms. Default: 0. */
  readonly lastsMs?: number;
}

interface Execution {
  readonly arn: string;
  readonly functionName: string;
  readonly name: string;
  readonly payload: string;
  readonly startedAt: number;
  readonly end: DurableExecution;
  stopped?: string;
}

/** Lambda of a model, the same in every place. */
export const createMemoryFunctionService = (
  clock: { now(): number },
  functions: Readonly<Record<string, FunctionModel>>,
) => {
  const handed: FunctionCall[] = [];
  const executions: Execution[] = [];
  const counts = new Map<string, number>();

  const find = (functionName: string): FunctionModel | undefined => {
    const [name = '', qualifier] = functionName.split(':');
    const found = Object.hasOwn(functions, name) ? functions[name] : undefined;
    const has = qualifier === undefined || qualifier === '$LATEST' || found?.qualifiers?.includes(qualifier);
    return has === true ? found : undefined;
  };
  const missing = (functionName: string) => ({
    status: 'refused' as const,
    message: `there is no function ${functionName}`,
  });
  const run = ({ functionName, payload }: FunctionCall, { run: work }: FunctionModel): unknown => {
    const count = (counts.get(functionName) ?? 0) + 1;
    counts.set(functionName, count);
    return work(JSON.parse(payload), count);
  };
  const endOf = (call: FunctionCall, fn: FunctionModel): DurableExecution => {
    try {
      return {
        ...{ status: 'succeeded', lambdaStatus: 'SUCCEEDED' },
        result: JSON.stringify(run(call, fn) ?? null),
      };
    } catch (error) {
      return { status: 'failed', lambdaStatus: 'FAILED', failure: String(error) };
    }
  };

  const service: FunctionService = {
    async handOver(_target, call) {
      const fn = find(call.functionName);
      if (fn === undefined) return missing(call.functionName);
      handed.push(call);
      return { status: 'accepted' };
    },
    async poll(_target, call) {
      const fn = find(call.functionName);
      if (fn === undefined) return missing(call.functionName);
      try {
        return { status: 'done', result: JSON.stringify(run(call, fn) ?? null) };
      } catch (error) {
        return { status: 'not-yet', message: error instanceof Error ? error.message : String(error) };
      }
    },
    async startDurable(_target, call, name) {
      const fn = find(call.functionName);
      if (fn?.isDurable === undefined) return missing(call.functionName);
      if (!call.functionName.includes(':'))
        return { status: 'refused', message: `${call.functionName} names no version` };
      const known = executions.find((each) => each.name === name);
      if (known !== undefined)
        return known.payload === call.payload
          ? { status: 'started', durableExecutionArn: known.arn }
          : { status: 'used', message: `${name} was started with another payload` };
      const arn = `arn:aws:lambda:eu-west-1:111122223333:function:${call.functionName}/durable-execution/${name}/1`;
      executions.push({ arn, name, ...call, startedAt: clock.now(), end: endOf(call, fn) });
      return { status: 'started', durableExecutionArn: arn };
    },
    async findDurable(_target, functionName, name) {
      return executions.find((each) => each.functionName === functionName && each.name === name)?.arn;
    },
    async describeDurable(_target, arn) {
      const execution = executions.find((each) => each.arn === arn);
      if (execution === undefined) return undefined;
      const { stopped, startedAt, functionName, end } = execution;
      if (stopped !== undefined)
        return { status: 'failed', lambdaStatus: 'STOPPED', failure: `Stopped: ${stopped}` };
      const isOver = clock.now() >= startedAt + (find(functionName)?.lastsMs ?? 0);
      return isOver ? end : { status: 'running', lambdaStatus: 'RUNNING' };
    },
    async stopDurable(_target, arn, reason) {
      const execution = executions.find((each) => each.arn === arn);
      if (execution === undefined || execution.stopped !== undefined) return;
      const isOver = clock.now() >= execution.startedAt + (find(execution.functionName)?.lastsMs ?? 0);
      if (!isOver) execution.stopped = reason;
    },
  };
  const reader: FunctionReader = {
    async read(_target, functionName) {
      const fn = find(functionName);
      return fn === undefined
        ? { status: 'missing', message: 'the model has none of this name' }
        : { status: 'found', state: 'Active', isDurable: fn.isDurable === true };
    },
  };
  return { service, reader, handed, executions };
};

/** Of a model that has no function. */
export const noFunctions = createMemoryFunctionService({ now: () => 0 }, {});
