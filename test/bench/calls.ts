import { total } from './model/meter.ts';
import { median, round } from './model/quantile.ts';
import { polling } from './model/polling.ts';
import { replayProduct, workloadOfSeed } from './model/replay.ts';
import { waitLoop } from './model/state-machine.ts';
import type { Bench, Row, Target } from './table.ts';

const waves = 3;
/** DRS is asked about all servers once, before anything starts; that belongs to no wave. */
const intakeCalls = new Set(['DescribeSourceServers', 'DescribeRecoveryInstances', 'GetLaunchConfiguration']);

export const bench: Bench = {
  name: 'calls',
  about:
    "Per wave of the analysis's plan, all services together: calls of DRS, events on the bus, DynamoDB write units.",
  async run({ quick }) {
    const seeds = quick ? 20 : 200;
    const runs = await replayProduct(seeds, { keep: 'never', hints: 0.99, learnedOf: 1 });
    const first = await replayProduct(seeds, { keep: 'never', hints: 0.99 });
    const perWave = (of: readonly number[]): number => round(median(of) / waves, 1);
    const row = (subject: string, figure: number, target?: Target, more: Partial<Row> = {}): Row => ({
      subject,
      figure,
      unit: 'a wave',
      kind: 'counted',
      ...(target && { target }),
      ...more,
    });
    const drs = (of: typeof runs): number =>
      perWave(
        of.map(({ meter }) =>
          Object.entries(meter.drsCalls)
            .filter(([name]) => !intakeCalls.has(name))
            .reduce((sum, [, calls]) => sum + calls, 0),
        ),
      );
    const designCalls = (design: ReturnType<typeof polling>): number =>
      perWave(
        Array.from(
          { length: seeds },
          (_, index) =>
            design.run({ seed: BigInt(index), workload: workloadOfSeed(index + 1), keep: 'never' }).drsCalls,
        ),
      );
    const others = [polling(15_000), waitLoop(15_000)].map((design) => ({
      name: design.name,
      figure: designCalls(design),
    }));
    return [
      row('DRS calls', drs(runs), { atMost: 8 }, { baselines: others }),
      row('DRS calls, first execution of the plan', drs(first)),
      row('DRS calls of the intake, an execution', intakeOf(runs), undefined, { unit: 'calls' }),
      row('events', perWave(runs.map(({ meter }) => total(meter.events))), { atMost: 6 }),
      row('write units', perWave(runs.map(({ meter }) => meter.writeUnits)), { atMost: 30 }),
      row('read units', perWave(runs.map(({ meter }) => meter.readUnits))),
      row('invocations', perWave(runs.map(({ meter }) => meter.invocations))),
    ];
  },
};

const intakeOf = (runs: Awaited<ReturnType<typeof replayProduct>>): number =>
  median(
    runs.map(({ meter }) => [...intakeCalls].reduce((sum, name) => sum + (meter.drsCalls[name] ?? 0), 0)),
  );
