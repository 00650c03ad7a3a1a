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
