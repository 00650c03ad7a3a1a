import { existsSync } from 'node:fs';
import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser, type Page } from 'playwright-core';

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The machine's own browser where it has one, else the one that comes with the packages. */
export const openBrowser = async (): Promise<Browser> =>
  playwright.launch({
    executablePath:
      process.env['CHROMIUM'] ??
      installed.find((path) => existsSync(path)) ??
      (await chromium.executablePath()),
    args: ['--disable-dev-shm-usage', '--disable-gpu', '--no-sandbox'],
  });

/** Pictures are for people, and a busy machine may fail to take one: nothing that is tested depends on them. */
export const arePicturesAsked = process.env['SCREENSHOTS'] === '1';

/** Takes a picture where one is asked for, with SCREENSHOTS=1. */
export const takePicture = async (page: Page, path: string, fullPage = false): Promise<void> => {
  if (arePicturesAsked) await page.screenshot({ path, fullPage });
};
