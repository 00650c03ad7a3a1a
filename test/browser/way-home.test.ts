import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExecutionSnapshot, WaveSnapshot } from '../../contracts/api.ts';
import { viewOf } from '../../services/core/view/fold.ts';
import { plannedView, requestedView } from '../../services/core/view/planned-view.ts';
import { executionId, startedAt } from '../services/core/view/said.ts';
import { failback } from '../services/core/view/said-failback.ts';
import { barriersOf } from './accessibility.ts';
import { openBrowser, takePictures } from './browser.ts';
import { openStandIn, type StandIn } from './stand-in.ts';

const events = failback();
const shape = viewOf(
  requestedView(executionId, { planId: 'shop-home', mode: 'RECOVERY', requestedBy: 'ann' }),
  events,
);
const snapshot = {
  ...{ executionId, planId: 'shop-home', planVersion: 1, mode: 'RECOVERY', direction: 'failback' },
  ...{ status: 'RUNNING', requestedBy: 'ann', startedAt: new Date(startedAt).toISOString() },
  now: new Date(startedAt).toISOString(),
  waves: shape.waves.map(({ waveId, phase, dependsOn, servers }): WaveSnapshot => ({
    ...{ waveId, dependsOn: [...dependsOn], account: '111122223333', region: 'eu-west-1' },
    ...(phase !== undefined && { phase }),
    ...{ status: 'WAITING', attempt: 0, onFailure: 'ask', success: 'all', awaitingCapacity: false },
    ...{ jobIds: [], actions: [] },
    servers: servers.map(({ sourceServerId, name }) => ({
      ...{ sourceServerId, name, critical: true, phase: 'NONE' },
    })),
  })),
} satisfies ExecutionSnapshot;
const until = (seconds: number): number =>
  events.filter(({ metadata }) => Date.parse(metadata.emittedAt) <= startedAt + 1_000 * seconds).length;

let browser: Browser;
let server: StandIn;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
  const drill = { snapshot, planned: plannedView(snapshot), events };
  server = await openStandIn({ drill, known: until(110), isPushed: true });
  page = await browser.newPage({ viewport: { width: 1_440, height: 1_000 } });
  page.setDefaultTimeout(60_000);
  await page.goto(`${server.address}/#/executions/${executionId}`);
}, 240_000);
afterAll(async () => {
  await browser.close();
  server.close();
});

const row = (name: string) =>
  page.getByRole('region', { name: 'The way home' }).getByRole('row', { name: new RegExp(`^${name}`) });

it('shows where each server is on its way home', { timeout: 180_000 }, async () => {
  await page.getByRole('heading', { level: 2, name: 'The way home' }).waitFor();
  await page.getByText('Failback', { exact: true }).first().waitFor();
  expect(await row('server-1').innerText()).toMatch(
    /Syncing\s+2\.0 of 8\.0 GiB\s+6\.0 GiB\s+2026-11-23 10:15/,
  );
  expect(await row('server-2').innerText()).toContain('Stands still since 2026-11-23 10:01');
  await page
    .getByRole('button', { name: /^Wave reverse-web, replicates back: Running/ })
    .first()
    .click();
  await page.getByRole('heading', { level: 2, name: /^reverse-web\s*replicates back/ }).waitFor();
  expect(await barriersOf(page)).toEqual([]);
  await takePictures(page, 'way-home');
});

const asking = events.findIndex(
  ({ type, data }) =>
    type === 'ActionStarted' && (data as { readonly waveId: string }).waveId === 'retire-gate',
);

it('says which irreversible thing an approval lets happen', { timeout: 180_000 }, async () => {
  for (const event of events.slice(until(110), asking + 1)) server.say(event);
  await page.getByText('Begin retire?').first().waitFor();
  await page.getByRole('button', { name: 'Approve' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('DRS terminates what was recovered of 2 servers, with its volumes').waitFor();
  await dialog.getByText('This cannot be undone.').waitFor();
  expect(await row('server-1').innerText()).toContain('Protected');
  await page.keyboard.press('Escape');
});

it('says at the end how much could have been lost', { timeout: 180_000 }, async () => {
  for (const event of events.slice(asking + 1)) server.say(event);
  await page.getByText('where writes had stopped by then, nothing was lost').waitFor();
  expect(await row('server-1').innerText()).toContain('Home');
});
