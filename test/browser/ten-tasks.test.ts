import { readFileSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startRuntime, type Runtime } from '../../infra/local/runtime.ts';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import { connect } from '../../services/faces/cli/connect.ts';
import { defaultConnection } from '../../services/faces/cli/connection.ts';
import { giveApproversTime } from '../support/operated-runtime.ts';
import { openBrowser } from './browser.ts';
import { patience, putOver, requestOver, statusOver } from './over-api.ts';
import { writePlan } from './plan-text.ts';
import { runCommand } from '../support/terminal.ts';

/** The tasks as the documentation counts their clicks. */
const told = new Map(
  [
    ...readFileSync(
      new URL('../../services/faces/docs/pages/ten-tasks.md', import.meta.url),
      'utf8',
    ).matchAll(/^\| ([A-Z][^|]+) \| (\d) \| [\d.]+ \| [^|]+ \| `groundswell [^|]+` \|$/gm),
  ].map(([, task = '', clicks]) => [task, Number(clicks)]),
);

const server = (tier: string, count = 1) => ({
  ...{ name: `${tier}-{n}`, count, tags: { Tier: tier }, windowSeconds: 60 },
});
const scenario = scenarioSchema.parse({
  drs: {
    servers: [
      server('web', 2),
      ...['small', 'other', 'vault', 'ledger', 'forgotten'].map((tier) => server(tier)),
    ],
    failures: [{ server: 'web-2', phase: 'LAUNCH', attempt: 1 }],
  },
});
const planOf = (planId: string, tier: string, more: object = {}) => ({
  planId,
  waves: [{ waveId: 'only', servers: { tags: { Tier: tier }, minimum: 1 }, ...more }],
});

let runtime: Runtime;
let browser: Browser;
let page: Page;
let clicks = 0;

const put = (plan: { readonly planId: string }): Promise<void> =>
  putOver(runtime, `plans/${plan.planId}`, plan);
const request = (planId: string): Promise<string> => requestOver(runtime, planId);
const statusOf = (executionId: string): Promise<string> => statusOver(runtime, executionId);

/** What a command line prints, and with which exit code it ends. */
const groundswell = async (...args: readonly string[]): Promise<readonly [code: number, text: string]> => {
  const { code, text } = await runCommand(...args, '--endpoint', runtime.endpoint);
  return [code, text];
};

const click = async (what: Locator): Promise<void> => {
  await what.click(patience);
  clicks += 1;
};
const main = (name: string): Locator =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: new RegExp(`^${name}`) });
const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
const inDialog = (name: string): Locator => page.getByRole('dialog').getByRole('button', { name });
/** From what waits for people to the execution that this plan runs. */
const decideOn = (planId: string): Locator =>
  page
    .getByRole('article')
    .filter({ has: page.locator('.status-line span', { hasText: new RegExp(`^${planId}(,|$)`) }) })
    .getByRole('link', { name: /^Decide/ });

/** A task from the first page of the console to its end, within the clicks that the documentation tells. */
const task = (name: string, work: () => Promise<void>): void => {
  it(name, { timeout: 400_000 }, async () => {
    await page.goto(`${runtime.endpoint}/#/`);
    await page.getByRole('heading', { level: 1, name: 'Executions' }).waitFor(patience);
    clicks = 0;
    const begun = performance.now();
    await work();
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    process.stdout.write(`  ${name}: ${clicks} ${clicks === 1 ? 'click' : 'clicks'}, ${seconds} s\n`);
    expect(clicks).toBe(told.get(name));
    expect(clicks).toBeLessThanOrEqual(4);
  });
};

let failing: string;
let done: string;

beforeAll(async () => {
  giveApproversTime();
  runtime = await startRuntime({ speed: 200, scenario, recoveryNeedsApproval: true });
  await runtime.warm();
  for (const plan of [
    planOf('web', 'web', { onFailure: 'ask' }),
    { ...planOf('small', 'small'), rtoMinutes: 60 },
    planOf('other', 'other'),
    planOf('vault', 'vault'),
    planOf('ledger', 'ledgers'),
  ])
    await put(plan);
  done = await request('small');
  failing = await request('web');
  const { say } = connect({ ...defaultConnection, ...runtime });
  const asked = { requestId: 'of-alice', planId: 'vault', mode: 'RECOVERY', requestedBy: 'alice' };
  await say('ExecutionRequested', { ...asked, reason: 'The Region is down' });
  await vi.waitFor(
    async () => {
      expect(await statusOf(done)).toBe('COMPLETED');
      expect(await statusOf(executionIdOf('of-alice'))).toBe('AWAITING_APPROVAL');
      expect((await groundswell('decisions'))[1]).toContain(`retry ${failing} only`);
    },
    { ...patience, interval: 500 },
  );
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1_440, height: 1_000 } });
  page.setDefaultTimeout(60_000);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await runtime.close();
});

describe('a new operator', () => {
  it('finds ten tasks in the documentation', () => {
    expect(told.size).toBe(10);
  });

  task('Find what needs me', async () => {
    await click(main('Needs you'));
    await page.getByText(`groundswell retry ${failing} only`).waitFor(patience);
  });

  task('Find out why a server failed', async () => {
    const { waves } = (await (await fetch(`${runtime.endpoint}/api/executions/${failing}`)).json()) as {
      readonly waves: readonly { readonly servers: readonly { readonly failure?: string }[] }[];
    };
    const [why = expect.fail('a server of it has failed')] = waves.flatMap(({ servers }) =>
      servers.flatMap(({ failure }) => failure ?? []),
    );
    await click(main('Needs you'));
    await click(decideOn('web'));
    await page.getByText('web-2').first().waitFor(patience);
    await page.getByText(why).first().waitFor(patience);
  });

  task('Retry only what failed', async () => {
    await click(main('Needs you'));
    await click(decideOn('web'));
    await click(button('Retry wave'));
    await page.getByRole('dialog').getByText('the 1 failed server again').waitFor();
    await click(inDialog('Retry wave'));
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => statusOf(failing), patience).toBe('COMPLETED');
  });

  task('Hand over', async () => {
    await click(main('Needs you'));
    await click(decideOn('vault'));
    await click(page.getByText('Notes and handover'));
    await page.getByLabel('Hand over to').fill('bob');
    await click(button('Hand over'));
    await page.getByText('in charge: bob').waitFor(patience);
  });

  task('Approve as the second person, knowing what', async () => {
    await click(main('Needs you'));
    await click(decideOn('vault'));
    await page.getByText('vault-1').first().waitFor(patience);
    await page.getByRole('heading', { name: '✓ Ready' }).waitFor(patience);
    await click(button('Approve'));
    await click(inDialog('Approve'));
    await page.getByRole('button', { name: /^Wave only/ }).waitFor(patience);
  });

  task('Start a drill', async () => {
    await click(main('Plans'));
    await click(page.getByRole('link', { name: 'Start a drill of other' }));
    await click(button('Start the drill'));
    await page.getByRole('heading', { level: 1, name: /other/ }).waitFor(patience);
  });

  task("Find last quarter's proof", async () => {
    await click(main('Evidence'));
    await click(
      page
        .getByRole('row', { name: /^small/ })
        .first()
        .getByRole('link', { name: /^Drill/ }),
    );
    await page.getByRole('status').getByText('Completed').waitFor(patience);
    expect(page.url()).toContain(done);
  });

  task('See which servers no plan covers', async () => {
    await click(main('Servers'));
    await page.getByRole('heading', { level: 2, name: /servers/ }).waitFor(patience);
    await click(page.getByLabel('No plan'));
    await page.getByRole('row', { name: /^forgotten-1/ }).waitFor(patience);
  });

  task('Fix a fault in a plan', async () => {
    await click(main('Plans'));
    await click(page.getByRole('link', { name: /^Open.*ledger|^Open$/ }).first());
    await page.getByText('all with Tier = ledgers, at least 1').first().waitFor(patience);
    await click(page.getByRole('link', { name: 'Edit' }));
    await writePlan(page, JSON.stringify(planOf('ledger', 'ledger')));
    await click(button('Store as a new version'));
    await page.getByRole('heading', { level: 1, name: 'ledger v2' }).waitFor(patience);
    await page.getByText('all with Tier = ledger, at least 1').first().waitFor(patience);
  });

  task('End what a drill left', async () => {
    await click(main('Drills'));
    await click(page.getByRole('link', { name: new RegExp(done) }));
    await click(button('Clean up'));
    await page
      .getByRole('dialog')
      .getByLabel(/Reason/)
      .fill('The drill is evaluated');
    await click(inDialog('Clean up'));
    await page
      .getByText('1 instance terminated')
      .or(page.getByText(/terminated/))
      .first()
      .waitFor(patience);
  });

  it('does by one command what only looks', patience, async () => {
    expect((await groundswell('decisions'))[0]).toBe(0);
    expect(await groundswell('servers', '--uncovered')).toEqual([1, expect.stringContaining('forgotten-1')]);
    // While its instances are ended the audit is a little behind.
    await expect
      .poll(() => groundswell('evidence', '--plan', 'small'), patience)
      .toEqual([0, expect.stringContaining(done)]);
    expect(await groundswell('status', failing)).toEqual([0, expect.stringContaining('web-2')]);
  });
});
