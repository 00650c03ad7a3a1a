import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startRuntime, type Runtime } from '../../infra/local/runtime.ts';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { barriersOf } from './accessibility.ts';
import { openBrowser, takePictures } from './browser.ts';
import { getOver, patience, putOver } from './over-api.ts';
import { planBox, shownPlan, writePlan } from './plan-text.ts';

const scenario = scenarioSchema.parse({
  drs: { servers: [{ name: 'database-1', tags: { Tier: 'database' } }] },
});
const shop = `# The shop, as its owners wrote it.
planId: shop
waves:
  - waveId: database # all of it
    servers: { tags: { Tier: database }, minimum: 1 }
  - waveId: web
    servers: { tags: { Tier: web }, minimum: 1 }
`;

/** What was offered a moment ago is not taken by a key that was meant for the text. */
const readMs = 300;

/** In which two things are wrong. */
const tiers = `# The shop, recovered from its database outwards.
planId: shop
rtoMinutes: 60
waves:
  - waveId: database # all of it
    servers: { tags: { Tier: database }, minimum: 1 }
  - waveId: application
    dependsOn: [database]
    onFailure: asks
    servers: { tags: { Tier: application }, minimum: 2 }
  - waveId: reports
    dependsOn: [database]
    servers: { tags: { Tier: reports }, minimum: 1 }
  # What users see.
  - waveId: web
    dependsOn: [application, report]
    servers: { tags: { Tier: web }, minimum: 2 }
`;

let runtime: Runtime;
let browser: Browser;
let page: Page;
const errors: string[] = [];
let planNumber = 0;
let planId: string;

const put = (text: string): Promise<void> => putOver(runtime, `plans/${planId}`, parse(text) as object);
const storedPlan = async (): Promise<{
  readonly version: number;
  readonly plan: { readonly waves: object[] };
}> => (await getOver(runtime, `plans/${planId}`)) as { version: number; plan: { waves: object[] } };
const ofShop = (text = shop): string => text.replace('planId: shop', `planId: ${planId}`);
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const wave = (name: string) => page.getByRole('button', { name: new RegExp(`^Wave ${name},`) });
const verdict = (name: string) => page.getByRole('heading', { level: 2, name });
const open = async (): Promise<void> => {
  await page.goto(`${runtime.endpoint}/#/plans/${planId}/edit`);
  await planBox(page).waitFor(patience);
};
const opened = async (text: string): Promise<void> => {
  await open();
  await writePlan(page, text);
  await expect.poll(() => shownPlan(page), patience).toBe(text);
};

beforeAll(async () => {
  runtime = await startRuntime({ speed: 200, scenario });
  await runtime.warm();
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1_440, height: 1_000 } });
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
}, 240_000);
afterAll(async () => {
  await browser.close();
  await runtime.close();
});

beforeEach(async () => {
  planId = `shop-${++planNumber}`;
  await put(ofShop());
});

describe('the text of a plan', { timeout: 400_000 }, () => {
  it('shows every fault in place and in a list that leads there, and is stored once it is mended', async () => {
    await opened(
      ofShop(
        shop.replace('Tier: web', 'Tier: 7').replace('waveId: web', 'waveId: web\n    dependson: [database]'),
      ),
    );
    await verdict('✕ 2 to fix').waitFor(patience);
    expect(await planBox(page).locator('.cm-lintRange-error').count()).toBe(2);
    expect(await button('Store as a new version').isDisabled()).toBe(true);
    await button(/^Line 7 /).click();
    expect(
      await planBox(page).evaluate((element) =>
        element.contains(element.ownerDocument.activeElement?.shadowRoot?.activeElement ?? null),
      ),
    ).toBe(true);
    await button('Write dependsOn').click();
    await verdict('✕ 1 to fix').waitFor(patience);
    await page.getByText("quote it: '7'").waitFor();
    expect(await barriersOf(page)).toEqual([]);
    await writePlan(page, ofShop(shop.replace('waveId: web', 'waveId: web\n    dependsOn: [database]')));
    await verdict('✓ Valid').waitFor(patience);
    await button('Store as a new version').click();
    await page.getByRole('heading', { level: 1, name: `${planId} v2` }).waitFor(patience);
    expect((await storedPlan()).plan.waves[1]).toMatchObject({ dependsOn: ['database'] });
  });

  it('keeps its comments in the browser that stored it', async () => {
    await opened(ofShop().replace('minimum: 1 }\n', 'minimum: 1 } # at least\n'));
    await button('Store as a new version').click();
    await page.getByRole('heading', { level: 1, name: `${planId} v1` }).waitFor(patience);
    await open();
    await expect.poll(() => shownPlan(page), patience).toContain('# at least');
    expect(await page.getByText('A draft:').count()).toBe(0);
  });

  it('is completed by keyboard, from the schema and from what the deployment knows', async () => {
    await opened(`planId: ${planId}\nwaves:\n  - waveId: database\n    `);
    await page.keyboard.press('Control+End');
    await page.keyboard.type('serv');
    await page.getByRole('option', { name: /^servers/ }).waitFor(patience);
    await page.waitForTimeout(readMs);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.keyboard.type('  - sourceServerId: data');
    await page.getByRole('option', { name: /database-1/ }).waitFor(patience);
    await page.waitForTimeout(readMs);
    await page.keyboard.press('Enter');
    await verdict('✓ Valid').waitFor(patience);
  });

  it('is left by Escape and Tab, and never holds the focus', async () => {
    await open();
    await planBox(page).focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    const isLeft = await planBox(page).evaluate((element) => {
      const root = element.getRootNode();
      return root instanceof ShadowRoot && root.activeElement === null;
    });
    expect(isLeft).toBe(true);
  });

  it('is written as JSON and as YAML again', async () => {
    await opened(ofShop());
    await button('Write as JSON').click();
    await expect.poll(() => shownPlan(page), patience).toContain('"waveId": "database"');
    await button('Write as YAML').click();
    await expect.poll(() => shownPlan(page), patience).toContain('- waveId: database');
    await button('Undo').click();
    await button('Undo').click();
    await expect.poll(() => shownPlan(page), patience).toBe(ofShop());
  });
});

describe('the graph of a plan', { timeout: 400_000 }, () => {
  it('gets waves and connections by keyboard alone, and the text says them', async () => {
    await opened(ofShop());
    await page.getByLabel('New wave').focus();
    await page.keyboard.type('cache');
    await page.keyboard.press('Enter');
    await wave('cache').waitFor(patience);
    await page.getByLabel('Depends on').focus();
    await page.keyboard.type('database');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page
      .getByRole('button', { name: 'Wave cache, waits for database', exact: false })
      .waitFor(patience);
    expect(await shownPlan(page)).toBe(
      `${ofShop()}  - waveId: cache\n    dependsOn: [database]\n    servers: { tags: {}, minimum: 1 }\n`.trimEnd() +
        '\n',
    );
    await verdict('✕ 1 to fix').waitFor(patience);
    await wave('cache').focus();
    await page.keyboard.press('Control+z');
    await page.getByRole('button', { name: /^Wave cache, waits for nothing/ }).waitFor(patience);
    await button('Redo').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Wave cache, waits for database/ }).waitFor(patience);
  });

  it('is connected by drawing from one wave to the one that waits, and refuses a circle with its reason', async () => {
    await opened(ofShop());
    const draw = async (from: string, to: string): Promise<void> => {
      await page.locator(`[data-wave=${from}] .handle`).hover();
      await page.mouse.down();
      await wave(to).hover();
      await page.mouse.up();
    };
    await draw('database', 'web');
    await page.getByRole('button', { name: /^Wave web, waits for database/ }).waitFor(patience);
    expect(await shownPlan(page)).toContain('waveId: web\n    dependsOn: [database]\n');
    await draw('web', 'database');
    await page
      .getByText('these waves would wait for each other: database → web → database')
      .waitFor(patience);
    await wave('web').click();
    await button('Disconnect database: web no longer waits for it').click();
    await page.getByRole('button', { name: /^Wave web, waits for nothing/ }).waitFor(patience);
    expect(await shownPlan(page)).toBe(ofShop());
  });

  it('leads to the text of a wave, and the text to its wave', async () => {
    await opened(ofShop());
    await wave('web').click();
    await page.getByRole('group', { name: 'Wave web' }).waitFor(patience);
    const setOff = (): Promise<string[]> => planBox(page).locator('.cm-wave').allTextContents();
    await expect
      .poll(setOff, patience)
      .toEqual(['  - waveId: web', '    servers: { tags: { Tier: web }, minimum: 1 }']);
    await planBox(page).getByText('# all of it').click();
    await expect.poll(() => wave('database').getAttribute('aria-pressed'), patience).toBe('true');
    await page
      .getByRole('group', { name: 'Wave database' })
      .getByRole('button', { name: 'Open its text' })
      .focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.type('description: opened');
    await expect.poll(() => shownPlan(page), patience).toContain('description: opened');
  });
});

describe('a draft', { timeout: 400_000 }, () => {
  it('survives Back and a reload', async () => {
    const draft = ofShop().replace('# all of it', '# not stored yet');
    await opened(draft);
    await page.getByRole('link', { name: 'Back' }).click();
    await page.getByRole('heading', { level: 1, name: planId }).waitFor(patience);
    await open();
    await page.reload();
    await page.getByText('A draft: it is kept in this browser').waitFor(patience);
    await expect.poll(() => shownPlan(page), patience).toBe(draft);
  });

  it('of an older version says so, shows both sides, and is stored only by who has seen them', async () => {
    const draft = ofShop().replace('planId', 'rtoMinutes: 45\nplanId');
    await opened(draft);
    await put(ofShop().replace('planId', 'rpoMinutes: 15\nplanId'));
    await verdict('✓ Valid').waitFor(patience);
    await button('Store as a new version').click();
    await page.getByText('Version 2 was stored after this draft was begun from version 1.').waitFor(patience);
    await page.getByText('What came after version 1').waitFor(patience);
    await page.getByText('What the draft would change in version 2').waitFor();
    expect((await storedPlan()).version).toBe(2);
    await page.reload();
    await page.getByText('Version 2 was stored after').waitFor(patience);
    expect(await barriersOf(page)).toEqual([]);
    await button('Keep the draft').click();
    await button('Store as a new version').click();
    await page.getByRole('heading', { level: 1, name: `${planId} v3` }).waitFor(patience);
    expect((await storedPlan()).plan).toMatchObject({ rtoMinutes: 45 });
  });

  it('of a new plan never takes the place of one that is there', async () => {
    await page.goto(`${runtime.endpoint}/#/plans/new/edit`);
    await planBox(page).waitFor(patience);
    await writePlan(page, ofShop(shop.replace('all of it', 'mine')));
    await verdict('✓ Valid').waitFor(patience);
    await button('Store as a new version').click();
    await page.getByText(`There is a plan ${planId} already, at version 1.`).waitFor(patience);
    await button('Take version 1').click();
    await page.getByRole('heading', { level: 1, name: `Edit ${planId}` }).waitFor(patience);
    expect((await storedPlan()).version).toBe(1);
  });
});

describe('a plan of 200 waves', { timeout: 400_000 }, () => {
  it('is judged and connected while it is written', async () => {
    const waves = Array.from(
      { length: 200 },
      (_, n) => `  - waveId: wave-${n}\n    servers: { tags: { T: x }, minimum: 1 }\n`,
    );
    await open();
    await writePlan(page, `planId: ${planId}\nwaves:\n${waves.join('')}`);
    await wave('wave-199').waitFor(patience);
    await verdict('✓ Valid').waitFor(patience);
    await wave('wave-7').click();
    await page.getByLabel('Depends on').selectOption('wave-3');
    await button('Connect').click();
    await page.getByRole('button', { name: /^Wave wave-7, waits for wave-3/ }).waitFor(patience);
  });
});

it(
  'the editor raises no barrier in light and dark, wide and narrow, and never scrolls sideways',
  { timeout: 400_000 },
  async () => {
    await opened(ofShop(tiers));
    await wave('application').click();
    await takePictures(page, 'editor');
    for (const colorScheme of ['light', 'dark'] as const)
      for (const [width, height] of [
        [1_440, 900],
        [390, 844],
        [320, 256],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height });
        await page.waitForTimeout(300);
        expect(await barriersOf(page), `${colorScheme} ${width}`).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), String(width)).toBe(
          true,
        );
      }
  },
);

it('the editor raises no error, and nothing in it is refused by the page’s policy', () => {
  expect(errors).toEqual([]);
});
