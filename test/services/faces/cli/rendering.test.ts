import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { eventLine } from '../../../../services/faces/cli/event-line.ts';
import { tableText } from '../../../../services/faces/cli/format.ts';
import { durationText } from '../../../../services/core/view/time-text.ts';
import { frameOf } from '../../../../services/faces/cli/frame.ts';
import { createScreen } from '../../../../services/faces/cli/screen.ts';
import { summaryOf } from '../../../../services/faces/cli/summary.ts';
import type { DomainEvent } from '../../../../contracts/catalogue.ts';
import { viewOf as fold } from '../../../../services/core/view/fold.ts';
import { inOrder } from '../../../../services/core/view/order.ts';
import { blankWave, requestedView } from '../../../../services/core/view/planned-view.ts';
import { createSpeaker, definition, executionId, goodDrill, plan, startedAt } from '../../core/view/said.ts';

const initial = requestedView(executionId, { planId: 'shop', mode: 'DRILL', requestedBy: 'ann' }, plan);
const viewOf = (before: typeof initial, events: readonly DomainEvent[]) => fold(before, inOrder(events));
const colors = createColors(false);
const frame = (count: number, size: { width: number; height: number } = { width: 100, height: 40 }) =>
  frameOf(viewOf(initial, goodDrill().slice(0, count)), { now: startedAt + 120_000, colors, ...size });

describe('picture', () => {
  it('shows waves, servers, phases and what is waited for', () => {
    expect(frame(4)).toEqual([
      `shop v3  DRILL  ${executionId}  RUNNING  1m 59s  2026-11-23 10:02:00`,
      '● a          STARTED       0/2    1m 58s',
      `    server-1 ${'█'.repeat(8)}${'░'.repeat(22)} CONVERSION`,
      `    server-2 ${'░'.repeat(30)}`,
      '○ b          WAITING       0/1            waits for a',
    ]);
  });

  it.each([60, 80, 120, 200])('fits %i columns', (width) => {
    for (let count = 0; count <= goodDrill().length; count++)
      for (const line of frame(count, { width, height: 40 })) expect(line.length).toBeLessThanOrEqual(width);
  });

  it.each([3, 4, 6, 10, 40])('fits %i rows', (height) => {
    for (let count = 0; count <= goodDrill().length; count++)
      expect(frame(count, { width: 80, height }).length).toBeLessThan(height);
  });

  it('puts a crowd of servers into one line', () => {
    const say = createSpeaker();
    const many = Array.from({ length: 120 }, (_, n) => n);
    const crowd = {
      ...definition('a', [], many),
      servers: many.map((n) => ({ sourceServerId: `s-${n}`, name: `store-${n}`, critical: true })),
    };
    const phases = Object.fromEntries(many.slice(0, 50).map((n) => [`s-${n}`, 'SNAPSHOT']));
    const events = [
      say(executionId, 'WaveStarted', { waveId: 'a', attempt: 1, definition: crowd }),
      say(`${executionId}/a`, 'DRSJobProgressed', { waveId: 'a', attempt: 1, jobId: 'j', phases }),
    ];
    const lines = frameOf(viewOf(initial, events), { now: startedAt, colors, width: 100, height: 40 });
    expect(lines.join('\n')).toContain('120 servers');
    expect(lines.join('\n')).toContain('50 snapshot, 70 waiting');
  });

  it('tells an operator what to decide', () => {
    const say = createSpeaker();
    const need = say(executionId, 'OperatorNeeded', {
      ...{ waveId: 'b', about: 'launch-refused' },
      why: 'It was refused.',
      choices: ['retry', 'skip'],
    });
    const lines = frameOf(viewOf(initial, [need]), { now: startedAt, colors, width: 100, height: 40 });
    expect(lines).toContain('! b: It was refused. (retry, skip)');
  });

  it('tells it above the waves, so that no plan is so long that it is hidden', () => {
    const say = createSpeaker();
    const waves = Array.from({ length: 200 }, (_, n) => ({ ...blankWave(`wave-${n}`), serversExpected: 1 }));
    const asked = { stage: 'before', actionId: 'release', kind: 'approval', endsBy: '2026-11-23T12:00:00Z' };
    const inWave = { waveId: 'wave-150', attempt: 1 };
    const view = viewOf({ ...initial, waves }, [
      say(executionId, 'WaveStarted', { ...inWave, definition: definition('wave-150', [], [1]) }),
      say(`${executionId}/wave-150`, 'ActionStarted', { ...inWave, ...asked, prompt: 'Go?', approvers: [] }),
    ]);
    const lines = frameOf(view, { now: startedAt, colors, width: 100, height: 24 });
    expect(lines[1]).toBe('! wave-150: Go? (approve, decline, until 2026-11-23 12:00:00)');
  });
});

describe('screen', () => {
  it('draws over what it drew before', () => {
    const written: string[] = [];
    const screen = createScreen({ columns: 0, rows: 0, write: (text) => written.push(text) });
    expect([screen.width, screen.height]).toEqual([80, 24]);
    screen.draw(['one', 'two']);
    screen.draw(['three']);
    expect(written[0]).toBe('\u001b[?2026h\u001b[?25l\rone\u001b[K\ntwo\u001b[K\n\u001b[0J\u001b[?2026l');
    expect(written[1]).toBe('\u001b[?2026h\u001b[2A\rthree\u001b[K\n\u001b[0J\u001b[?2026l');
    screen.close();
    expect(written[2]).toBe('\u001b[?25h');
  });

  it('that changed its size is cleared before the next picture', () => {
    const written: string[] = [];
    const terminal = { columns: 140, rows: 40, write: (text: string) => written.push(text) };
    const screen = createScreen(terminal);
    screen.draw(['one']);
    screen.draw(['two']);
    screen.draw(['three']);
    Object.assign(terminal, { columns: 80 });
    screen.draw(['four']);
    expect(written.map((text) => text.includes('\u001b[H\u001b[2J'))).toEqual([false, false, false, true]);
  });

  it('that never drew leaves the cursor alone', () => {
    const written: string[] = [];
    createScreen({ write: (text) => written.push(text) }).close();
    expect(written).toEqual([]);
  });
});

it('event is one dated line', () => {
  expect(goodDrill().slice(0, 5).map(eventLine)).toEqual([
    '2026-11-23 10:00:01  execution       ExecutionStarted    shop v3, 2 waves, 3 servers',
    '2026-11-23 10:00:02  a               WaveStarted         attempt 1, 2 servers',
    '2026-11-23 10:00:03  a               DRSJobStarted       drsjob-a, 2 servers',
    '2026-11-23 10:01:03  a               DRSJobProgressed    1 in conversion',
    '2026-11-23 10:05:04  a               DRSJobCompleted     drsjob-a, 2 launched',
  ]);
});

it('summary shows waves, servers, instances, phases and the overhead', () => {
  expect(summaryOf(viewOf(initial, goodDrill()))).toEqual([
    `drill ${executionId} of shop: COMPLETED in 8m 28s`,
    '',
    'wave  state      server    recovered as  snapshot  conversion  launch  wave took',
    'a     COMPLETED  server-1  i-1                30s      1m 40s  2m 40s     5m 03s',
    '                 server-2  i-2                30s      1m 40s  2m 40s',
    'b     COMPLETED  server-3  i-3                30s      1m 40s  2m 40s     3m 23s',
    '',
    'recovery point          not known (no target; DRS reports no point in time for 3 of 3 servers)',
    'critical path           a → b: 8m 20s of DRS jobs and actions',
    'orchestration overhead  8.0s, 1.6 % over the critical path',
  ]);
});

it('summary takes no wait for a decision for overhead', () => {
  const view = viewOf(initial, goodDrill());
  const waves = view.waves.map((wave) => {
    const held = {
      kind: 'HELD' as const,
      label: 'a',
      failed: false,
      from: startedAt,
      to: startedAt + 60_000,
    };
    return wave.waveId === 'a' ? { ...wave, spans: [...wave.spans, held] } : wave;
  });
  expect(summaryOf({ ...view, waves }).slice(-3)).toEqual([
    'critical path           a → b: 8m 20s of DRS jobs and actions',
    'waiting for decisions   1m 00s',
    'orchestration overhead  0.0s, 0.0 % over the critical path',
  ]);
});

it.each([40, 60, 80])('summary fits %i columns and still names each recovered instance', (width) => {
  const view = viewOf(initial, goodDrill());
  const lines = summaryOf(
    { ...view, faults: [{ path: '', message: 'Each word of a sentence about a fault is kept.' }] },
    width,
  );
  const tooLong = lines.filter((line) => line.length > width && line.trim().includes(' '));
  expect(tooLong).toEqual([]);
  expect(lines.map((line) => line.trim()).join(' ')).toContain('a sentence about a fault is kept.');
  if (width >= 60) for (const id of ['i-1', 'i-2', 'i-3']) expect(lines.join('\n')).toMatch(`  ${id}  `);
});

it('summary of 75 columns leaves out the phases that do not fit', () => {
  const view = viewOf(initial, goodDrill());
  const table = summaryOf(view, 75).slice(2, 4);
  expect(table).toEqual([
    'wave  state      server    recovered as  conversion  launch  wave took',
    'a     COMPLETED  server-1  i-1               1m 40s  2m 40s     5m 03s',
  ]);
});

it.each([
  [100, `shop v3  DRILL  ${executionId}  RUNNING  1m 59s  2026-11-23 10:02:00`],
  [70, `shop v3  DRILL  ${executionId}  RUNNING  1m 59s  10:02:00`],
  [60, `shop v3  DRILL  ${executionId}  RUNNING  1m 59s`],
])('head line of %i columns never shows half a clock', (width, line) => {
  expect(frame(4, { width, height: 40 })[0]).toBe(line);
});

it.each([
  [0, '0.0s'],
  [3_940, '3.9s'],
  [59_000, '59s'],
  [300_000, '5m 00s'],
  [3_599_600, '1h 00m'],
  [3_725_000, '1h 02m'],
  [-5, '0.0s'],
])('duration of %i ms reads %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

it('table aligns its columns', () => {
  expect(
    tableText(
      [
        ['a', 'bb'],
        ['ccc', 'd'],
      ],
      [1],
    ),
  ).toEqual(['a    bb', 'ccc   d']);
});
