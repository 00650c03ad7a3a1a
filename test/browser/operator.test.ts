import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRuntime, type Runtime } from '../../infra/local/runtime.ts';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import { rangeText } from '../../services/core/view/forecast-text.ts';
import { connect } from '../../services/faces/cli/connect.ts';
import { defaultConnection } from '../../services/faces/cli/connection.ts';
import { giveApproversTime } from '../support/operated-runtime.ts';
import { barriersOf } from './accessibility.ts';
import { openBrowser, takePictures } from './browser.ts';
import { getOver, patience, putOver, requestOver, statusOver } from './over-api.ts';
import { shownPlan, writePlan } from './plan-text.ts';

const server = (tier: string, count = 1) => ({
  ...{ name: `${tier}-{n}`, count, tags: { Tier: tier }, windowSeconds: 300 },
});
const scenario = scenarioSchema.parse({
  drs: {
    servers: [
      ...['guarded', 'held', 'chain', 'real'].map((tier) => server(tier, 12)),
      { ...server('late'), replication: { state: 'CONTINUOUS', lagDuration: 'PT2H' } },
    ],
  },
});

const byTag = (tier: string) => ({ tags: { Tier: tier }, minimum: 1 });
const approval = { kind: 'approval', actionId: 'release', prompt: 'Are the figures complete?' };
const guarded = {
  planId: 'guarded',
  rtoMinutes: 60,
  waves: [{ waveId: 'only', servers: byTag('guarded'), before: [approval] }],
};
const personal = {
  planId: 'private',
  waves: [
    { waveId: 'only', servers: byTag('held'), before: [{ ...approval, approvers: ['somebody-else'] }] },
  ],
};
const names = [
  'database-cluster-primary',
  'application-and-middleware',
  'web-frontends-public',
  'smoke-tests',
];
const chain = {
  planId: 'chain',
  waves: names.map((waveId, index) => ({
    ...{ waveId, dependsOn: names.slice(Math.max(0, index - 1), index) },
    servers: byTag(index === 0 ? 'chain' : 'nothing'),
  })),
};
const late = { planId: 'late', rpoMinutes: 5, waves: [{ waveId: 'only', servers: byTag('late') }] };
const real = { planId: 'real', waves: [{ waveId: 'only', servers: byTag('real') }] };

let runtime: Runtime;
let browser: Browser;
let page: Page;

const put = (plan: { readonly planId: string; readonly waves: unknown }): Promise<void> =>
  putOver(runtime, `plans/${plan.planId}`, plan);
const get = (path: string): Promise<unknown> => getOver(runtime, path.slice(1));
const request = (planId: string, mode?: string): Promise<string> => requestOver(runtime, planId, mode);
const statusOf = (executionId: string): Promise<string> => statusOver(runtime, executionId);

const visit = async (place: string): Promise<void> => {
  await page.goto(`${runtime.endpoint}/#/${place}`);
  await page.getByRole('heading', { level: 1 }).waitFor(patience);
};

const confirm = async (name: string, reason: string): Promise<void> => {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/Reason/).fill(reason);
  await dialog.getByRole('button', { name }).click();
  await dialog.waitFor({ state: 'detached' });
};

beforeAll(async () => {
  giveApproversTime();
  runtime = await startRuntime({ speed: 40, scenario, recoveryNeedsApproval: true });
  await runtime.warm();
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  page.setDefaultTimeout(60_000);
  for (const plan of [guarded, personal, chain, late, real]) await put(plan);
}, 240_000);

afterAll(async () => {
  await browser.close();
  await runtime.close();
});

describe('what waits for a person', { timeout: 400_000 }, () => {
  let waiting: string;

  it('is seen on the first page, whatever is newer, and whatever the list is narrowed to', async () => {
    waiting = await request('guarded');
    await expect
      .poll(async () => (await get('/decisions')) as object, patience)
      .toMatchObject({
        decisions: [{ executionId: waiting }],
      });
    for (let count = 0; count < 30; count++) await request('nowhere');
    await visit('');
    const card = page.locator('.open-execution', { hasText: 'guarded' });
    await card.getByText('Needs you: approval release').waitFor(patience);
    await page.getByLabel('State').selectOption('REJECTED');
    const rows = page.locator('.executions tbody tr');
    await expect.poll(() => rows.count(), patience).toBe(25);
    expect(await card.count()).toBe(1);
  });

  it('leaves older pages of the list as they were when something happens', async () => {
    const rows = page.locator('.executions tbody tr');
    await page.getByRole('button', { name: 'Show older' }).click();
    await expect.poll(() => rows.count(), patience).toBeGreaterThanOrEqual(30);
    const newest = await request('nowhere');
    await page.locator('.executions').getByText(newest).waitFor(patience);
    expect(await rows.count()).toBeGreaterThanOrEqual(30);
  });

  it('is found by text, mode, plan, person and date', async () => {
    const rows = page.locator('.executions tbody tr');
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByLabel('Text', { exact: true }).fill('GUARD');
    await expect.poll(() => rows.count(), patience).toBe(1);
    await page.getByLabel('Mode').selectOption('RECOVERY');
    await page.getByText('No execution matches.').waitFor(patience);
    await page.getByLabel('Mode').selectOption('DRILL');
    await page.getByLabel('Requested by').fill('local');
    await expect.poll(() => rows.count(), patience).toBe(1);
    await page.getByLabel('From (UTC)').fill('2999-01-01');
    await page.getByText('No execution matches.').waitFor(patience);
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByLabel('Plan', { exact: true }).fill('guarded');
    await expect.poll(() => rows.count(), patience).toBe(1);
    await page.getByRole('button', { name: 'Show all' }).click();
  });

  it('stands on a page of its own, with its deadline, what silence means and the command, and in the title', async () => {
    await page
      .getByRole('link', { name: /Needs you/ })
      .first()
      .click();
    await page.getByRole('heading', { level: 2, name: 'Are the figures complete?' }).waitFor(patience);
    await page.getByText('Silence declines it, and the action fails.').waitFor();
    await page.getByText(`groundswell approve ${waiting} only release`).waitFor();
    expect(await page.title()).toMatch(/^\(1\) Needs you/);
    expect(await barriersOf(page)).toEqual([]);
    await page.getByRole('link', { name: /^Decide/ }).click();
    await page.getByText('may answer: any approver').waitFor(patience);
  });

  it('is expected to end as the check of its plan says, without the time of people', async () => {
    const forecast = (await get(`/executions/${waiting}/forecast`)) as { leastMs: number; mostMs: number };
    expect(forecast).toMatchObject({ leastMs: 600_000, mostMs: 1_200_000, rto: { outlook: 'on-track' } });
    const checked = (await get('/plans/guarded/check')) as { forecast: object };
    expect(checked.forecast).toEqual(forecast);
    await visit('plans/guarded/drill');
    await page.getByText(rangeText(forecast)).first().waitFor(patience);
    await visit(`executions/${waiting}`);
    await page.getByText('if decided now').waitFor(patience);
    await page.getByText('✓ on track').waitFor(patience);
  });

  it('is not offered to those who may not answer it', async () => {
    const id = await request('private');
    await visit(`executions/${id}`);
    await page.getByText('You are local, and not among them.').waitFor(patience);
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Cancel execution' }).click();
    await confirm('Cancel execution', 'Only a rehearsal');
    await page.getByRole('status').getByText('Cancelled').waitFor(patience);
    // Nothing of it has failed: it was given up while it waited.
    await page.getByRole('button', { name: /^Wave only: Cancelled/ }).waitFor(patience);
  });

  it('is told who paused, and why, and for how long', async () => {
    await visit(`executions/${waiting}`);
    await page.getByRole('button', { name: 'Pause' }).click();
    await confirm('Pause', 'Waiting for the network team');
    await page
      .getByRole('heading', { name: 'Paused by local: Waiting for the network team' })
      .waitFor(patience);
    await page.getByText(/For \d+(\.\d)?m? ?\d*s/).waitFor(patience);
    await page.getByRole('button', { name: 'Resume' }).click();
    await confirm('Resume', 'They are here');
    await page.getByRole('heading', { name: /^Paused/ }).waitFor({ state: 'detached', ...patience });
    await page.getByRole('button', { name: 'Approve' }).click();
    await confirm('Approve', 'Checked with finance');
    await expect.poll(() => statusOf(waiting), patience).toBe('COMPLETED');
  });
});

describe('before a start', { timeout: 400_000 }, () => {
  it('a recovery is not held back by the lag that it is started for', async () => {
    await visit('plans/late/recovery');
    await page.getByRole('heading', { name: '✓ Ready' }).waitFor(patience);
    await page.getByText(/lag/).first().waitFor();
    await page.getByLabel(/Reason/).fill('The Region is down');
    await page.getByLabel(/type the name of the plan/).fill('late');
    const start = page.getByRole('button', { name: 'Start the recovery' });
    await expect.poll(() => start.isDisabled(), patience).toBe(false);
  });

  it('a warning is accepted by name, and until then nothing can be started', async () => {
    await visit('plans/late/drill');
    await page.getByRole('heading', { name: /Not ready/ }).waitFor(patience);
    const start = page.getByRole('button', { name: 'Start the drill' });
    expect(await start.isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: /Accept the warning lag/ }).check();
    await page.getByRole('checkbox', { name: /Accept the warning replication/ }).count();
    await page.getByRole('heading', { name: '✓ Ready' }).waitFor(patience);
    expect(await barriersOf(page)).toEqual([]);
    await start.click();
    await page
      .getByRole('status')
      .getByText(/Running|Completed/)
      .waitFor(patience);
  });

  it('the data of all servers are chosen, asked for by the check, and shown with the execution', async () => {
    await visit('plans/guarded/drill');
    await page.getByRole('radio', { name: 'The newest snapshot of every server before an instant' }).check();
    const start = page.getByRole('button', { name: 'Start the drill' });
    await expect.poll(() => start.isDisabled(), patience).toBe(true);
    await page.getByLabel('Date and time in UTC').fill('2001-01-01T00:00:00');
    await page
      .getByText(/has no snapshot of 2001-01-01T00:00:00.000Z or before/)
      .first()
      .waitFor(patience);
    expect(await start.isDisabled()).toBe(true);
    expect(await barriersOf(page)).toEqual([]);
    await page.getByRole('radio', { name: 'The latest data of every server' }).check();
    await page.getByRole('heading', { name: '✓ Ready' }).waitFor(patience);
    await start.click();
    await page.getByText('all servers from the latest data').waitFor(patience);
    await page.getByRole('button', { name: 'Cancel execution' }).click();
    await confirm('Cancel execution', 'It was for the sheet');
    await page.getByRole('status').getByText('Cancelled').waitFor(patience);
  });

  it('servers that another execution holds are told, with the execution', async () => {
    const holder = await request('guarded');
    await expect.poll(() => statusOf(holder), patience).toBe('RUNNING');
    await visit('plans/guarded/drill');
    await page.getByText(`held by execution ${holder}`).waitFor(patience);
    expect(await page.getByRole('button', { name: 'Start the drill' }).isDisabled()).toBe(true);
  });

  it('a recovery is confirmed by the name of its plan, and reviewed by its second person', async () => {
    await visit('plans/real/recovery');
    const start = page.getByRole('button', { name: 'Start the recovery' });
    await page.getByRole('heading', { name: '✓ Ready' }).waitFor(patience);
    await takePictures(page, 'recovery');
    await page.getByLabel(/Reason/).fill('The Region is down');
    expect(await start.isDisabled()).toBe(true);
    await page.getByLabel(/type the name of the plan/).fill('real');
    await start.click();
    await page.getByText('You, local, requested it: somebody else has to approve.').waitFor(patience);
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  });

  it('whoever approves sees the servers, the order, what it takes and the hash', async () => {
    const requestId = 'alice-1';
    const ports = connect({ ...defaultConnection, ...runtime });
    const asked = { requestId, planId: 'chain', mode: 'RECOVERY' as const, requestedBy: 'alice' };
    await put({ ...chain, waves: chain.waves.slice(0, 1) });
    await ports.say('ExecutionRequested', asked);
    const id = executionIdOf(requestId);
    await expect.poll(() => statusOf(id), patience).toBe('AWAITING_APPROVAL');
    await visit(`executions/${id}`);
    await page.getByText('chain-1, chain-2, chain-3').waitFor(patience);
    await page.getByRole('heading', { name: '✓ Ready' }).waitFor();
    const { approval: awaited } = (await get(`/executions/${id}`)) as { approval: { planHash: string } };
    await page.getByText(awaited.planHash).waitFor();
    await page.getByText('Silence refuses it.').waitFor();
    expect(await barriersOf(page)).toEqual([]);
    await takePictures(page, 'approval');
    await page.getByRole('button', { name: 'Approve' }).click();
    await confirm('Approve', 'Seen by two');
    await page.getByRole('button', { name: /^Wave database-cluster-primary/ }).waitFor(patience);
    expect(await statusOf(id)).not.toBe('AWAITING_APPROVAL');
    await expect.poll(() => statusOf(id), patience).toBe('COMPLETED');
  });

  it('a drill over what a real recovery brought up says that it would destroy it, until somebody allows that', async () => {
    await visit('plans/chain/drill');
    await page.getByRole('heading', { name: /Not ready/ }).waitFor(patience);
    const danger = page.getByText('since a real recovery; a drill would destroy it');
    await danger.first().waitFor();
    // What is dangerous is not what would be valid.
    expect(await page.getByText(/valid: drill-over|expected:/).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Start the drill' }).isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: 'The drill may end machines of a real recovery' }).check();
    await page.getByRole('heading', { name: '✓ Ready' }).waitFor(patience);
  });
});

describe('a plan', { timeout: 400_000 }, () => {
  it('that is written is kept over Back and a reload, until it is stored or discarded', async () => {
    await put(chain);
    await visit('plans/chain/edit');
    const draft = JSON.stringify({ ...chain, description: 'Not stored yet' });
    await writePlan(page, draft);
    await page.getByRole('link', { name: 'Back' }).click();
    await page.getByRole('heading', { level: 1, name: /chain/ }).waitFor(patience);
    await visit('plans/chain/edit');
    await page.reload();
    await page.getByText('A draft: it is kept in this browser').waitFor(patience);
    expect(await shownPlan(page)).toBe(draft);
    await page.getByRole('button', { name: 'Discard the draft' }).click();
    await expect.poll(() => shownPlan(page), patience).not.toContain('Not stored yet');
    await page.reload();
    await page.getByRole('heading', { name: '✓ Valid' }).waitFor(patience);
    expect(await page.getByText('A draft:').count()).toBe(0);
  });

  it('is not called valid beside the reason why it was not stored', async () => {
    await page.route('**/api/plans/chain', (route) =>
      route.request().method() === 'PUT'
        ? route.fulfill({
            status: 403,
            contentType: 'application/problem+json',
            body: JSON.stringify({
              title: 'Permission denied',
              status: 403,
              detail: 'Planners alone store plans.',
            }),
          })
        : route.continue(),
    );
    await writePlan(page, JSON.stringify({ ...chain, description: 'For planners' }));
    await page.getByRole('button', { name: 'Store as a new version' }).click();
    await page.getByText('Planners alone store plans.').waitFor(patience);
    await page.getByRole('heading', { name: '✕ Not stored' }).waitFor();
    expect(await page.getByRole('heading', { name: '✓ Valid' }).count()).toBe(0);
    await page.unroute('**/api/plans/chain');
    await page.getByRole('button', { name: 'Discard the draft' }).click();
  });

  it('shows the whole name of each wave, also where there are four behind each other', async () => {
    await visit('plans/chain');
    const isCut = (): Promise<boolean> =>
      page.evaluate(
        `[...document.querySelectorAll('.node-name')].some((each) => each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight + 2)`,
      );
    await page.locator('.node-name').nth(3).waitFor(patience);
    expect(await isCut()).toBe(false);
    const { executions } = (await get('/executions?plan=chain')) as {
      executions: readonly { executionId: string }[];
    };
    await visit(`executions/${executions[0]?.executionId ?? ''}`);
    await page.locator('.node-name').first().waitFor(patience);
    expect(await isCut()).toBe(false);
  });

  it('shows its versions, what one says otherwise, and becomes an earlier one again', async () => {
    await put({ ...chain, description: 'Said otherwise' } as typeof chain);
    await visit('plans/chain');
    await page.getByRole('button', { name: 'Compare version 3' }).click();
    await page.locator('.differences').getByText('description').waitFor(patience);
    await page.getByRole('button', { name: 'Restore version 3' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await page.getByRole('heading', { level: 1, name: 'chain v5' }).waitFor(patience);
  });

  it('shows its runs with what each achieved, and when it was last proven', async () => {
    await visit('plans/guarded');
    await page.getByText('Last proven by').waitFor(patience);
    await page.getByRole('link', { name: 'Report' }).first().waitFor(patience);
    await page
      .locator('[aria-labelledby=plan-history] td')
      .getByText(/^\d+(\.\d)? min/)
      .first()
      .waitFor(patience);
    expect(await barriersOf(page)).toEqual([]);
  });
});

describe('after the end', { timeout: 400_000 }, () => {
  it('an execution leads to its report and to another run, and is compared with the last', async () => {
    const { executions } = (await get('/executions?plan=guarded&status=COMPLETED')) as {
      executions: readonly { executionId: string }[];
    };
    const id = executions[0]?.executionId ?? '';
    await visit(`executions/${id}`);
    await page.getByRole('link', { name: 'Run it again' }).waitFor(patience);
    const [report] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Report', exact: true }).click(),
    ]);
    await report.getByText(id).first().waitFor(patience);
    await report.close();
    await page.getByText(`groundswell report ${id} --format pdf`).waitFor();
    expect(await barriersOf(page)).toEqual([]);
  });
});

describe('notes on an execution', { timeout: 400_000 }, () => {
  it('are added and handed over in the console, also after the end, and are seen by whoever comes next', async () => {
    const executionId = await request('late');
    await expect.poll(() => statusOf(executionId), patience).toBe('REJECTED');
    await visit(`executions/${executionId}`);
    await page.getByText('Notes and handover').click();
    await page.getByLabel('Note', { exact: true }).fill('Replication of late lags: the network team knows.');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.getByText('1 note', { exact: true }).waitFor(patience);
    await page.getByLabel('Hand over to').fill('bob');
    await page.getByRole('button', { name: 'Hand over' }).click();
    await page.getByText('in charge: bob').waitFor(patience);
    await page.getByText('the network team knows').first().waitFor();
    expect(await barriersOf(page)).toEqual([]);
    await page.reload();
    await page.getByText('2 notes', { exact: true }).waitFor(patience);
    await page.getByText('bob is in charge').waitFor();
  });
});
