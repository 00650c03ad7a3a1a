import { defineConfig } from 'vitest/config';

/** The tests of the pure core alone: no runtime, no simulation, no browser, so that a mutant takes a second. */
export default defineConfig({
  test: {
    include: [
      'test/services/core/domain/**/*.test.ts',
      'test/services/core/kernel/*.test.ts',
      'test/services/functions/launch-wave/*.test.ts',
      'test/services/functions/watch-jobs/*.test.ts',
      'test/services/functions/run-actions/*.test.ts',
      'test/services/functions/reconcile/*.test.ts',
      'test/services/functions/notify/{rules,waiting}.test.ts',
    ],
    // It measures time.
    exclude: ['test/services/core/domain/audit/speed.test.ts'],
    setupFiles: ['test/mutation/fixed-seed.ts'],
    isolate: false,
    testTimeout: 10_000,
  },
});
