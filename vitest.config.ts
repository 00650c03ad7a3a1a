import { defineConfig } from 'vitest/config';
import { createTotalsReporter } from './test/reporter.ts';

/** They run first, so that none of them is left over at the end, when the other workers have nothing more to do. */
const slow = ['browser', 'infra/aws', 'scenarios', 'terminal'].map((folder) => `test/${folder}/**/*.test.ts`);

/** It takes every core by itself for minutes where CI runs it whole: beside it, others would wait past their time. */
const simulation = 'test/simulation/**/*.test.ts';

export default defineConfig({
  test: {
    env: {
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      // No test goes to a deployment that whoever runs it has chosen.
      XDG_CONFIG_HOME: 'node_modules/.cache/no-configuration',
    },
    // A fresh set of modules for each file took a third of the whole run. No test replaces a module, and the
    // environment is given back, so the files of a worker can share theirs; a shuffled order passes as well.
    isolate: false,
    setupFiles: ['test/support/restore-environment.ts'],
    globalSetup: ['test/browser/browser-path.ts'],
    // Many files wait for a simulated AWS more than they compute.
    maxWorkers: 4,
    // What takes a second alone takes tens of them on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', createTotalsReporter()],
    coverage: {
      provider: 'v8',
      include: ['contracts/**/*.ts', 'services/**/*.ts', 'infra/**/*.ts'],
      reportsDirectory: 'reports/coverage',
    },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.{ts,tsx}'], exclude: [...slow, simulation] },
      },
      {
        extends: true,
        test: { name: 'slow', include: slow },
      },
      {
        extends: true,
        test: { name: 'simulation', include: [simulation], maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
