import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
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
  /** The only invariant whose violations count; every one by default. */
  readonly invariant?: string;
  /** A failback of each seed, and nothing else. */
  readonly failbackOnly?: boolean;
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
  readonly invariant?: string;
  readonly failbackOnly?: boolean;
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
const bundleWorker = async (): Promise<string> => {
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

/**
 * A function is optimised after so much of its bytecode has run, in bytes; V8's default is 132 KB. Half of a core went
 * to optimising what the next seed's other shapes made V8 throw away; later it knows more of them. Measured over 3,000
 * seeds: 157 s of processor time by default, 118 s with this, and no less with three times as much.
 */
setFlagsFromString('--interrupt-budget=1000000');

const batchSize = 25;

/** Threads that run seeds: they keep what they have loaded and compiled from one campaign to the next. */
export interface Crew {
  /** Runs seeds one after the other on all cores, until all are run, the time is up, or one is violated. */
  readonly run: (campaign: Campaign) => Promise<Total>;
  readonly leave: () => Promise<void>;
}

/** The batches of a campaign, and what has come of them so far. */
const openCampaign = (campaign: Campaign) => {
  const total: Total = { seeds: 0, runs: 0, simulatedMs: 0, cpuMs: 0, wallMs: 0, counts: {}, injected: {} };
  const begun = performance.now();
  const cpuBegun = process.cpuUsage();
  let given = 0;
  return {
    total,
    next: (): Batch | undefined => {
      const isOver = performance.now() - begun > (campaign.budgetMs ?? Infinity);
      if (given >= campaign.seeds || total.found !== undefined || isOver) return undefined;
      const count = Math.min(batchSize, campaign.seeds - given);
      const from = (campaign.from + BigInt(given)).toString();
      given += count;
      const { faults, mutant, invariant, failbackOnly = false } = campaign;
      return {
        ...{ from, count, faults, failbackOnly },
        ...(mutant !== undefined && { mutant }),
        ...(invariant !== undefined && { invariant }),
      };
    },
    take: ({ ran, runs, simulatedMs, counts, injected, found }: BatchResult): void => {
      total.seeds += ran;
      total.runs += runs;
      total.simulatedMs += simulatedMs;
      total.wallMs = performance.now() - begun;
      total.cpuMs = process.cpuUsage(cpuBegun).user / 1_000;
      addCounts(total.counts, counts);
      addCounts(total.injected, injected);
      if (found !== undefined && (total.found === undefined || BigInt(found.seed) < BigInt(total.found.seed)))
        total.found = found;
      campaign.onProgress?.(total);
    },
  };
};

const resultOf = (worker: Worker, batch: Batch): Promise<BatchResult> =>
  new Promise((done, failed) => {
    const onMessage = (result: BatchResult): void => {
      worker.off('error', failed);
      done(result);
    };
    worker.once('message', onMessage);
    worker.once('error', failed);
    worker.postMessage(batch);
  });

/** Calls a thread to each core. */
export const callCrew = async (): Promise<Crew> => {
  const bundle = await bundleWorker();
  const workers = Array.from({ length: availableParallelism() }, () => new Worker(bundle, { execArgv: [] }));
  return {
    run: async (campaign) => {
      const { total, next, take } = openCampaign(campaign);
      const work = async (worker: Worker): Promise<void> => {
        for (let batch = next(); batch !== undefined; batch = next()) take(await resultOf(worker, batch));
      };
      await Promise.all(workers.map(work));
      return total;
    },
    leave: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
};
