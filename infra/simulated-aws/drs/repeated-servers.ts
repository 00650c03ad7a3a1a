import type * as z from 'zod';
import type { ServerScenario } from './scenario-servers.ts';

/** The first server of each name or id, by its place in the list. */
const claimed = (taken: Map<string, number>, value: string, index: number): number | undefined => {
  const first = taken.get(value);
  if (first === undefined) taken.set(value, index);
  return first;
};

/** Says of each entry that repeats a name or an id which other one has it. */
export const refuseRepeatedServers = (servers: readonly ServerScenario[], context: z.RefinementCtx): void => {
  const names = new Map<string, number>();
  const ids = new Map<string, number>();
  const refuse = (index: number, field: 'name' | 'id', message: string): void =>
    context.addIssue({ code: 'custom', path: [index, field], message });
  for (const [index, { name, id, count }] of servers.entries()) {
    if (count > 1 && !name.includes('{n}')) refuse(index, 'name', 'a name with {n} where count is above 1');
    const expanded = Array.from({ length: count }, (_, at) => name.replaceAll('{n}', String(at + 1)));
    const first = [...new Set(expanded)]
      .map((each) => claimed(names, each, index))
      .find((at) => at !== undefined);
    if (first !== undefined) refuse(index, 'name', `a name of its own; servers[${first}] has it too`);
    if (id === undefined) continue;
    if (count > 1) refuse(index, 'id', 'an id only where count is 1');
    const before = claimed(ids, id, index);
    if (before !== undefined) refuse(index, 'id', `an id of its own; servers[${before}] has it too`);
  }
};
