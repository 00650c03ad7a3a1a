import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { addCounts, type Counts } from './coverage.ts';
import type { FaultKind } from './faults.ts';
import type { Violation } from './invariants.ts';

const root = resolve(import.meta.dirname, '../..');

/** What a worker is asked to run, and what it answers. */
export interface Batch {
  readonly from: string;
  readonly count: number;
  readonly faults: readonly FaultKind[];
  readonly mutant?: string;
}
export interface BatchResult {
  readonly ran: number;
  readonly found?: { readonly seed: string; readonly violation: Violation };
  readonly runs: number;
  readonly simulatedMs: number;
  readonly counts: Counts;
  readonly injected: Counts;
}

export interface Campaign {
  readonly from: bigint;
  readonly seeds: number;
  readonly faults: readonly FaultKind[];
  readonly mutant?: string;
  /** No new batch is begun after this, in ms of the wall clock. */
  readonly budgetMs?: number;
  readonly onProgress?: (total: Total) => void;
}
export interface Total {
  seeds: number;
  runs: number;
  simulatedMs: number;
  cpuMs: number;
  wallMs: number;
  readonly counts: Counts;
  readonly injected: Counts;
  /** The violation of the lowest seed that was found. */
  found?: NonNullable<BatchResult['found']>;
}

/** Workers run one bundle: loading and compiling the sources in each of them would take longer than the seeds. */
export const bundleWorker = async (): Promise<string> => {
  const directory = join(root, 'node_modules/.cache/groundswell-simulation');
  mkdirSync(directory, { recursive: true });
  const outfile = join(directory, `worker-${process.pid}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, 'worker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  return outfile;
};

const batchSize = 25;

/** Runs seeds one after the other on all cores, until all are run, the time is up, or one is violated. */
export const runCampaign = async (bundle: string, campaign: Campaign): Promise<Total> => {
  const total: Total = { seeds: 0, runs: 0, simulatedMs: 0, cpuMs: 0, wallMs: 0, counts: {}, injected: {} };
  const begun = performance.now();
  const cpuBegun = process.cpuUsage();
  let given = 0;
  const next = (): Batch | undefined => {
    const isOver = performance.now() - begun > (campaign.budgetMs ?? Infinity);
    if (given >= campaign.seeds || total.found !== undefined || isOver) return undefined;
    const count = Math.min(batchSize, campaign.seeds - given);
    const from = (campaign.from + BigInt(given)).toString();
    given += count;
    const { faults, mutant } = campaign;
    return { from, count, faults, ...(mutant !== undefined && { mutant }) };
  };
  const take = (result: BatchResult): void => {
    total.seeds += result.ran;
    total.runs += result.runs;
    total.simulatedMs += result.simulatedMs;
    total.wallMs = performance.now() - begun;
    total.cpuMs = process.cpuUsage(cpuBegun).user / 1_000;
    addCounts(total.counts, result.counts);
    addCounts(total.injected, result.injected);
    const { found } = result;
    if (found !== undefined && (total.found === undefined || BigInt(found.seed) < BigInt(total.found.seed)))
      total.found = found;
    campaign.onProgress?.(total);
  };
  const work = (): Promise<void> =>
    new Promise((done, failed) => {
      const worker = new Worker(bundle, { execArgv: [] });
      const give = (): void => {
        const batch = next();
        if (batch === undefined) void worker.terminate().then(() => done());
        else worker.postMessage(batch);
      };
      worker.on('message', (result: BatchResult) => {
        take(result);
        give();
      });
      worker.on('error', failed);
      give();
    });
  await Promise.all(
    Array.from({ length: Math.min(availableParallelism(), Math.ceil(campaign.seeds / batchSize)) }, work),
  );
  total.wallMs = performance.now() - begun;
  return total;
};
