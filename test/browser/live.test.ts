import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { drillOf } from '../support/view-drill.ts';
import { openBrowser } from './browser.ts';
import { openLine, type Line } from './line.ts';
import { openStandIn, type StandIn } from './stand-in.ts';

const patience = { timeout: 120_000 };
const drill = drillOf({ waves: 4, serversOfWave: 2 });
const known = 6;

let browser: Browser;
let server: StandIn;
let line: Line;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
}, 240_000);
afterAll(() => browser.close());

const open = async (isPushed: boolean): Promise<void> => {
  server = await openStandIn({ drill, known, isPushed });
  line = await openLine(server.address);
  page = await browser.newPage();
  page.setDefaultTimeout(patience.timeout);
  await page.goto(`${line.address}/#/executions/${drill.snapshot.executionId}`);
  await count(known);
};
afterEach(async () => {
  await page.close();
  line.close();
  server.close();
});

const count = (events: number): Promise<void> =>
  page.getByText(`${events} events`, { exact: true }).waitFor(patience);
const readings = (status: number): number =>
  server.answers.filter((answer) => answer.startsWith(`${status} `) && answer.endsWith('/events')).length;

describe('the console where events are pushed', { timeout: 180_000 }, () => {
  it('goes on after what it heard last, and reads nothing anew', async () => {
    await open(true);
    server.say(drill.events[known]!);
    await count(known + 1);
    const before = server.answers.length;
    line.cut();
    await page.getByRole('alert').getByText('Connection lost').waitFor();
    for (const event of drill.events.slice(known + 1, known + 4)) server.say(event);
    line.mend();
    await count(known + 4);
    await page.getByText('Live', { exact: true }).waitFor();
    const ofExecution = server.answers.slice(before).filter((answer) => answer.includes('/executions'));
    expect(ofExecution).toEqual([]);
  });

  it('sends a decision that nobody answered again under the same key', async () => {
    await open(true);
    const keys: (string | undefined)[] = [];
    await page.route('**/pause', async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      await (keys.length === 1 ? route.abort() : route.fulfill({ status: 202, json: {} }));
    });
    await page.getByRole('button', { name: 'Pause' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Pause' }).click();
    await dialog.getByText('Try again: it takes effect only once.').waitFor();
    await dialog.getByRole('button', { name: 'Pause' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(keys[0]).toMatch(/^[0-9a-f]{24}$/);
    expect(keys).toEqual([keys[0], keys[0]]);
  });

  it('runs no script but its own', async () => {
    await open(true);
    const violated = await page.evaluate<string>(`new Promise((resolve) => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective));
      const image = document.createElement('img');
      image.src = 'https://elsewhere.example/pixel';
      document.body.append(image);
    })`);
    expect(violated).toBe('img-src');
    await expect(page.evaluate(`document.body.innerHTML = '<b></b>'`)).rejects.toThrow(/TrustedHTML/);
  });
});

describe('the console where nothing is pushed', { timeout: 180_000 }, () => {
  it('asks with what it has, is told when nothing is new, and takes up what is', async () => {
    await open(false);
    await page.getByText('Every 3 s', { exact: true }).waitFor();
    await expect.poll(() => readings(304), patience).toBeGreaterThan(0);
    expect(readings(200)).toBe(1);
    server.say(drill.events[known]!);
    await count(known + 1);
    expect(readings(200)).toBe(2);
  });

  it('says when nobody answers, and comes back without loss', async () => {
    await open(false);
    await page.getByText('Every 3 s', { exact: true }).waitFor();
    line.cut();
    await page.getByRole('alert').getByText('Connection lost').waitFor();
    for (const event of drill.events.slice(known, known + 3)) server.say(event);
    line.mend();
    await count(known + 3);
    await page.getByText('Every 3 s', { exact: true }).waitFor();
  });
});
