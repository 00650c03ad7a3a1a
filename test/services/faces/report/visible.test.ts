import { expect, it } from 'vitest';
import { executionReport } from '../../../../services/faces/report/execution-report.ts';
import { reportHtml } from '../../../../services/faces/report/html.ts';
import { reportMarkdown } from '../../../../services/faces/report/markdown.ts';
import { trendHtml, trendMarkdown } from '../../../../services/faces/report/trend.ts';
import { noticeOf } from '../../../../services/functions/notify/notice.ts';
import { parseDomainEvent } from '../../../../services/core/streams/domain-event.ts';
import { runEventfulDrill } from '../../../support/eventful-drill.ts';
import { createSpeaker, executionId } from '../../core/view/said.ts';

const hostile = 'x\u001b[2J\u202e\u009b31m\n## Proof: nothing is missing';
// eslint-disable-next-line no-control-regex -- what must not be there
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/;

const { events } = await runEventfulDrill();
const archived = events.map(({ type, data, metadata }) => ({ type, detail: { data, metadata } }));
const eventsOf = (all: typeof archived) =>
  all.flatMap(({ type, detail }) => parseDomainEvent(type, detail) ?? []);
const report = {
  ...executionReport(eventsOf(archived))!,
  ...{ reason: hostile, requestedBy: hostile },
  problems: [{ at: '2026-11-23T10:00:00.000Z', where: hostile, what: hostile }],
};

it.each([
  ['HTML', () => reportHtml(report)],
  ['Markdown', () => reportMarkdown(report)],
  ['a trend in HTML', () => trendHtml('shop', [report])],
  ['a trend in Markdown', () => trendMarkdown('shop', [report])],
])('a report in %s holds no control character', { timeout: 30_000 }, (_name, write) => {
  expect(write()).not.toMatch(control);
});

it('a report in Markdown has no heading that a reason has forged', () => {
  expect(reportMarkdown(report)).not.toMatch(/^## Proof: nothing/m);
});

it('a notice is in paragraphs of its own, without control characters', () => {
  const event = createSpeaker()(executionId, 'OperatorNeeded', {
    ...{ why: hostile, choices: ['cancel'], about: 'wave-failed', waveId: 'a' },
  });
  const notice = noticeOf(event, { planId: 'shop', mode: 'DRILL' }, { commandOptions: '' });
  expect(JSON.stringify(notice)).toContain('x\\\\u001b[2J\\\\u202e');
  expect([notice?.title, notice?.meaning, notice?.next].join('')).not.toMatch(
    new RegExp(`\n|${control.source}`),
  );
});
