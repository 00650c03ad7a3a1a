import { mkdirSync } from 'node:fs';
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRuntime, type Runtime } from '../../infra/local/runtime.ts';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { barriersOf, motionOf } from './accessibility.ts';
import { openBrowser, takePicture, takePictures } from './browser.ts';
import { openLine, type Line } from './line.ts';
import { writePlan } from './plan-text.ts';

const pictures = 'reports/browser';
/** A busy machine may take minutes over what takes seconds on an idle one. */
const patience = { timeout: 150_000 };

/** A machine that exists, into which the server of the ledger is launched. */
const standby = 'i-000000000000000aa';
const scenario = scenarioSchema.parse({
  drs: {
    servers: [
      { name: 'database-{n}', count: 2, tags: { Tier: 'database' }, windowSeconds: 300 },
      { name: 'application-{n}', count: 3, tags: { Tier: 'application' }, windowSeconds: 300 },
      { name: 'reports-{n}', count: 2, tags: { Tier: 'reports' }, windowSeconds: 300 },
      { name: 'web-{n}', count: 3, tags: { Tier: 'web' }, windowSeconds: 300 },
      { name: 'host-{n}', count: 200, tags: { Wave: '{n}' }, windowSeconds: 3_000 },
      { name: 'archive-{n}', count: 2, tags: { Tier: 'archive' }, windowSeconds: 3_000 },
      {
        ...{ name: 'ledger', tags: { Tier: 'ledger' }, windowSeconds: 60 },
        ...{ launchIntoInstance: standby, copyTags: false },
      },
    ],
    failures: [{ server: 'application-2', phase: 'LAUNCH', attempt: 1 }],
  },
  ec2: { instances: [{ id: standby, tags: { AWSDRS: 'AllowLaunchingIntoThisInstance' } }] },
});

const byTag = (tier: string) => ({ tags: { Tier: tier }, minimum: 2 });
const shop = {
  planId: 'shop',
  description: 'A shop and its reports, recovered from the database outwards.',
  rtoMinutes: 60,
  waves: [
    { waveId: 'database', servers: byTag('database') },
    { waveId: 'application', dependsOn: ['database'], onFailure: 'ask', servers: byTag('application') },
    {
      waveId: 'reports',
      dependsOn: ['database'],
      before: [{ kind: 'approval', actionId: 'release', prompt: 'Are the figures complete?' }],
      servers: byTag('reports'),
    },
    { waveId: 'web', dependsOn: ['application', 'reports'], servers: byTag('web') },
  ],
};
const ledger = {
  planId: 'ledger',
  waves: [{ waveId: 'only', servers: { tags: { Tier: 'ledger' }, minimum: 1 } }],
};
const archive = { planId: 'archive', waves: [{ waveId: 'only', servers: byTag('archive') }] };

let runtime: Runtime;
let line: Line;
let address: string;
let browser: Browser;
let page: Page;
const errors: string[] = [];
const foreign: string[] = [];

const put = async (plan: { readonly planId: string }): Promise<void> => {
  const answer = await fetch(`${runtime.endpoint}/api/plans/${plan.planId}`, {
    method: 'PUT',
    body: JSON.stringify(plan),
  });
  expect(answer.status).toBe(201);
};

const open = async (): Promise<Page> => {
  const opened = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  opened.on('pageerror', (error) => errors.push(error.message));
  opened.on('request', (request) => {
    if (!request.url().startsWith(address)) foreign.push(request.url());
  });
  follow(opened);
  opened.setDefaultTimeout(60_000);
  await opened.goto(`${address}/`);
  return opened;
};

const picture = (name: string): Promise<void> => takePictures(page, name);

/** Questions to the API that have no answer yet; its stream of events never ends. */
const unanswered = new Set<Request>();
const answerOf = async (request: Request): Promise<void> => {
  const answer = await request.response();
  await answer?.finished();
};
const follow = (opened: Page): void =>
  void opened.on('request', (request) => {
    if (!/\/api\/(?!stream)/.test(request.url())) return;
    unanswered.add(request);
    // One that is cut off has no answer to come.
    void answerOf(request)
      .catch(() => undefined)
      .then(() => unanswered.delete(request));
  });

/** Until nothing more is added to the page: what comes late moves what has the focus. */
const settled = async (): Promise<void> => {
  const height = (): Promise<number> => page.evaluate('document.documentElement.scrollHeight');
  for (let before = -1, now = await height(); before !== now || unanswered.size > 0; now = await height()) {
    before = now;
    await page.waitForTimeout(300);
  }
};

const confirm = async (name: string, reason?: string): Promise<void> => {
  const dialog = page.getByRole('dialog');
  if (reason !== undefined) await dialog.getByLabel(/Reason/).fill(reason);
  await dialog.getByRole('button', { name }).click();
  await dialog.waitFor({ state: 'detached' });
};

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  runtime = await startRuntime({ speed: 40, scenario });
  await runtime.warm();
  line = await openLine(runtime.endpoint);
  address = line.address;
  browser = await openBrowser();
  await put(shop);
  page = await open();
}, 240_000);

afterAll(async () => {
  await browser.close();
  line.close();
  await runtime.close();
});

describe('the console', { timeout: 400_000 }, () => {
  it('starts a drill and shows it live', async () => {
    await page.getByRole('link', { name: 'Plans' }).click();
    await page.getByRole('link', { name: 'Start a drill of shop' }).click();
    await page.getByText('only those keep the copies apart').waitFor(patience);
    await page.getByLabel(/Reason/).fill('Monthly drill');
    await page.getByRole('button', { name: 'Start the drill' }).click(patience);
    await page.getByRole('heading', { level: 1, name: /shop/ }).waitFor();
    await page.getByRole('button', { name: /^Wave database: Completed/ }).waitFor(patience);
  });

  it('asks for the approval that is due, and goes on when it is given', async () => {
    await page.getByText('Are the figures complete?').first().waitFor(patience);
    await page.getByRole('heading', { name: 'Wave application failed' }).waitFor(patience);
    await picture('execution');
    const execution = page.url();
    await page.goto(`${address}/#/needs-you`);
    await page
      .getByRole('link', { name: /^Decide/ })
      .first()
      .waitFor(patience);
    await picture('needs-you');
    await page.goto(execution);
    await page.getByRole('button', { name: 'Approve' }).click();
    await confirm('Approve', 'Checked with finance');
    await page
      .getByRole('heading', { name: 'Approval: release' })
      .waitFor({ state: 'detached', ...patience });
    await page.getByRole('button', { name: /^Wave reports: Completed/ }).waitFor(patience);
  });

  it('shows a failed wave with its choices, and retries only what failed', async () => {
    await page.getByRole('heading', { name: 'Wave application failed' }).waitFor(patience);
    expect(await barriersOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Retry wave' }).click();
    await page.getByRole('dialog').getByText('the 1 failed server again').waitFor();
    expect(await barriersOf(page)).toEqual([]);
    await confirm('Retry wave');
    await page.getByRole('button', { name: /^Wave application: Completed, 3 of 3/ }).waitFor(patience);
  });

  it('says when the network is cut, and catches up with what it missed', async () => {
    line.cut();
    await page.getByRole('alert').getByText('Connection lost').waitFor(patience);
    // The cut itself lasts ten seconds; nothing is waited for.
    await page.waitForTimeout(10_000);
    line.mend();
    await page.getByText('Live', { exact: true }).waitFor(patience);
    await page.getByText('Connection lost').waitFor({ state: 'detached', ...patience });
    await page.getByRole('status').getByText('Completed').waitFor(patience);
    const shown = () => page.locator('.events header small').textContent();
    const id = page.url().split('/').at(-1) ?? '';
    const { events } = (await (await fetch(`${runtime.endpoint}/api/executions/${id}/events`)).json()) as {
      readonly events: readonly unknown[];
    };
    // The end may be shown before the last that came before it: the bus keeps no order.
    await expect.poll(shown, patience).toBe(`${events.length} events`);
  });

  it('leads from an execution that has ended to its report and to its evidence', async () => {
    await page.getByRole('link', { name: 'Run it again' }).waitFor(patience);
    await settled();
    await picture('ended');
    const ended = page.url();
    await page.goto(`${address}/#/evidence`);
    await page.getByRole('heading', { level: 2, name: 'Plans' }).waitFor(patience);
    await settled();
    await picture('evidence');
    await page.goto(ended);
    await page.getByText('Run it again').waitFor(patience);
  });

  it('takes a finished execution through its events', async () => {
    const slider = page.getByRole('slider', { name: 'Place in the replay' });
    await slider.fill('3');
    await page.getByText('Replay: you are looking at the past').waitFor();
    await page.getByRole('button', { name: /^Wave database: Running/ }).waitFor();
    await page.getByRole('button', { name: /^Wave web: Waiting/ }).waitFor();
    expect(await page.getByRole('button', { name: 'Cancel execution' }).count()).toBe(0);
    await slider.press('End');
    await page.getByRole('button', { name: /^Wave web: Completed/ }).waitFor();
  });

  it('shows the raw event behind a line', async () => {
    await page.locator('summary', { hasText: 'Execution Completed' }).click();
    await page.getByText('"durationMs"').waitFor();
  });

  it('cancels another execution, for a reason that has to be given', async () => {
    await put(archive);
    await page.goto(`${address}/#/plans/archive`);
    await page.getByRole('link', { name: 'Start a drill' }).click();
    await page.getByRole('button', { name: 'Start the drill' }).click(patience);
    await page.getByRole('button', { name: 'Cancel execution' }).click(patience);
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel execution' }).click();
    await page.getByText('Give a reason, for the record.').waitFor();
    await confirm('Cancel execution', 'Only a rehearsal');
    await page
      .getByRole('status')
      .getByText(/Cancell/)
      .waitFor(patience);
    await page.goto(`${address}/#/`);
    await page.getByRole('heading', { level: 1, name: 'Executions' }).waitFor();
    await page.getByRole('link', { name: 'archive' }).first().waitFor();
    await picture('executions');
    await page.goto(`${address}/#/drills`);
    await page.getByRole('heading', { name: 'Running instances' }).waitFor(patience);
    await picture('drills');
    await page.goto(`${address}/#/plans`);
    await page.getByRole('link', { name: 'Start a drill of shop' }).waitFor(patience);
    await picture('plans');
  });

  it('checks the readiness of a plan', async () => {
    await page.goto(`${address}/#/plans/shop`);
    await page.getByRole('button', { name: 'Check readiness' }).click();
    await page.getByRole('heading', { name: /Ready/ }).waitFor(patience);
    await picture('plan');
    expect(await barriersOf(page)).toEqual([]);
    await page.goto(`${address}/#/plans/shop/drill`);
    await page.getByRole('heading', { name: /Ready/ }).waitFor(patience);
    await picture('start');
  });

  it('shows the page of a plan with 200 waves, and raises no barrier', async () => {
    const waveId = (n: number): string => `wave-${String(n).padStart(3, '0')}`;
    await put({
      planId: 'wide',
      description: 'Two hundred waves, of which each waits for the one eight before it.',
      waves: Array.from({ length: 200 }, (_, n) => ({
        ...{ waveId: waveId(n), dependsOn: n < 8 ? [] : [waveId(n - 8)] },
        servers: { tags: { Wave: String(n + 1) }, minimum: 1 },
      })),
    } as { readonly planId: string });
    await page.goto(`${address}/#/plans/wide`);
    await page.locator('.graph .node').nth(199).waitFor(patience);
    await settled();
    expect(await barriersOf(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await picture('plan-200');
    await page.goto(`${address}/#/plans/wide/drill`);
    await page.getByRole('heading', { name: '✓ Ready' }).waitFor(patience);
    await picture('start-200');
    await page.goto(`${address}/#/plans/wide/edit`);
    await page.getByRole('heading', { name: '✓ Valid' }).waitFor(patience);
    await settled();
    await picture('editor-200');
  });

  it('asks which machines a drill may overwrite, and names those that were ticked', async () => {
    await put(ledger);
    await page.goto(`${address}/#/plans/ledger`);
    await page.getByRole('link', { name: 'Start a drill' }).click();
    await page.getByText(`would overwrite ${standby}`).first().waitFor(patience);
    const start = page.getByRole('button', { name: 'Start the drill' });
    expect(await start.isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: standby }).check();
    await page.getByRole('heading', { name: '✓ Ready' }).waitFor(patience);
    expect(await barriersOf(page)).toEqual([]);
    await start.click();
    await page.getByText(`may end or overwrite ${standby}`).first().waitFor(patience);
    const id = page.url().split('/').at(-1) ?? '';
    const snapshot: unknown = await (await fetch(`${runtime.endpoint}/api/executions/${id}`)).json();
    expect(snapshot).toMatchObject({ planId: 'ledger', allowReplacing: [standby] });
  });

  it('checks a plan while it is written, and draws it', async () => {
    await page.goto(`${address}/#/plans/shop/edit`);
    await page.getByRole('heading', { name: '✓ Valid' }).waitFor(patience);
    await writePlan(page, JSON.stringify({ ...shop, waves: [{ waveId: 'Not A Slug', servers: [] }] }));
    await page.getByText('waves[0].waveId').waitFor();
    expect(await page.getByRole('button', { name: 'Store as a new version' }).isDisabled()).toBe(true);
    await writePlan(page, JSON.stringify({ ...shop, rtoMinutes: 90 }));
    await page.getByRole('button', { name: 'Store as a new version' }).click();
    await page.getByRole('heading', { level: 1, name: 'shop v2' }).waitFor(patience);
  });

  it.each([
    ['light', 1440, 900],
    ['dark', 1440, 900],
    ['light', 390, 900],
    ['dark', 390, 900],
    // What is left of 1,280 by 1,024 pixels for those who enlarge everything four times.
    ['light', 320, 256],
  ] as const)(
    'raises no barrier in %s at %i by %i pixels, and never scrolls sideways',
    async (colorScheme, width, height) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      const { executions } = (await (await fetch(`${runtime.endpoint}/api/executions`)).json()) as {
        readonly executions: readonly { readonly executionId: string }[];
      };
      const places = executions.map(({ executionId }) => `executions/${executionId}`);
      for (const place of [
        ...[
          '',
          'needs-you',
          'drills',
          'schedules',
          'schedules/new/edit',
          ...places,
          'plans',
          'plans/shop',
          'plans/shop/drill',
          'plans/shop/recovery',
        ],
        'plans/shop/edit',
      ]) {
        await page.goto(`${address}/#/${place}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await settled();
        expect(await barriersOf(page), place).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), place).toBe(true);
        const name = place.replaceAll('/', '-') || 'executions';
        await takePicture(page, `${pictures}/${name}-${width}-${colorScheme}.png`);
      }
    },
  );

  it('keeps still for those who ask for it', async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${address}/#/`);
    await page.locator('.executions').getByRole('link', { name: 'shop' }).click();
    await page.locator('.timeline .span').first().waitFor({ state: 'attached' });
    expect(await motionOf(page)).not.toEqual([]);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await motionOf(page)).toEqual([]);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
  });

  it('is worked by keyboard alone', async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${address}/#/plans`);
    await page.getByRole('link', { name: 'Start a drill of shop' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Start the drill' }).waitFor(patience);
    await page.goto(`${address}/#/plans/shop`);
    await page.getByRole('button', { name: 'Restore version 1' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    for (let presses = 0; presses < 6; presses++) {
      await page.keyboard.press('Tab');
      const isInside = await page.evaluate(
        'document.activeElement === document.body || document.querySelector("dialog").contains(document.activeElement)',
      );
      expect(isInside).toBe(true);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('is held to checks that see a barrier where there is one', async () => {
    const bad = await browser.newPage();
    await bad.setContent(
      `<main><h1>x</h1><button></button><button style="outline:0">z</button>
      <p style="color:#aaa;background:#fff">pale</p><a href="#" tabindex="3">y</a>
      <div style="overflow:hidden"><button style="width:100%;height:40px;outline:3px solid #000">cut</button></div>
      <button style="height:40px;outline:3px solid #eee">faint</button>
      <div style="position:fixed;inset:0 0 auto;height:60px;background:#fff"></div></main>`,
    );
    const barriers = (await barriersOf(bad)).map((barrier) => barrier.split(/:| \d/)[0]);
    await bad.close();
    expect(barriers).toEqual([
      'no name',
      'too small a target',
      'too small a target',
      'focus faint',
      'focus cut',
      'focus not seen',
      'order of focus changed',
      'contrast',
      'no language',
    ]);
  });

  it('asks nobody but its own server, and fails at nothing', () => {
    expect(foreign).toEqual([]);
    expect(errors).toEqual([]);
  });
});
