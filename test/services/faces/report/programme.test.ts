import { expect, it } from 'vitest';
import type { OccurrenceRecord } from '../../../../services/core/streams/schedule-store.ts';
import { programmeCsv } from '../../../../services/faces/report/programme-csv.ts';
import { programmeHtml } from '../../../../services/faces/report/programme-html.ts';
import type { Programme } from '../../../../services/faces/report/programme-model.ts';
import { proofText } from '../../../../services/faces/report/programme-text.ts';
import { programmeOf, type ProgrammeSources } from '../../../../services/faces/report/programme.ts';
import type { ExecutionReport } from '../../../../services/faces/report/report-model.ts';

const day = 86_400_000;
const start = Date.parse('2026-07-01T00:00:00Z');
const plan = (planId: string, more: object = {}): ProgrammeSources['plans'][number] => ({
  ...{ planId, version: 2, hash: 'hash', storedAt: '2026-06-01T00:00:00.000Z' },
  since: start - 1_000 * day,
  plan: { planId, waves: [], ...more } as unknown as ProgrammeSources['plans'][number]['plan'],
  servers: [
    { sourceServerId: 's-1', name: 'one' },
    { sourceServerId: 's-2', name: 'two' },
  ],
  unread: [],
});

/** A drill that launched one server. */
const report = (
  executionId: string,
  atDay: number,
  more: Partial<ExecutionReport> = {},
): ExecutionReport => ({
  ...{ executionId, planId: 'shop', planVersion: 2, planHash: 'p', frozenHash: 'f', mode: 'DRILL' },
  ...{ status: 'COMPLETED', requestedBy: 'ada', reason: '', overrides: [], faults: [] },
  startedAt: start + atDay * day,
  endedAt: start + atDay * day + 60_000,
  ...{ isOver: true, launched: 1, serverCount: 2, times: { isGated: false } },
  rto: { targetMinutes: 30, achievedMinutes: 1 },
  rpo: { wasExceeded: false, known: 1, unknown: 0, achievedMinutes: 2, earlier: [] },
  ...{ phases: [], decisions: [], problems: [] },
  waves: [
    { servers: [{ sourceServerId: 's-1', name: 'one', launchResult: 'LAUNCHED', phases: {} }] },
  ] as unknown as ExecutionReport['waves'],
  verdict: { sound: true, streams: 1, events: 3, doubled: 0, discrepancies: [], effects: [], unfolded: [] },
  ...more,
});

const sources = (more: Partial<ProgrammeSources> = {}): ProgrammeSources => ({
  ...{ from: start, to: start + 92 * day, writtenAt: start + 92 * day },
  plans: [plan('shop')],
  ...{ reports: [], unrecorded: [], schedules: [], occurrences: [] },
  ...more,
});
const shop = (programme: Programme) => programme.plans[0] ?? expect.fail('it has a plan');

it.each<[string, Partial<ExecutionReport>]>([
  ['one that failed', { status: 'FAILED' }],
  ['one that recovered a part', { status: 'PARTIAL' }],
  ['a real recovery', { mode: 'RECOVERY' }],
  ['one whose record does not verify', { verdict: { ...report('x', 1).verdict!, sound: false } }],
])('a drill is a proof, and %s is none', (_what, more) => {
  expect(shop(programmeOf(sources({ reports: [report('a', 1)] }))).proof?.executionId).toBe('a');
  expect(shop(programmeOf(sources({ reports: [report('a', 1, more)] }))).proof).toBeUndefined();
});

it('a proof before the period counts as long as the plan says, and one after it does not', () => {
  const within = [plan('shop', { provenWithinDays: 100 })];
  const of = (...reports: readonly ExecutionReport[]) => programmeOf(sources({ plans: within, reports }));
  expect(of(report('before', -5))).toMatchObject({ runs: [], plans: [{ isOverdue: false }] });
  expect(of(report('before', -9))).toMatchObject({ runs: [], plans: [{ isOverdue: true }] });
  expect(of(report('after', 93))).toMatchObject({ runs: [], plans: [{ isOverdue: true }] });
  expect(proofText(shop(of(report('before', -9))), start + 92 * day)).toMatchObject({ tone: 'bad' });
});

it('the servers that a proof has not launched stand there with their last launch', () => {
  const other = [{ servers: [{ sourceServerId: 's-2', launchResult: 'LAUNCHED' }] }];
  const older = report('older', 1, {
    status: 'PARTIAL',
    waves: other as unknown as ExecutionReport['waves'],
  });
  const { servers } = shop(programmeOf(sources({ reports: [report('proof', 3), older] })));
  expect(servers).toEqual([
    {
      sourceServerId: 's-1',
      name: 'one',
      isProven: true,
      lastLaunched: { at: start + 3 * day, executionId: 'proof' },
    },
    {
      sourceServerId: 's-2',
      name: 'two',
      isProven: false,
      lastLaunched: { at: start + day, executionId: 'older' },
    },
  ]);
});

const occurrence = (scheduledAt: string, outcome: OccurrenceRecord['outcome']): OccurrenceRecord => ({
  ...{ scheduleId: 'weekly', scheduledAt, planId: 'shop', decidedAt: scheduledAt, outcome, isTold: true },
});

it('a run is told with the occurrence that it was held for, and what was skipped with its reason', () => {
  const held = occurrence('2026-07-02T03:00:00.000Z', { is: 'requested', requestId: 'r', executionId: 'a' });
  const skipped = occurrence('2026-07-09T03:00:00.000Z', {
    is: 'skipped',
    reason: 'late',
    message: 'too late',
  });
  const outside = occurrence('2026-06-25T03:00:00.000Z', {
    is: 'skipped',
    reason: 'late',
    message: 'too late',
  });
  const programme = programmeOf(
    sources({ reports: [report('a', 1), report('b', 2)], occurrences: [outside, skipped, held] }),
  );
  expect(programme.runs.map(({ occurrence: each }) => each?.scheduleId)).toEqual(['weekly', undefined]);
  expect(programme.skipped).toMatchObject([
    { scheduledAt: Date.parse('2026-07-09T03:00:00Z'), reason: 'late' },
  ]);
  expect(programmeHtml(programme, 'sha')).toContain('schedule weekly, due 2026-07-02 03:00:00');
});

it('is a table that spreadsheets take for text, and a page that takes nothing for markup', () => {
  const hostile = '=HYPERLINK("x"),<script>';
  const programme = programmeOf(
    sources({ reports: [report('a', 1, { reason: hostile, requestedBy: hostile })] }),
  );
  const [head = '', line = ''] = programmeCsv(programme).split('\r\n');
  expect(line).toContain(`,"'=HYPERLINK(""x""),<script>"`);
  // A quoted cell counts as one.
  expect(line.replaceAll(/"(?:[^"]|"")*"/g, '').split(',')).toHaveLength(head.split(',').length);
  expect(programmeHtml(programme, 'sha')).not.toContain('<script>');
  expect(programmeHtml(programme, 'sha')).not.toContain('NOT VERIFIED');
  expect(programmeHtml({ ...programme, unrecorded: ['lost'] }, 'sha')).toContain('NOT VERIFIED: lost.');
});

const html = (programme: Programme): string => programmeHtml(programme, 'the-hash');
/** The text of a section of the page, without its markup. */
const section = (page: string, title: string): string =>
  (new RegExp(`<h2>${title}</h2>([^]*?)</section>`).exec(page)?.[1] ?? '').replaceAll(/<[^>]+>/g, '|');

it('the evidence says what it is about and what it leaves out, and by which criteria it judges', () => {
  const scope = {
    ...{ home: '111122223333/eu-west-1', places: ['111122223333/eu-west-1', '444455556666/eu-central-1'] },
    plansLeftOut: ['warehouse'],
    serversWithoutPlan: [{ sourceServerId: 's-9', name: 'forgotten', place: '111122223333/eu-west-1' }],
    unread: ['444455556666/eu-central-1 cannot be read'],
  };
  const page = html(programmeOf(sources({ scope })));
  for (const said of ['warehouse', '444455556666/eu-central-1', 'cannot be read', 'shop (version 2)'])
    expect(section(page, 'Scope')).toContain(said);
  expect(section(page, 'Servers that no plan recovers')).toContain('forgotten');
  expect(section(page, 'Criteria')).toContain('clause 8.5');
  expect(section(page, 'Sign-off')).toContain('the-hash');
  expect(html(programmeOf(sources()))).not.toContain('Servers that no plan recovers');
});

it('the evidence says what was achieved also where a plan has no objective', () => {
  const rpo = { wasExceeded: false, known: 1, unknown: 0, achievedMinutes: 2, oldest: 'one', earlier: [] };
  const page = html(programmeOf(sources({ reports: [report('a', 1, { rpo })] })));
  expect(section(page, 'Objectives, and what is proven')).toContain('RPO 2 min (no target; oldest data');
});

it('the evidence says who did what, and marks every name that no token has said', () => {
  const decision = (by: string, what: string) => ({ at: '2026-07-02T00:00:00Z', by, what, reason: '' });
  const programme = programmeOf(
    sources({
      reports: [
        report('a', 1, { isRequesterAuthenticated: true, decisions: [decision('bob', 'approved go-live')] }),
        report('b', 2, {
          notes: [{ at: start, by: 'ada', text: '', to: 'carol' }],
          inCharge: 'carol',
          problems: [{ at: '2026-07-03T00:00:00Z', where: 'wave web', what: 'a server failed' }],
        }),
        report('c', 3, {
          isRequesterAuthenticated: true,
          requestedBy: 'dora',
          faults: [{ path: 'x', message: 'no' }],
        }),
      ],
    }),
  );
  const page = html(programme);
  const rows = section(page, 'Roles').split('||').join('|');
  expect(rows).toMatch(/requested a drill\|+ada\|+2\|+no, as stated/);
  expect(rows).toMatch(/requested a drill\|+dora\|+1\|+by a token/);
  expect(rows).toMatch(/approved or declined\|+bob\|+1\|+no, as stated/);
  expect(rows).toMatch(/took over\|+carol\|+1\|+no, as stated/);
  expect(section(page, 'Drills and recoveries')).toContain('requested by ada (not authenticated)');
  expect(section(page, 'Drills and recoveries')).toMatch(/requested by dora\|/);
  expect(section(page, 'Findings')).toMatch(/a server failed\|+carol/);
  expect(section(page, 'Findings')).toMatch(/no\|+dora/);
});
