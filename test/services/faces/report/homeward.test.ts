import { expect, it } from 'vitest';
import { createColors } from 'picocolors';
import { executionReportSchema } from '../../../../contracts/report.ts';
import { viewOf } from '../../../../services/core/view/fold.ts';
import { requestedView } from '../../../../services/core/view/planned-view.ts';
import { frameOf } from '../../../../services/faces/cli/frame.ts';
import { summaryOf } from '../../../../services/faces/cli/summary.ts';
import { executionReport } from '../../../../services/faces/report/execution-report.ts';
import { reportHtml } from '../../../../services/faces/report/html.ts';
import { reportMarkdown } from '../../../../services/faces/report/markdown.ts';
import { launchedBy } from '../../../../services/faces/report/proof.ts';
import { executionId, startedAt } from '../../core/view/said.ts';
import { failback, when } from '../../core/view/said-failback.ts';

const report = executionReport(failback())!;
const blank = requestedView(executionId, { planId: 'shop-home', mode: 'RECOVERY', requestedBy: 'ann' });

it('a failback’s report counts each server once, and names its direction', () => {
  expect(report).toMatchObject({ direction: 'failback', launched: 2, serverCount: 2 });
  expect([...launchedBy(report)]).toHaveLength(2);
  expect(report.phases.find(({ phase }) => phase === 'way home')?.ms).toBe(1_000 * (781 + 1 + 1));
  expect(reportMarkdown(report)).toMatch(/^# Failback of shop-home: COMPLETED\n/);
  expect(reportHtml(report)).toContain('The failback launched 2 of 2 servers at home in ');
});

it.each([
  ['Markdown', reportMarkdown(report)],
  ['HTML', reportHtml(report)],
])(
  'its section “The way home” in %s says who did what and when, and how long each server took',
  (_, text) => {
    for (const said of [
      ...['The way home', 'by bob: as agreed', '2026-11-23 10:16:40', 'Begin retire?', 'nothing was lost'],
      ...['11m 30s', '4m 51s', '4m 59s', '8m 18s', '2026-11-23 10:17:20'],
    ])
      expect(text).toContain(said);
  },
);

it('its JSON has the same as data, as the API documents it', () => {
  expect(executionReportSchema.strict().parse(JSON.parse(JSON.stringify(report)))).toMatchObject({
    direction: 'failback',
  });
  expect(report.homeward?.deeds.map(({ phase }) => phase)).toEqual([
    'reverse',
    'launch',
    'protect',
    'retire',
  ]);
  expect(report.homeward?.servers.map(({ stage }) => stage)).toEqual(['HOME', 'HOME']);
});

it.each([60, 80, 120])('the command line shows the same on %i columns', (width) => {
  const lines = summaryOf(viewOf(blank, failback()), width);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
  const text = lines.join(' ').replace(/\s+/g, ' ');
  expect(text).toContain('failback exec-');
  expect(text).toContain('the way home');
  expect(text).toContain('before launch, pause-before: succeeded at 2026-11-23 10:16:40 by bob: as agreed');
  expect(text).toContain('could be lost');
});

it('its picture shows how far each server is, the bytes, the expected end, and what stands still', () => {
  const seen = failback().filter(({ metadata }) => Date.parse(metadata.emittedAt) <= startedAt + 110_000);
  const lines = frameOf(viewOf(blank, seen), {
    ...{ now: startedAt + 110_000, width: 140, height: 40, colors: createColors(false) },
  });
  expect(lines[0]).toContain('shop-home v1  FAILBACK  exec-');
  expect(lines.find((line) => line.includes('server-1'))).toMatch(
    /█{7}░+ SYNCING +2\.0 of 8\.0 GiB, in sync about 2026-11-23 10:15 UTC/,
  );
  expect(lines.find((line) => line.includes('server-2'))).toContain('stands still since 2026-11-23 10:01:40');
  for (const width of [60, 80, 120])
    for (let seconds = 0; seconds <= when.ended; seconds += 97) {
      const until = failback().filter(
        ({ metadata }) => Date.parse(metadata.emittedAt) <= startedAt + 1_000 * seconds,
      );
      const shown = frameOf(viewOf(blank, until), {
        ...{ now: startedAt, width, height: 30, colors: createColors(false) },
      });
      expect(Math.max(...shown.map(({ length }) => length))).toBeLessThanOrEqual(width);
    }
});
