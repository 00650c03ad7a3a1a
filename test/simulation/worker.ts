import { parentPort } from 'node:worker_threads';
import { addCounts, type Counts } from './coverage.ts';
import type { Batch, BatchResult } from './campaign.ts';
import { mutants } from './mutants.ts';
import { runSeed } from './run-seed.ts';

// Faults are thrown by the hundred and nobody reads their stacks.
Error.stackTraceLimit = 0;

const run = async (batch: Batch): Promise<BatchResult> => {
  const counts: Counts = {};
  const injected: Counts = {};
  const mutant = mutants.find((each) => each.name === batch.mutant);
  const allowed = new Set(batch.faults);
  let runs = 0;
  let simulatedMs = 0;
  const isCounted = (invariant: string): boolean => invariant === (batch.invariant ?? invariant);
  const sums = () => ({ runs, simulatedMs, counts, injected });
  for (let ran = 1; ran <= batch.count; ran++) {
    const seed = BigInt(batch.from) + BigInt(ran - 1);
    const { failbackOnly = false } = batch;
    const result = await runSeed(seed, { allowed, failbackOnly, ...(mutant && { mutant }) });
    runs += result.runs;
    simulatedMs += result.simulatedMs;
    addCounts(counts, result.counts);
    addCounts(injected, result.injected);
    if (result.violation !== undefined && isCounted(result.violation.invariant))
      return { ran, found: { seed: seed.toString(), violation: result.violation }, ...sums() };
  }
  return { ran: batch.count, ...sums() };
};

parentPort?.on(
  'message',
  (batch: Batch) => void run(batch).then((result) => parentPort?.postMessage(result)),
);
