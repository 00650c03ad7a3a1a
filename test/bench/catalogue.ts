import { bundled } from './bundled.ts';
import type { Bench } from './table.ts';

/** Every table, in the order in which they are measured: what needs a quiet machine comes first. */
export const benches: Readonly<Record<string, () => Promise<{ readonly bench: Bench }>>> = {
  kernel: () => bundled('kernel'),
  engine: () => bundled('engine'),
  'seed-replay': () => import('./seed-replay.ts'),
  'no-hints': () => import('./no-hints.ts'),
  'fault-tax': () => import('./fault-tax.ts'),
  calls: () => import('./calls.ts'),
  replay: () => import('./replay.ts'),
  graph: () => import('./graph.ts'),
  intake: () => import('./intake.ts'),
  saturation: () => import('./saturation.ts'),
  cost: () => import('./cost.ts'),
  size: () => import('./size.ts'),
  embedded: () => import('./embedded.ts'),
  'cold-start': () => import('./cold-start.ts'),
};

/** Tables that count in virtual time alone: a quick run of them takes seconds, and its figures are held by a test. */
export const quickTables = [
  'seed-replay',
  'no-hints',
  'fault-tax',
  'calls',
  'graph',
  'intake',
  'saturation',
  'cost',
  'size',
] as const;
