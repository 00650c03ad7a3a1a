import { existsSync } from 'node:fs';
import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser } from 'playwright-core';

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
