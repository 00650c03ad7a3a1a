import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { EmbeddedLoad } from './model/embedded-load.ts';
import { quantile, round } from './model/quantile.ts';
import type { Bench, Row } from './table.ts';

const script = join(import.meta.dirname, 'model/embedded-load.ts');

/** In a process of its own, so that its memory is its own and that it can be ended. */
const measure = (lanes: number, seconds: number): EmbeddedLoad => {
  const args = ['--import', 'tsx', script, String(lanes), String(seconds)];
  const text = execFileSync(process.execPath, args, {
    encoding: 'utf8',
    timeout: 120_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  // Only embedded-load.ts writes it.
  return JSON.parse(text) as EmbeddedLoad;
};

const row = (subject: string, figure: number, unit: string, more: Partial<Row> = {}): Row => ({
  subject,
  figure,
  unit,
  kind: 'timed',
  ...more,
});

export const bench: Bench = {
  name: 'embedded',
  about:
    'The embedded runtime on one thread, state on disk, every call of the services over loopback HTTP, under executions of three waves of two servers whose jobs take three seconds: each is asked for as soon as the one before it in its account is over.',
  async run({ quick }) {
    const lanes = quick ? 4 : 12;
    const load = measure(lanes, quick ? 32 : 35);
    const speed = row(`executions, ${lanes} at once`, round(load.completed / load.seconds, 2), '/s', {
      better: 'more',
    });
    // Nothing can be said of an execution on a machine that was too busy for one.
    if (load.completed === 0) return [speed];
    const runs = Object.entries(load.runsMs).toSorted(([a], [b]) => a.localeCompare(b));
    return [
      speed,
      row('CPU an execution', round((1_000 * load.cpuSeconds) / load.completed, 0), 'ms'),
      row('hop over the bus, p50', quantile(load.hopsMs, 0.5), 'ms'),
      row('hop over the bus, p99', quantile(load.hopsMs, 0.99), 'ms'),
      ...runs.map(([name, times]) =>
        row(`${name}, p99`, quantile(times, 0.99), 'ms', {
          baselines: [
            { name: 'p50', figure: quantile(times, 0.5) },
            { name: 'runs an execution', figure: round(times.length / load.completed, 1) },
          ],
        }),
      ),
      row('failed runs', load.failedRuns, 'runs'),
      row('memory, the most', round(load.peakBytes / 1_048_576, 0), 'MiB'),
      ...Object.entries(load.shares)
        .toSorted(([, a], [, b]) => b - a)
        .map(([origin, share]) => row(`CPU time in ${origin}`, round(100 * share, 1), '%')),
    ];
  },
};
