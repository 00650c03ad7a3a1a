import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Runtime, startRuntime } from '../../infra/local/runtime.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import { planSchema } from '../../contracts/plan.ts';
import { createCheckout } from '../support/checkout.ts';
import { patienceMs } from '../support/operated-runtime.ts';
import { shellBlocks } from '../support/readme-blocks.ts';

const root = resolve(import.meta.dirname, '../..');
/** In the order in which a reader comes to them: later ones use what earlier ones made. */
const pages = [
  'README.md',
  'services/faces/docs/pages/coming-from.md',
  'services/faces/README.md',
  'services/functions/notify/README.md',
  'contracts/README.md',
];

/** What cannot run here, and why; everything else of the pages' shell blocks does. */
const elsewhere: readonly (readonly [command: RegExp, why: string])[] = [
  [/^npm ci\b/, 'installs the very tree in which this test runs; drills have tests of their own'],
  [/^npm cit\b/, 'runs this test'],
  [/^npm start\b/, 'never ends; the same runtime runs in this test, faster'],
  [/^export /, 'is the environment of every command below'],
];

/** The port that the page names: a reader's commands find the runtime there. */
const port = 4566;

const run = promisify(execFile);

describe('the commands of the pages', () => {
  const { folder, bin } = createCheckout();
  let runtime: Runtime;
  let auditRun = 'audit-';

  const shell = async (command: string): Promise<string> => {
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', command], {
      cwd: folder,
      maxBuffer: 64 * 1024 * 1024,
      env: {
        ...process.env,
        PATH: `${bin}:${process.env['PATH'] ?? ''}`,
        AWS_ENDPOINT_URL: runtime.endpoint,
        AWS_DEFAULT_REGION: runtime.region,
        AWS_REGION: runtime.region,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_PAGER: '',
      },
    });
    return stdout;
  };

  beforeAll(async () => {
    runtime = await startRuntime({ port, speed: 400, stateDir: join(folder, '.groundswell') });
    const plan: unknown = JSON.parse(
      await shell('groundswell plan check contracts/plans/three-tier.yaml --json'),
    );
    expect(planSchema.safeParse(plan).success).toBe(true);
    await shell('groundswell plan put contracts/plans/three-tier.yaml');
    await runtime.warm();
  }, patienceMs);
  afterAll(async () => {
    await runtime.close();
    rmSync(folder, { recursive: true });
    rmSync(bin, { recursive: true });
  });

  /** Puts what the reader would put for a placeholder. */
  const filledIn = (command: string): string =>
    command
      .replaceAll(/\bexec-…/g, executionIdOf('first'))
      .replaceAll(/\bEXECUTION\b/g, executionIdOf('first'))
      .replaceAll(/\baudit-…/g, auditRun)
      .replaceAll(/\bPLAN\b/g, 'three-tier');

  const blocks = pages.flatMap((page) =>
    shellBlocks(readFileSync(join(root, page), 'utf8')).map((block) => ({ ...block, page })),
  );

  it('stand in blocks that this test reads', () => {
    expect(blocks.flatMap(({ commands }) => commands).length).toBeGreaterThan(20);
  });

  const runnable = blocks.flatMap(({ page, line, commands }) =>
    commands
      .filter((command) => !elsewhere.some(([pattern]) => pattern.test(command)))
      .map((command) => [`${page}:${line}`, command] as const),
  );

  it.each(runnable)('at %s run as they stand: %s', { timeout: patienceMs }, async (_, command) => {
    const text = await shell(filledIn(command));
    auditRun = /\baudit-[\w-]+/.exec(text)?.[0] ?? auditRun;
    // What the API refuses for good reason is a 409; anything else would be a fault of the page.
    const status = /"status":\s*(4\d\d|5\d\d)/.exec(text)?.[1];
    expect([undefined, '409']).toContain(status);
  });

  it.each(elsewhere)('are left out where they match %s: %s', (pattern) => {
    expect(blocks.flatMap(({ commands }) => commands)).toContainEqual(expect.stringMatching(pattern));
  });
});
