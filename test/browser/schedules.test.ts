import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRuntime, type Runtime } from '../../infra/local/runtime.ts';
import { barriersOf } from './accessibility.ts';
import { openBrowser, takePicture, takePictures } from './browser.ts';
import { patience, putOver } from './over-api.ts';

const pictures = 'reports/browser';

let runtime: Runtime;
let browser: Browser;
let page: Page;

const put = (path: string, document: object): Promise<void> => putOver(runtime, path, document);

const weekly = {
  ...{ scheduleId: 'weekly', planId: 'shop', cron: '0 3 ? * SAT *', zone: 'Europe/Berlin' },
  ...{ description: 'The shop, while hardly anybody is there.', startWindowMinutes: 90 },
  ...{ calendars: ['change-freeze'], blockedDates: ['2026-12-26'], blockedWindows: ['Mon:00:00-Fri:23:59'] },
};

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  runtime = await startRuntime({ speed: 600 });
  await runtime.warm();
  await put('plans/shop', {
    planId: 'shop',
    stopWhen: [{ alarms: ['shop-errors'], do: 'cancel' }],
    waves: [{ waveId: 'web', servers: { tags: { Tier: 'web' }, minimum: 1 } }],
  });
  await put('schedules/weekly', weekly);
  await put('schedules/guarded', {
    ...{ scheduleId: 'guarded', planId: 'shop', cron: '0/15 * * * ? *' },
    ...{ calendars: ['nowhere'], blockingAlarms: ['shop-errors'] },
  });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1_440, height: 1_000 } });
  page.setDefaultTimeout(60_000);
}, 180_000);
afterAll(async () => {
  await browser.close();
  await runtime.close();
});

const open = async (): Promise<void> => {
  await page.goto(`${runtime.endpoint}/#/schedules`);
  await page.getByRole('heading', { level: 1, name: 'Schedules' }).waitFor();
};
const panel = (name: string) => page.getByRole('region', { name: new RegExp(`^${name} v`) });

describe('the page of schedules', () => {
  it(
    'shows when each is due in its own zone and in UTC, and what became of its last times',
    patience,
    async () => {
      await open();
      await panel('weekly').getByText('0 3 ? * SAT * in Europe/Berlin').waitFor();
      await panel('weekly').getByText('change-freeze').waitFor();
      expect(await panel('weekly').getByRole('columnheader').allInnerTexts()).toEqual([
        ...['Next in Europe/Berlin', 'UTC', 'Note'],
      ]);
      await expect
        .poll(
          async () => {
            await page.getByRole('button', { name: 'Read again' }).click();
            return panel('guarded').innerText();
          },
          { timeout: 120_000 },
        )
        .toContain('Skipped: its calendars cannot be asked');
      await takePictures(page, 'schedules');
    },
  );

  it.each([
    ['light', 1_440, 1_000],
    ['dark', 1_024, 900],
    ['light', 390, 844],
    ['dark', 390, 844],
  ] as const)('raises no barrier in %s at %i by %i pixels', patience, async (colorScheme, width, height) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    await open();
    await panel('weekly').waitFor();
    expect(await barriersOf(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await takePicture(page, `${pictures}/schedules-${width}-${colorScheme}.png`);
  });

  it(
    'pauses, resumes and deletes a schedule, and the last only when it is said twice',
    patience,
    async () => {
      await page.setViewportSize({ width: 1_440, height: 1_000 });
      await open();
      await panel('weekly').getByRole('button', { name: 'Pause' }).click();
      await panel('weekly').getByText('Not held: the schedule is paused').first().waitFor();
      await panel('weekly').getByRole('button', { name: 'Resume' }).click();
      await panel('weekly').getByRole('button', { name: 'Pause' }).waitFor();
      await panel('guarded').getByRole('button', { name: 'Delete' }).click();
      await panel('guarded').getByRole('button', { name: 'Delete the schedule' }).click();
      await panel('guarded').waitFor({ state: 'detached' });
    },
  );

  it('stores what is edited, and names the faults of what is not valid', patience, async () => {
    await open();
    await panel('weekly').getByRole('link', { name: 'Edit' }).click();
    const editor = page.getByRole('textbox', { name: 'Document (JSON)' });
    await takePictures(page, 'edit-schedule');
    await editor.fill(JSON.stringify({ ...weekly, cron: '0 3 * * * *' }));
    await page.getByRole('button', { name: 'Store as a new version' }).click();
    await page.getByRole('alert').getByText('is no cron expression').waitFor();
    await editor.fill(JSON.stringify({ ...weekly, startWindowMinutes: 30 }));
    await page.getByRole('button', { name: 'Store as a new version' }).click();
    await page.getByRole('heading', { name: 'weekly v2' }).waitFor();
  });
});

describe('the page of evidence', () => {
  it(
    'shows what is proven of each plan, and what was held and skipped in a period, for one plan or all',
    patience,
    async () => {
      await page.getByRole('link', { name: 'Evidence' }).click();
      await page.getByRole('heading', { level: 1, name: 'Evidence' }).waitFor();
      const region = (name: string) => page.getByRole('region', { name }).first();
      await region('Plans').getByText('no drill recovered everything').waitFor();
      await region('Skipped drills').getByText('nowhere').first().waitFor();
      await region('Servers without proof').getByText('web-1').waitFor();
      expect(await barriersOf(page)).toEqual([]);
      for (const [width, height] of [
        [1_440, 1_000],
        [390, 844],
        [320, 844],
      ] as const)
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.setViewportSize({ width, height });
          await page.emulateMedia({ colorScheme });
          expect(await barriersOf(page)).toEqual([]);
          await takePicture(page, `${pictures}/evidence-${width}-${colorScheme}.png`, true);
        }
      await page.setViewportSize({ width: 1_440, height: 1_000 });
      await page.emulateMedia({ colorScheme: 'light' });
      await page.getByLabel('To').fill('2020-02-01');
      await region('Drills and recoveries').getByText('None was held.').waitFor();
      await page.getByLabel('From (UTC)').fill('2020-03-01');
      await page.getByRole('alert').getByText('is not before the end').waitFor();
      expect(await page.getByRole('region', { name: 'Plans' }).count()).toBe(0);
      await page.getByLabel('From (UTC)').fill('');
      const link = page.getByRole('link', { name: 'as a table' });
      await link.waitFor();
      const table = await fetch(new URL((await link.getAttribute('href')) ?? '', runtime.endpoint));
      expect(table.headers.get('content-type')).toContain('text/csv');
      expect(await table.text()).toMatch(/^kind,due,started/);
    },
  );
});

it(
  'the page of a plan says which alarms stop a drill of it, and that nothing proves it yet',
  patience,
  async () => {
    await page.goto(`${runtime.endpoint}/#/plans/shop`);
    await page.getByText('Stopped by shop-errors where Groundswell is deployed: cancels a drill').waitFor();
    await page.getByText('No drill of it has recovered everything yet.').waitFor();
    expect(await barriersOf(page)).toEqual([]);
  },
);
