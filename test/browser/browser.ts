import { writeFileSync } from 'node:fs';
import { chromium as playwright, type Browser, type Page } from 'playwright-core';
import { browserPath } from './browser-path.ts';

export const openBrowser = async (): Promise<Browser> =>
  playwright.launch({
    executablePath: await browserPath(),
    args: ['--disable-dev-shm-usage', '--disable-gpu', '--no-sandbox'],
  });

/** Pictures are for people, and a busy machine may fail to take one: nothing that is tested depends on them. */
export const arePicturesAsked = process.env['SCREENSHOTS'] === '1';

/** Takes a picture where one is asked for, with SCREENSHOTS=1. */
export const takePicture = async (page: Page, path: string, fullPage = false): Promise<void> => {
  if (arePicturesAsked) await page.screenshot({ path, fullPage });
};

/** On a phone the picture of an execution reaches to the end of its timeline, that of a plan to the end of its graph. */
const heightShown = (page: Page, height: number): Promise<number> =>
  page.evaluate(
    `Math.ceil([...document.querySelectorAll('section:has(> .timeline, > .graph)')].reduce(
      (lowest, each) => Math.max(lowest, each.getBoundingClientRect().bottom + scrollY + 12), ${height}))`,
  );

/** Runs in a page of the same browser: what a screenshot shows, as WebP, which is a third as large. */
const webpScript = `async (png) => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + png;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext('2d').drawImage(image, 0, 0);
  return canvas.toDataURL('image/webp', 0.6);
}`;

const writeWebp = async (page: Page, path: string): Promise<void> => {
  const png = (await page.screenshot()).toString('base64');
  const blank = await page.context().browser()?.newPage();
  if (blank === undefined) throw new Error('A picture needs a browser of its own.');
  try {
    const data = await blank.evaluate<string>(`(${webpScript})(${JSON.stringify(png)})`);
    writeFileSync(path, Buffer.from(data.replace('data:image/webp;base64,', ''), 'base64'));
  } finally {
    await blank.close();
  }
};

/** No picture is longer than somebody scrolls. */
const heightMax = 2_400;

/** SCREENSHOTS=1 regenerates the pictures of the documentation, at three widths, in light and dark. */
export const takePictures = async (page: Page, name: string): Promise<void> => {
  if (!arePicturesAsked) return;
  await page.mouse.move(0, 0);
  for (const [width, height] of [
    [1_440, 900],
    [1_024, 800],
    [390, 844],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(300);
      // What is out of sight is not drawn, so the window itself is made as high as the picture.
      if (width === 390)
        await page.setViewportSize({ width, height: Math.min(heightMax, await heightShown(page, height)) });
      await page.waitForTimeout(300);
      await writeWebp(page, `test/browser/screenshots/${name}-${width}-${colorScheme}.webp`);
    }
  await page.setViewportSize({ width: 1_440, height: 1_000 });
  await page.emulateMedia({ colorScheme: 'light' });
};
