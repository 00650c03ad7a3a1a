import type { Reporter, TestModule } from 'vitest/node';

/** The totals of a run in one line: `12 passed, 0 failed`, with the skipped ones if there are any. */
const totalsOf = (modules: readonly TestModule[], unhandledErrorCount: number): string => {
  const totals = { passed: 0, failed: unhandledErrorCount, skipped: 0, pending: 0 };
  for (const module of modules) {
    const failedBefore = totals.failed;
    for (const test of module.children.allTests()) totals[test.result().state]++;
    // A file that breaks outside its tests, in an import or a hook, is a failure of its own.
    if (module.state() === 'failed' && totals.failed === failedBefore) totals.failed++;
  }
  const skipped = totals.skipped + totals.pending;
  return `${totals.passed} passed, ${totals.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
};

/** Closes the output of a run with its totals alone on a line, for programs that read it. */
export const createTotalsReporter = (): Reporter => ({
  onTestRunEnd: (modules, unhandledErrors) =>
    void process.stdout.write(`${totalsOf(modules, unhandledErrors.length)}\n`),
});
