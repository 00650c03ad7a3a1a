import { existsSync } from 'node:fs';
import chromium from '@sparticuz/chromium';

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The machine's own browser where it has one, else the one that comes with the packages and is unpacked once. */
export const browserPath = async (): Promise<string> =>
  process.env['CHROMIUM'] ?? installed.find((path) => existsSync(path)) ?? chromium.executablePath();

/**
 * Before the workers: two that unpack the same browser at once find a file that the other still writes. Reports are
 * drawn by the browser of the packages also where the machine has one.
 */
export const setup = async (): Promise<void> => {
  if (process.env['CHROMIUM'] === undefined) await chromium.executablePath();
};
