import { createColors } from 'picocolors';
import { expect, it } from 'vitest';
import { createConsole } from '../../../../services/faces/cli/console.ts';
import { eventLine } from '../../../../services/faces/cli/event-line.ts';
import { frameOf } from '../../../../services/faces/cli/frame.ts';
import { summaryOf } from '../../../../services/faces/cli/summary.ts';
import { viewOf } from '../../../../services/core/view/fold.ts';
import { inOrder } from '../../../../services/core/view/order.ts';
import { requestedView } from '../../../../services/core/view/planned-view.ts';
import { createSpeaker, definition, executionId, plan } from '../../core/view/said.ts';

/** Clears the screen, forges a line, turns text around, and colours what follows, with C1's introducer too. */
const hostile = '\u001b[2Jwait\n2026-01-01 00:00:00  execution  ExecutionCompleted\u202e\u009b31m\u007f';
const shown = '\\u001b[2Jwait\\n2026-01-01 00:00:00  execution  ExecutionCompleted\\u202e\\u009b31m\\u007f';
// eslint-disable-next-line no-control-regex -- what must not be there
const control = /[\u0000-\u001f\u007f-\u009f\u202e]/;

const say = createSpeaker();
const paused = say(executionId, 'ExecutionPaused', { by: hostile, reason: hostile });
const failed = [
  say(executionId, 'WaveStarted', { waveId: 'a', attempt: 1, definition: definition('a', [], [1]) }),
  say(executionId, 'WaveFailed', {
    waveId: 'a',
    attempt: 1,
    onFailure: 'ask',
    reasons: [hostile],
    servers: [],
  }),
  say(executionId, 'OperatorNeeded', { waveId: 'a', why: hostile, choices: ['retry'], about: 'wave-failed' }),
];
const view = viewOf(
  requestedView(executionId, { planId: 'shop', mode: 'DRILL', requestedBy: hostile }, plan),
  inOrder([paused, ...failed]),
);

it('an event is one line, whatever its reason holds', () => {
  expect(eventLine(paused)).toContain(`by ${shown}: ${shown}`);
  expect(eventLine(paused)).not.toMatch(control);
});

it('neither picture nor summary holds a control character from outside', () => {
  const options = { now: 0, width: 400, height: 100, colors: createColors(false) };
  const lines = [...frameOf(view, options), ...summaryOf(view)];
  expect(lines.join('')).toContain('\\u001b[2Jwait');
  expect(lines.filter((line) => control.test(line))).toEqual([]);
});

it('whatever a command prints or warns of keeps its line breaks and shows everything else', () => {
  const out: string[] = [];
  const terminal = { write: (text: string) => out.push(text) };
  const console = createConsole(terminal, terminal);
  console.print('one\n\ttwo \u001b[2J');
  console.warn('three \u202e');
  expect(out).toEqual(['one\n\ttwo \\u001b[2J\n', 'three \\u202e\n']);
});

it('JSON that is printed keeps its meaning', () => {
  const out: string[] = [];
  const console = createConsole({ write: (text: string) => out.push(text) }, { write: () => undefined });
  console.print(JSON.stringify({ hostile }));
  expect(JSON.parse(out.join(''))).toEqual({ hostile });
  expect(out.join('').trimEnd()).not.toMatch(control);
});
