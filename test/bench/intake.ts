import { createPrng } from '../simulation/prng.ts';
import { runProduct, type ProductRun } from './model/product.ts';
import { median, quantile, round } from './model/quantile.ts';
import { total } from './model/meter.ts';
import { workloadOf, type Workload } from './model/workload.ts';
import type { Bench, Row } from './table.ts';

const sizes = [10, 100, 1_000] as const;
const serversAWave = 10;

/** Independent waves of ten servers, each with a job of about eight minutes. */
const workloadOfSize = (seed: number, servers: number): Workload => {
  const shapes = Array.from({ length: servers / serversAWave }, (_, index) => ({
    waveId: `wave-${index}`,
    dependsOn: [],
    servers: serversAWave,
  }));
  const medians = shapes.map(() => 480_000);
  return workloadOf(createPrng(BigInt(seed)), shapes, medians, 0.2);
};

const intakeCalls = [
  'DescribeSourceServers',
  'DescribeRecoveryInstances',
  'GetLaunchConfiguration',
  'DescribeRecoverySnapshots',
];

const rowsOf = (servers: number, runs: readonly ProductRun[]): readonly Row[] => {
  const seconds = runs.map(({ firstStartMs }) => firstStartMs / 1_000);
  const row = (subject: string, figure: number, unit: string, more: Partial<Row> = {}): Row => ({
    subject: `${servers} servers, ${subject}`,
    figure: round(figure, 1),
    unit,
    kind: 'counted',
    ...more,
  });
  const asked = ({ meter }: ProductRun): number =>
    intakeCalls.reduce((sum, name) => sum + (meter.drsCalls[name] ?? 0), 0);
  return [
    row('from the request to the first StartRecovery, p50', quantile(seconds, 0.5), 's'),
    row('the same, most', Math.max(...seconds), 's'),
    row('calls of DRS that ask about servers', median(runs.map(asked)), 'calls'),
    row('events', median(runs.map(({ meter }) => total(meter.events))), 'events'),
  ];
};

export const bench: Bench = {
  name: 'intake',
  about:
    'What a request waits for before its first wave is launched, every invocation cold, while DRS answers each call in about half a second and refuses none.',
  async run({ quick }) {
    const rows: Row[] = [];
    for (const servers of quick ? sizes.slice(0, 2) : sizes) {
      const runs: ProductRun[] = [];
      for (let seed = 1; seed <= (quick ? 3 : 5); seed++) {
        const workload = workloadOfSize(seed, servers);
        runs.push(await runProduct({ seed: BigInt(seed), workload, keep: 'never', hints: 0.99 }));
      }
      rows.push(...rowsOf(servers, runs));
    }
    return rows;
  },
};
