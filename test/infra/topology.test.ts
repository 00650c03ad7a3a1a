import { describe, expect, it } from 'vitest';
import { busName, functions, rulesOf, stateTable } from '../../infra/topology.ts';
import { defaultConnection } from '../../services/cli/connection.ts';
import { serviceNames } from '../../services/ports/timers.ts';

describe('topology', () => {
  it('gives every service that a timer can wake a queue', () => {
    const queued = functions.filter(({ hasTimers }) => hasTimers).map(({ service }) => service);
    expect(serviceNames.filter((name) => !queued.includes(name))).toEqual([]);
  });

  it('wakes no acting function by a replayed event', () => {
    const patterns = functions
      .filter(({ events }) => Array.isArray(events))
      .flatMap((fn) => rulesOf(fn))
      .flatMap(({ pattern }) => (pattern === undefined ? [] : [pattern]));
    expect(patterns.length).toBeGreaterThan(5);
    for (const pattern of patterns) expect(pattern['replay-name']).toEqual([{ exists: false }]);
  });

  it('names what the command line looks for by default', () => {
    expect(defaultConnection).toMatchObject({ bus: busName, table: stateTable.name });
  });
});
