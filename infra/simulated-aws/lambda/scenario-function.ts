import { parseJsonPath, valueAt } from '../eventbridge/json-path.ts';
import type { LocalClock } from '../clock.ts';
import type { SimulatedFunction } from './function.ts';
import type { ScenarioFunction } from './scenario.ts';

export type PutEvent = (event: {
  readonly bus: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
}) => void;

/** The same with what the payload has at the paths that stand in it. */
const filledIn = (value: unknown, payload: unknown): unknown => {
  if (Array.isArray(value)) return value.map((each) => filledIn(each, payload));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filledIn(each, payload)]));
  const path = typeof value === 'string' && value.startsWith('$.') ? parseJsonPath(value) : undefined;
  return path === undefined ? value : valueAt(path, payload);
};

/** A function that does what a scenario says. It returns at once: while a function runs, time passes slowly. */
export const scenarioFunction = (
  { name, qualifiers, durable, lastsSeconds, failures, puts }: ScenarioFunction,
  clock: LocalClock,
  put: PutEvent,
): SimulatedFunction => {
  let runs = 0;
  const lastsMs = lastsSeconds * 1_000;
  return {
    ...{ name, qualifiers, timeoutMs: 30_000 },
    ...(durable && { durable: { waitsMs: lastsMs } }),
    load: async () => async (payload) => {
      runs += 1;
      if (runs <= failures) throw new Error(`invocation ${runs} fails, as the scenario says`);
      if (puts !== undefined)
        clock.after(lastsMs, () => put({ ...puts, detail: filledIn(puts.detail, payload) }));
      return { done: true };
    },
  };
};
