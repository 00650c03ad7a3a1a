import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRuntime, type Runtime } from '../../infra/local/runtime.ts';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { barriersOf } from './accessibility.ts';
import { openBrowser, takePictures } from './browser.ts';
import { patience, putOver } from './over-api.ts';

let runtime: Runtime;
let browser: Browser;
let page: Page;

const put = (plan: { readonly planId: string }): Promise<void> =>
  putOver(runtime, `plans/${plan.planId}`, plan);

beforeAll(async () => {
  const scenario = scenarioSchema.parse({
    drs: {
      servers: [
        { name: 'web-{n}', count: 3, tags: { Tier: 'web' } },
        { name: 'database', tags: { Tier: 'database' } },
        { name: 'stalled', tags: { Tier: 'batch' }, replication: { state: 'DISCONNECTED' } },
        { name: 'forgotten-{n}', count: 60, tags: { Tier: 'none' } },
      ],
    },
    targets: { '111122223333/ap-south-1': { drs: { initialized: false } } },
  });
  runtime = await startRuntime({ speed: 600, scenario });
  await runtime.warm();
  await put({
    planId: 'shop',
    waves: [
      { waveId: 'data', servers: { tags: { Tier: 'database' }, minimum: 1 } },
      { waveId: 'web', dependsOn: ['data'], servers: { tags: { Tier: 'web' }, minimum: 1 } },
    ],
  } as { readonly planId: string });
  await put({
    planId: 'elsewhere',
    targets: { there: { account: '111122223333', region: 'ap-south-1' } },
    waves: [
      { waveId: 'far', target: 'there', servers: [{ sourceServerId: 's-00000000000000000' }] },
      { waveId: 'near', servers: { tags: { Tier: 'batch' }, minimum: 1 } },
    ],
  } as { readonly planId: string });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1_440, height: 1_000 } });
  page.setDefaultTimeout(60_000);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await runtime.close();
});

const open = async (): Promise<void> => {
  await page.goto(`${runtime.endpoint}/`);
  await page.getByRole('link', { name: 'Servers' }).click();
  await page.getByRole('heading', { level: 1, name: 'Servers' }).waitFor();
  await page.getByRole('heading', { level: 2, name: /servers/ }).waitFor();
};
const row = (name: string) => page.getByRole('row', { name: new RegExp(`^${name}`) });

describe('the page of servers', () => {
  it(
    'shows a page of them with the plans and waves that recover each, and the rest when asked',
    patience,
    async () => {
      await open();
      await page.getByRole('heading', { name: '50 of 65 servers' }).waitFor();
      expect(await row('database').innerText()).toMatch(/shop\s+data[^]*Ready/);
      await page.getByRole('button', { name: 'Show more' }).click();
      await page.getByRole('heading', { name: '65 of 65 servers' }).waitFor();
      expect(await row('web-3').innerText()).toMatch(/shop\s+web/);
      expect(await row('stalled').innerText()).toMatch(/elsewhere\s+near[^]*Not ready/);
    },
  );

  it('tells of a place that cannot be read, and shows the others', patience, async () => {
    await page.getByRole('alert').getByText('111122223333/ap-south-1 cannot be read').waitFor();
  });

  it('shows in two clicks which servers no plan recovers', patience, async () => {
    await page.getByLabel('No plan').check();
    await page.getByRole('heading', { name: '50 of 60 servers' }).waitFor();
    expect(await page.getByRole('row', { name: /^web/ }).count()).toBe(0);
    await page.getByLabel('Text').fill('forgotten-60');
    await page.getByRole('heading', { name: '1 of 1 server', exact: true }).waitFor();
    await page.getByLabel('Text').fill('');
    await page.getByLabel('No plan').uncheck();
    await page.getByLabel('Plan', { exact: true }).fill('shop');
    await page.getByRole('heading', { name: '4 of 4 servers' }).waitFor();
  });

  it('leads from a server to the drill that last proved it', { timeout: 210_000 }, async () => {
    const order = { requestId: 'prove', planId: 'shop', mode: 'DRILL' };
    const asked = await fetch(`${runtime.endpoint}/api/executions`, {
      method: 'POST',
      body: JSON.stringify(order),
    });
    const { executionId } = (await asked.json()) as { readonly executionId: string };
    const state = async (): Promise<unknown> =>
      (await fetch(`${runtime.endpoint}/api/executions/${executionId}`)).json();
    await expect.poll(state, { timeout: 140_000, interval: 500 }).toMatchObject({ status: 'COMPLETED' });
    await expect
      .poll(
        async () => {
          await page.getByRole('button', { name: 'Read again' }).click();
          return row('database').innerText();
        },
        { timeout: 60_000, interval: 1_000 },
      )
      .toMatch(/in a drill of shop/);
    const link = row('database').getByRole('link', { name: /in a drill of shop/ });
    expect(await link.getAttribute('href')).toBe(`#/executions/${executionId}`);
    expect(await row('database').innerText()).toMatch(/i-[0-9a-f]+\s+of a drill/);
    await page.getByLabel('Plan', { exact: true }).fill('');
    await page.getByRole('heading', { name: '50 of 65 servers' }).waitFor();
    await takePictures(page, 'servers');
  });

  it.each([
    ['light', 1_440, 1_000],
    ['dark', 1_024, 900],
    ['light', 390, 844],
    ['dark', 390, 844],
  ] as const)('raises no barrier in %s at %i by %i pixels', patience, async (colorScheme, width, height) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    await open();
    expect(await barriersOf(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});
