import { defineConfig } from 'vitest/config';
import { createTotalsReporter } from './test/reporter.ts';

const slow = ['test/infra/aws/**/*.test.ts', 'test/browser/**/*.test.ts'];

export default defineConfig({
  test: {
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // A fresh set of modules for each file took a third of the whole run. No test replaces a module, and the
    // environment is given back, so the files of a worker can share theirs; a shuffled order passes as well.
    isolate: false,
    setupFiles: ['test/support/restore-environment.ts'],
    // Many files wait for a simulated AWS more than they compute.
    maxWorkers: 5,
    reporters: ['default', createTotalsReporter()],
    coverage: {
      provider: 'v8',
      include: ['contracts/**/*.ts', 'services/**/*.ts', 'infra/**/*.ts'],
      reportsDirectory: 'reports/coverage',
    },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.{ts,tsx}'], exclude: slow, testTimeout: 10_000 },
      },
      {
        // Synthesizing a stack or starting a browser takes tens of seconds on a busy machine.
        extends: true,
        test: { name: 'slow', include: slow, testTimeout: 60_000, hookTimeout: 60_000 },
      },
    ],
  },
});
