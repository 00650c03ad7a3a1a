import type { Bench, Row } from './table.ts';
import { createDeployment, type Cost } from '../support/memory-deployment.ts';
import { wideModel, widePlan } from '../support/wide-plans.ts';

const hour = 3_600_000;
const sizes = [
  [10, 50],
  [50, 250],
  [200, 1_000],
] as const;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** Runs a plan in layers of ten waves, each after the one before it, to its end. */
export const runLayers = async (waves: number, servers: number) => {
  const deployment = createDeployment({ model: wideModel(servers) });
  const plan = widePlan(waves, servers, (wave) => (wave < 10 ? [] : [wave - 10]));
  const executionId = await deployment.request(plan);
  const execution = await deployment.run(executionId, 48 * hour);
  const records = [...deployment.largest()].map(([kind, bytes]) => ({ kind, bytes }));
  return { execution, records, costs: deployment.costs, failures: deployment.failures };
};

/** What it costs to conclude a wave and start its successors. */
export const decisions = (costs: readonly Cost[]): readonly Cost[] =>
  costs.filter(
    ({ service, type, writes }) =>
      service === 'advance-execution' && type === 'ServerLaunchesEnded' && writes > 0,
  );

const rowsOf = async (waves: number, servers: number): Promise<readonly Row[]> => {
  const { costs, records } = await runLayers(waves, servers);
  const decided = decisions(costs);
  const of = `${servers} servers in ${waves} waves`;
  const counted = (subject: string, figure: number, unit: string, more: Partial<Row> = {}): Row => ({
    subject: `${of}, ${subject}`,
    figure,
    unit,
    kind: 'counted',
    ...more,
  });
  return [
    counted(
      'calls of the table per decision',
      median(decided.map(({ reads, writes }) => reads + writes)),
      'calls',
    ),
    counted('written per decision', median(decided.map(({ bytesWritten }) => bytesWritten)), 'bytes'),
    counted(
      'all calls of the table per server',
      Math.round(costs.reduce((sum, { reads, writes }) => sum + reads + writes, 0) / servers),
      'calls',
    ),
    counted('largest item', Math.max(...records.map(({ bytes }) => bytes)), 'bytes', {
      target: { atMost: 100_000 },
    }),
    {
      subject: `${of}, time per decision`,
      figure: median(decided.map(({ cpuMs }) => cpuMs)),
      unit: 'ms',
      kind: 'timed',
      target: { atMost: 5 },
    },
  ];
};

export const bench: Bench = {
  name: 'size',
  about:
    'A decision is one delivery that concludes a wave and starts its successor, in plans of layers of ten waves over memory twins in virtual time.',
  async run({ quick }) {
    const rows: Row[] = [];
    for (const [waves, servers] of quick ? sizes.slice(0, 1) : sizes)
      rows.push(...(await rowsOf(waves, servers)));
    return rows;
  },
};
