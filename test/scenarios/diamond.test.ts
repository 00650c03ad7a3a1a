import { describe, expect, it } from 'vitest';
import { planSchema } from '../../contracts/plan.ts';
import { runSeed } from '../simulation/run-seed.ts';
import type { Workload } from '../simulation/workload.ts';
import { plainEstate } from '../simulation/estate.ts';
import { serverId } from '../support/frozen-wave.ts';

const plan = planSchema.parse({
  planId: 'diamond',
  waves: [
    { waveId: 'top', servers: [{ sourceServerId: serverId(1) }] },
    { waveId: 'left', dependsOn: ['top'], servers: [{ sourceServerId: serverId(2) }] },
    { waveId: 'right', dependsOn: ['top'], servers: [{ sourceServerId: serverId(3) }] },
    { waveId: 'joint', dependsOn: ['left', 'right'], servers: [{ sourceServerId: serverId(4) }] },
  ],
});

/** The drawn timings, intervals and interleavings with this plan, asked for once. */
const asDiamond = (drawn: Workload): Workload => ({
  ...drawn,
  plans: [plan],
  estate: plainEstate([plan]),
  requests: [{ requestId: 'once', planId: 'diamond', mode: 'DRILL', atMs: 0, allowDrillOverRecovery: false }],
});

const runs = 200;

describe('diamond', () => {
  it(`starts its joint successor once, after both of its predecessors, over ${runs} random timings`, async () => {
    for (let seed = 1n; seed <= BigInt(runs); seed++) {
      const { lines, violation } = await runSeed(seed, {
        allowed: new Set(),
        keepTrace: true,
        shrink: asDiamond,
      });
      expect(violation).toBeUndefined();
      const launches = lines.filter((line) => line.includes(' job ')).map((line) => line.split(' ').at(-2));
      expect({ seed, launches: [launches[0], launches.slice(1, 3).sort(), launches.slice(3)] }).toEqual({
        seed,
        launches: ['top', ['left', 'right'], ['joint']],
      });
    }
  }, 300_000);
});
