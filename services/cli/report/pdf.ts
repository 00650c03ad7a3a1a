import { execFile } from 'node:child_process';
import { access, constants, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** No browser was found that could print the report. */
export class NoBrowserError extends Error {
  constructor() {
    super(
      'A PDF needs a browser, and none was found. Install Chromium or Chrome, or name one in GROUNDSWELL_BROWSER, ' +
        'or run `npm install @sparticuz/chromium`. Without one, write --format html and print it from any browser.',
    );
    this.name = 'NoBrowserError';
  }
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'msedge'];

const usable = async (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

/** The package is for development: it may be there, and nothing depends on it. */
const bundled = async (): Promise<string | undefined> => {
  const name = '@sparticuz/chromium';
  const found = await import(name).then(
    (module: { readonly default: { executablePath(): Promise<string> } }) => module.default,
    () => undefined,
  );
  return found?.executablePath();
};

/** A Chromium of this machine: the one that is named, one on the path, or the one in the package. */
export const findBrowser = async (
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> => {
  const named = env['GROUNDSWELL_BROWSER'];
  if (named !== undefined) return named;
  const folders = (env['PATH'] ?? '').split(delimiter);
  for (const name of names)
    for (const folder of folders) if (await usable(join(folder, name))) return join(folder, name);
  return bundled();
};

const timeoutMs = 60_000;

/** Prints a self-contained page. The page has no script and loads nothing, so it needs no sandbox. */
export const printPdf = async (
  html: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Uint8Array> => {
  const browser = await findBrowser(env);
  if (browser === undefined) throw new NoBrowserError();
  const folder = await mkdtemp(join(tmpdir(), 'groundswell-report-'));
  try {
    const [page, pdf] = [join(folder, 'report.html'), join(folder, 'report.pdf')];
    await writeFile(page, html);
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
    const print = ['--no-pdf-header-footer', `--user-data-dir=${folder}`, `--print-to-pdf=${pdf}`];
    await promisify(execFile)(browser, [...flags, ...print, `file://${page}`], { timeout: timeoutMs });
    return await readFile(pdf);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
