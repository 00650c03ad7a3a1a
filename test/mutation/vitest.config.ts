import { defineConfig } from 'vitest/config';

/** The tests of the pure core alone: no runtime, no simulation, no browser, so that a mutant takes a second. */
export default defineConfig({
  test: {
    include: [
      'test/services/domain/**/*.test.ts',
      'test/services/kernel/*.test.ts',
      'test/services/launch-wave/*.test.ts',
      'test/services/watch-jobs/*.test.ts',
      'test/services/run-actions/*.test.ts',
      'test/services/reconcile/*.test.ts',
      'test/services/notify/{rules,waiting}.test.ts',
    ],
    // It measures time.
    exclude: ['test/services/domain/audit/speed.test.ts'],
    setupFiles: ['test/mutation/fixed-seed.ts'],
    isolate: false,
    testTimeout: 10_000,
  },
});
