import { AsyncLocalStorage } from 'node:async_hooks';

export type Variables = Readonly<Record<string, string>>;

const current = new AsyncLocalStorage<Variables>();

/** Runs the work with these variables in its environment, before all that the process itself has. */
export const within = <T>(variables: Variables | undefined, work: () => T): T =>
  variables === undefined ? work() : current.run(variables, work);

const own = (name: string | symbol): string | undefined => {
  const variables = current.getStore();
  return variables !== undefined && typeof name === 'string' && Object.hasOwn(variables, name)
    ? variables[name]
    : undefined;
};

/**
 * On Lambda each function is a process with an environment, and credentials, of its own. Here all run in one: the
 * environment of this process answers each by the run that asks. Returns how to put it back as it was.
 */
export const divideEnvironment = (): (() => void) => {
  const whole = process.env;
  process.env = new Proxy(whole, {
    get: (target, name): unknown => own(name) ?? Reflect.get(target, name),
    has: (target, name) => own(name) !== undefined || Reflect.has(target, name),
    ownKeys: (target) => [...new Set([...Reflect.ownKeys(target), ...Object.keys(current.getStore() ?? {})])],
    getOwnPropertyDescriptor(target, name) {
      const value = own(name);
      if (value === undefined) return Reflect.getOwnPropertyDescriptor(target, name);
      return { value, writable: true, enumerable: true, configurable: true };
    },
    set: (target, name, value) => Reflect.set(target, name, value),
  });
  return () => {
    process.env = whole;
  };
};
