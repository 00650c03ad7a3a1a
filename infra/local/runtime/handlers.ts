import { extname } from 'node:path';
import { functions, functionName } from '../../topology.ts';
import type { LambdaHandler } from '../../simulated-aws/lambda/function.ts';
import { type Variables, within } from './function-environment.ts';

export interface Handlers {
  /** The handler of a function by the function's name; each module is loaded once. */
  load(functionName: string): Promise<LambdaHandler>;
  /** Loads what is not loaded yet, one after the other. A handler that cannot be loaded fails when it is called. */
  warm(): Promise<void>;
}

interface HandlerModule {
  readonly handler: LambdaHandler;
}

const services = new Map(functions.map(({ service }) => [functionName(service), service]));

/** In an installed package handlers are compiled, as this module is. */
const extension = extname(import.meta.url.split('?')[0] ?? '');

let generations = 0;

/**
 * Loads `services/functions/<name>/handler.ts`. A handler reads its environment when its module is evaluated, so each
 * runtime evaluates modules of its own. `variablesOf` says what stands in a function's environment alone.
 */
export const createHandlers = (
  variablesOf: (functionName: string) => Variables | undefined = () => undefined,
): Handlers => {
  const generation = generations++;
  const loaded = new Map<string, Promise<HandlerModule>>();
  const load = async (name: string): Promise<LambdaHandler> => {
    const service = services.get(name);
    if (service === undefined) throw new Error(`There is no service for the function ${name}.`);
    const url = new URL(`../../../services/functions/${service}/handler${extension}`, import.meta.url);
    if (generation > 0) url.searchParams.set('runtime', String(generation));
    const variables = variablesOf(name);
    const module = loaded.get(name) ?? within(variables, () => import(url.href) as Promise<HandlerModule>);
    loaded.set(name, module);
    const { handler } = await module;
    return (event, context) => within(variables, () => handler(event, context));
  };
  return {
    load,
    async warm() {
      for (const name of services.keys()) await load(name).catch(() => undefined);
    },
  };
};
