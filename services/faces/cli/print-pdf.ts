import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { BrowserType } from 'playwright-core';

/** What prints a PDF is not here. */
export class NoBrowserError extends Error {
  constructor(missing: string) {
    super(
      `A PDF needs ${missing}. Install the two packages that print it: npm install --no-save playwright-core @sparticuz/chromium. ` +
        'A Chromium or Chrome on the path, or named in GROUNDSWELL_BROWSER, serves instead of the second. ' +
        'Without either, write --format html and print it from any browser.',
    );
    this.name = 'NoBrowserError';
  }
}

/** Packages for development: they may be there, and nothing depends on them. */
const optional = async <T>(name: string): Promise<T | undefined> =>
  import(name).then(
    (module: T) => module,
    () => undefined,
  );

interface BundledChromium {
  readonly default: { executablePath(): Promise<string> };
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'msedge'];

const isUsable = async (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

type Environment = Readonly<Record<string, string | undefined>>;

/** A Chromium of this machine: the one that is named, one on the path, or the one in the package. */
const findBrowser = async (env: Environment): Promise<string | undefined> => {
  const named = env['GROUNDSWELL_BROWSER'];
  if (named !== undefined) return named;
  for (const folder of (env['PATH'] ?? '').split(delimiter))
    for (const name of names) if (await isUsable(join(folder, name))) return join(folder, name);
  return (await optional<BundledChromium>('@sparticuz/chromium'))?.default.executablePath();
};

/** The title, and which page of how many; Chromium fills in both. It stands in the margin that the page's own style leaves. */
const footerTemplate = `<div style="width:100%;margin:0 14mm;font:8pt sans-serif;color:#444;display:flex;justify-content:space-between"><span class="title"></span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>`;

/** Prints a self-contained page on A4, tagged, with page numbers; throws a NoBrowserError that says what is missing. */
export const printPdf = async (html: string, env: Environment): Promise<Uint8Array> => {
  const playwright = await optional<{ readonly chromium: BrowserType }>('playwright-core');
  if (playwright === undefined) throw new NoBrowserError('the package playwright-core');
  const executablePath = await findBrowser(env);
  if (executablePath === undefined) throw new NoBrowserError('a browser');
  const browser = await playwright.chromium.launch({ executablePath, args: ['--disable-dev-shm-usage'] });
  try {
    const page = await browser.newPage();
    await page.setContent(html);
    return await page.pdf({
      ...{ format: 'A4', preferCSSPageSize: true, printBackground: true },
      // For a reader who listens to it: headings, tables and their cells are tagged as such, and listed beside it.
      ...{ tagged: true, outline: true },
      ...{ displayHeaderFooter: true, headerTemplate: '<span></span>', footerTemplate },
    });
  } finally {
    await browser.close();
  }
};
