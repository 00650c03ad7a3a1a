import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { arePicturesAsked } from './browser.ts';
import { reportHtml } from '../../services/faces/report/html.ts';
import type { ExecutionReport } from '../../services/faces/report/report-model.ts';

/**
 * The look of one drill's report. With SCREENSHOTS=1 pictures of it are compared with those that are kept, as a
 * person would from across the room: in cells of 12 by 12 pixels, so that a font's edges do not count and a
 * layout's do. UPDATE_PICTURES=1 renews them; look at them before they are committed. A plain run takes none.
 */
const kept = join(import.meta.dirname, 'screenshots');
const isRenewed = process.env['UPDATE_PICTURES'] === '1';
const made = 'reports/browser';
const report = JSON.parse(
  readFileSync(join(import.meta.dirname, 'report-of-failures.json'), 'utf8'),
) as ExecutionReport;

/** Of all cells. The same browser draws the same; a bar of the chart in another colour is more. */
const shareMax = 0.002;

let browser: Browser;
beforeAll(async () => {
  mkdirSync(made, { recursive: true });
  // Always the browser of the packages, whatever the machine has: its fonts come with it.
  browser = await playwright.launch({
    executablePath: process.env['CHROMIUM'] ?? (await chromium.executablePath()),
    args: ['--disable-dev-shm-usage', '--no-sandbox', '--font-render-hinting=none'],
  });
}, 240_000);
afterAll(() => browser.close());

/** Runs in a page: the share of cells of which the mean colours differ by more than a tenth, and both sizes. */
const compareScript = `async ([a, b]) => {
  const cell = 12;
  const draw = async (data) => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + data;
    await image.decode();
    return image;
  };
  const [one, two] = [await draw(a), await draw(b)];
  const [columns, rows] = [Math.ceil(one.width / cell), Math.ceil(one.height / cell)];
  const cellsOf = (image) => {
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const sums = new Float64Array(columns * rows * 3);
    for (let y = 0; y < Math.min(image.height, rows * cell); y++)
      for (let x = 0; x < Math.min(image.width, columns * cell); x++)
        for (let c = 0; c < 3; c++)
          sums[(Math.floor(y / cell) * columns + Math.floor(x / cell)) * 3 + c] += data[(y * image.width + x) * 4 + c];
    return sums.map((sum) => sum / (cell * cell));
  };
  const [left, right] = [cellsOf(one), cellsOf(two)];
  let differing = 0;
  for (let at = 0; at < left.length; at += 3)
    if ([0, 1, 2].some((c) => Math.abs(left[at + c] - right[at + c]) > 26)) differing++;
  return { share: differing / (columns * rows), sizes: [[one.width, one.height], [two.width, two.height]] };
}`;
interface Comparison {
  readonly share: number;
  readonly sizes: readonly [readonly [number, number], readonly [number, number]];
}

const compare = async (one: Buffer, two: Buffer): Promise<Comparison> => {
  const page = await browser.newPage();
  const images = JSON.stringify([one.toString('base64'), two.toString('base64')]);
  const result = await page.evaluate<Comparison>(`(${compareScript})(${images})`);
  await page.close();
  return result;
};

const shownIn = async <T>(
  html: string,
  width: number,
  media: 'screen' | 'print',
  look: (page: Page) => Promise<T>,
): Promise<T> => {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: 'light' });
  await page.emulateMedia({ media, colorScheme: 'light' });
  await page.setContent(html);
  const seen = await look(page);
  await page.close();
  return seen;
};

const pictureOf = (html: string, width: number, media: 'screen' | 'print'): Promise<Buffer> =>
  shownIn(html, width, media, (page) => page.screenshot({ fullPage: true }));

/** Runs in a page: of each element that is seen its name, its colours, and its box in pixels. */
const lookScript = `[...document.querySelectorAll('body *')].flatMap((element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  if (width === 0 || height === 0) return [];
  const { color, backgroundColor, fill, fontSize } = getComputedStyle(element);
  const name = [element.tagName.toLowerCase(), ...element.classList].join('.');
  return [[[name, color, backgroundColor, fill, fontSize].join(' '), x, y + scrollY, width, height].map(
    (value) => (typeof value === 'number' ? Math.round(value) : value),
  )];
})`;
type Element = readonly [style: string, x: number, y: number, width: number, height: number];

const lookOf = (html: string, width: number, media: 'screen' | 'print'): Promise<readonly Element[]> =>
  shownIn(html, width, media, (page) => page.evaluate<readonly Element[]>(lookScript));

/** What is elsewhere by more than a font's edges, or of another size or colour. */
const differences = (before: readonly Element[], after: readonly Element[]): readonly string[] => {
  const bottom = Math.max(...before.map(([, , y, , height]) => y + height));
  const isNear = (one: number, two: number): boolean => Math.abs(one - two) <= Math.max(3, bottom / 100);
  const pairs = Array.from({ length: Math.max(before.length, after.length) }, (_, at) => [
    before[at],
    after[at],
  ]);
  return pairs.flatMap(([was, is]) => {
    if (was === undefined || is === undefined)
      return [`${was?.[0] ?? 'nothing'} became ${is?.[0] ?? 'nothing'}`];
    const [style, ...box] = was;
    const [styleNow, ...boxNow] = is;
    if (style !== styleNow) return [`${style} became ${styleNow}`];
    return box.every((value, at) => isNear(value, boxNow[at] ?? 0))
      ? []
      : [`${style} at ${box.join()} is at ${boxNow.join()}`];
  });
};

const views = [
  ['desktop', 1_440, 'screen'],
  ['phone', 390, 'screen'],
  ['print', 720, 'print'],
] as const;

it.each(views)('the report is laid out in the same way each time, on %s', async (_name, width, media) => {
  const html = reportHtml(report);
  const look = await lookOf(html, width, media);
  expect(look.length).toBeGreaterThan(100);
  expect(differences(look, await lookOf(html, width, media))).toEqual([]);
});

it('a look tells of a chart in other colours, of one that is gone, and of a wider column', async () => {
  const html = reportHtml(report);
  const good = await lookOf(html, 720, 'print');
  const spoilt = {
    colours: html.replaceAll('class="launch"', 'class="none"'),
    chart: html.replace(/<svg.*?<\/svg>/s, ''),
    column: html.replaceAll('<td', '<td width="400"'),
  };
  for (const [what, page] of Object.entries(spoilt))
    expect([what, differences(good, await lookOf(page, 720, 'print'))]).not.toEqual([what, []]);
});

if (arePicturesAsked || isRenewed) {
  it.each(views)('the report looks as it was seen last, on %s', async (name, width, media) => {
    const picture = await pictureOf(reportHtml(report), width, media);
    const file = join(kept, `report-${name}.png`);
    writeFileSync(join(made, `picture-${name}.png`), picture);
    if (isRenewed) writeFileSync(file, picture);
    expect(existsSync(file)).toBe(true);
    const { share, sizes } = await compare(readFileSync(file), picture);
    expect(sizes[1][0]).toBe(sizes[0][0]);
    expect(Math.abs(sizes[1][1] - sizes[0][1]) / sizes[0][1]).toBeLessThan(0.01);
    expect(share).toBeLessThan(shareMax);
  });

  it('a picture tells of a chart in other colours', async () => {
    const spoilt = reportHtml(report).replaceAll('class="launch"', 'class="none"');
    const good = readFileSync(join(kept, 'report-print.png'));
    const { share } = await compare(good, await pictureOf(spoilt, 720, 'print'));
    expect(share).toBeGreaterThanOrEqual(shareMax);
  });
}
