import { mkdirSync, writeFileSync } from 'node:fs';
import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser, type Page } from 'playwright-core';
import { takePicture } from './browser.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportHtml } from '../../services/faces/report/html.ts';
import { reportMarkdown } from '../../services/faces/report/markdown.ts';
import { printPdf } from '../../services/faces/cli/print-pdf.ts';
import { trendHtml } from '../../services/faces/report/trend.ts';
import { readVerified } from '../../services/core/streams/read-verified.ts';
import { executionReport } from '../../services/faces/report/execution-report.ts';
import type { ExecutionReport } from '../../services/faces/report/report-model.ts';
import { pdfPages } from '../support/pdf-pages.ts';
import { runAuditedDrill, settled } from '../support/audited-drill.ts';

const folder = 'reports/browser';
let browser: Browser;
let report: ExecutionReport;
let html: string;
/** The report for an auditor, of all plans. */
let evidence: string;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  const drill = await runAuditedDrill();
  await settled(drill);
  const { events, verdict } = await readVerified(drill.operator.store, drill.executionId, 'live');
  report = executionReport(events, verdict)!;
  evidence = await (await fetch(`${drill.runtime.endpoint}/api/evidence?format=html`)).text();
  await drill.runtime.close();
  html = reportHtml(report);
  writeFileSync(`${folder}/report.html`, html);
  browser = await playwright.launch({
    executablePath: process.env['CHROMIUM'] ?? (await chromium.executablePath()),
    args: ['--disable-dev-shm-usage'],
  });
}, 300_000);
afterAll(() => browser.close());

interface View {
  readonly width: number;
  readonly media?: 'print' | 'screen';
  readonly colorScheme?: 'light' | 'dark';
}

const open = async (content: string, { width, media = 'screen', colorScheme = 'light' }: View) => {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('request', (request) => complaints.push(request.url()));
  await page.emulateMedia({ media, colorScheme });
  await page.setContent(content);
  return { page, complaints };
};

/** Runs in the page: elements whose text is too faint for its ground, by WCAG's formula for 4.5:1. */
const faintScript = `(() => {
  const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = (color) => {
    const [r, g, b] = channels(color).slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    const color = element === null ? 'rgb(255, 255, 255)' : getComputedStyle(element).backgroundColor;
    return element === null || channels(color)[3] !== 0 ? color : groundOf(element.parentElement);
  };
  return [...document.querySelectorAll('main *')]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
    .filter((element) => element.closest('svg') === null)
    .filter((element) => {
      const [a, b] = [luminance(getComputedStyle(element).color), luminance(groundOf(element))];
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
    })
    .map((element) => element.tagName + ' ' + element.textContent);
})()`;
const faint = (page: Page): Promise<readonly string[]> => page.evaluate<readonly string[]>(faintScript);

const widthScript = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
const lanesScript = `[...document.querySelectorAll('.lane svg')].map((lane) => {
  const { width, height } = lane.getBoundingClientRect();
  return { isSeen: width > 200 && height >= 20, bars: lane.querySelectorAll('g').length };
})`;
interface Lane {
  readonly isSeen: boolean;
  readonly bars: number;
}

const views: readonly (readonly [string, View])[] = [
  ['desktop', { width: 1440 }],
  ['desktop-dark', { width: 1440, colorScheme: 'dark' }],
  ['phone', { width: 390 }],
  ['phone-dark', { width: 390, colorScheme: 'dark' }],
  ['print', { width: 720, media: 'print' }],
];

describe('the report of a drill', { timeout: 180_000 }, () => {
  it.each(views)('fits, and can be read, on %s', async (name, view) => {
    const { page, complaints } = await open(html, view);
    await takePicture(page, `${folder}/report-${name}.png`, true);
    const wide = await page.evaluate<number>(widthScript);
    const lanes = await page.evaluate<readonly Lane[]>(lanesScript);
    expect(wide).toBeLessThanOrEqual(0);
    expect(lanes.map(({ isSeen }) => isSeen)).toEqual([true, true, true, true]);
    expect(lanes.map(({ bars }) => bars > 0)).toEqual([true, true, true, false]);
    expect(await faint(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('says in this order what an auditor asks', async () => {
    const { page } = await open(html, { width: 1440 });
    const titles = await page.locator('h2').allTextContents();
    expect(titles).toEqual([
      'What went wrong',
      'Timeline',
      'Where the time went',
      'Decisions',
      'Waves',
      'Instances of the drill',
      'Proof',
    ]);
    expect(await page.locator('.lead').textContent()).toMatch(
      /^The drill recovered 3 of 6 servers in \d+m \d\ds\. Of its waves, database was recovered in part, application was given up as failed and web was skipped\. Decisions were made by the-approver\. The record verifies\.$/,
    );
    expect(await page.locator('h1').textContent()).toBe('Drill of failures PARTIAL');
    const text = await page.locator('main').textContent();
    for (const said of [
      report.executionId,
      report.planHash,
      report.frozenHash,
      'requested by the-operator: quarterly drill',
      'approved go-ahead of wave database',
      'verified',
    ])
      expect(text).toContain(said);
    await page.close();
  });

  it('lets nothing that an event says become markup, and allows no script', async () => {
    const evil = '<img src=x onerror=alert(1)><script>alert(1)</script>';
    const { page } = await open(reportHtml({ ...report, reason: evil, requestedBy: evil }), { width: 1440 });
    expect(await page.locator('img, script').count()).toBe(0);
    expect(await page.locator('h1 + p').textContent()).toContain(evil);
    expect(html).toContain("default-src 'none'");
    await page.close();
  });

  it('is printed as a PDF', async () => {
    const pdf = await printPdf(html, { GROUNDSWELL_BROWSER: process.env['CHROMIUM'] });
    expect(Buffer.from(pdf.slice(0, 5)).toString()).toBe('%PDF-');
    expect(pdf.byteLength).toBeGreaterThan(20_000);
    const text = Buffer.from(pdf).toString('latin1');
    // Tagged, in a language, with its headings as an outline.
    for (const part of ['/StructTreeRoot', '/MarkInfo', '/Lang', '/Outlines']) expect(text).toContain(part);
  });

  it('has a number on each page of its PDF, and so has the report for an auditor', async () => {
    for (const [title, printed] of [
      ['failures', html],
      ['Evidence', evidence],
    ] as const) {
      const pages = pdfPages(await printPdf(printed, { GROUNDSWELL_BROWSER: process.env['CHROMIUM'] }));
      expect(pages.length).toBeGreaterThan(1);
      expect(pages.map((text) => /\n(\d+)\n \/ \n(\d+)$/.exec(text)?.slice(1))).toEqual(
        pages.map((_, index) => [`${index + 1}`, `${pages.length}`]),
      );
      for (const text of pages) expect(text).toContain(title);
    }
  });

  it('is written as Markdown', () => {
    const text = reportMarkdown(report);
    expect(text).toContain('# Drill of failures: PARTIAL');
    expect(text).toMatch(
      /\| [^|]+ \| the-approver \| approved go-ahead of wave database \| the shop is closed \|/,
    );
  });
});

describe('the trend of a plan', () => {
  it.each(views)('fits on %s', async (name, view) => {
    const { page, complaints } = await open(trendHtml('failures', [report, report]), view);
    await takePicture(page, `${folder}/trend-${name}.png`, true);
    const wide = await page.evaluate<number>(widthScript);
    expect({ wide: wide <= 0, faint: await faint(page), complaints }).toEqual({
      wide: true,
      faint: [],
      complaints: [],
    });
    await page.close();
  });
});
