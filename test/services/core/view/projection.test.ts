import { describe, expect, it } from 'vitest';
import { planSchema } from '../../../../contracts/plan.ts';
import { forecastOf } from '../../../../services/core/domain/forecast.ts';
import type { ExecutionView, SpanView, WaveView } from '../../../../services/core/view/execution-view.ts';
import { blankWave, requestedView } from '../../../../services/core/view/planned-view.ts';
import { project, type Expected } from '../../../../services/core/view/projection.ts';
import { executionId, plan } from './said.ts';

const minute = 60_000;
const begin = Date.parse('2026-03-01T08:00:00Z');
const at = (minutes: number): number => begin + minutes * minute;

const span = (kind: SpanView['kind'], from: number, to?: number): SpanView => ({
  ...{ kind, label: kind, from: at(from), failed: false },
  ...(to !== undefined && { to: at(to) }),
});

const wave = (waveId: string, more: Partial<WaveView> = {}): WaveView => ({
  ...blankWave(waveId),
  serversExpected: 1,
  ...more,
});

const viewOf = (waves: readonly WaveView[], more: Partial<ExecutionView> = {}): ExecutionView => ({
  ...requestedView(executionId, { planId: 'shop', mode: 'DRILL', requestedBy: 'alice' }),
  ...{ status: 'RUNNING', startedAt: begin, waves },
  ...more,
});

const expected: Expected = new Map([
  ['a', { leastMs: 5 * minute, mostMs: 8 * minute }],
  ['b', { leastMs: 10 * minute, mostMs: 12 * minute }],
]);

const rangeOf = (view: ExecutionView, now: number): readonly [number, number] => {
  const { soonest, end } = project(view, at(now), expected);
  return [(soonest - begin) / minute, (end - begin) / minute];
};

const running = { status: 'STARTED', startedAt: begin } as const;

describe('the expected end', () => {
  it('is a range, and at the start the very one that the check of the plan tells', () => {
    const learned = { jobMs: (id: string) => (id === 'a' ? [minute, 3 * minute] : []), actionMs: () => [] };
    const forecast = forecastOf(planSchema.parse(plan), 'DRILL', learned);
    const waves = plan.waves.map(({ waveId, dependsOn }) => wave(waveId, { dependsOn }));
    const { soonest, end } = project(
      viewOf(waves),
      begin,
      new Map(forecast.waves.map((each) => [each.waveId, each])),
    );
    expect([soonest - begin, end - begin]).toEqual([forecast.leastMs, forecast.mostMs]);
  });

  it('follows the longest chain, wave by wave', () => {
    const waves = [wave('a', running), wave('b', { dependsOn: ['a'] })];
    expect(rangeOf(viewOf(waves), 0)).toEqual([15, 20]);
    expect(rangeOf(viewOf(waves), 3)).toEqual([15, 20]);
  });

  it('takes no wait for people or for a quota as work', () => {
    const waits = [span('APPROVAL', 0, 30), span('CAPACITY', 30, 40)];
    expect(rangeOf(viewOf([wave('a', { ...running, spans: waits })]), 41)).toEqual([45, 48]);
  });

  it('begins with the answer while one is awaited', () => {
    const spans = [span('APPROVAL', 2)];
    expect(rangeOf(viewOf([wave('a', { ...running, spans })]), 60)).toEqual([63, 66]);
  });

  it('does all of it again after a failure that waits for a decision, and after the decision', () => {
    const held = wave('a', { ...running, status: 'HELD', spans: [span('HELD', 10)] });
    expect(rangeOf(viewOf([held]), 20)).toEqual([25, 28]);
    const again = wave('a', { ...running, spans: [span('HELD', 10, 20)] });
    expect(rangeOf(viewOf([again]), 22)).toEqual([25, 28]);
  });

  it('moves with a pause, in which only running waves get on', () => {
    const ended = { status: 'COMPLETED', startedAt: begin, endedAt: at(6) } as const;
    const waves = [wave('a', ended), wave('b', { dependsOn: ['a'] })];
    const paused = viewOf(waves, { status: 'PAUSED', spans: [span('HELD', 7)] });
    expect(rangeOf(paused, 30)).toEqual([40, 42]);
  });

  it('is not before now, however late a wave is', () => {
    expect(rangeOf(viewOf([wave('a', running)]), 30)).toEqual([30, 30]);
  });

  it('takes what drills usually take of a wave of which nothing is known, and nothing of one without servers', () => {
    expect(rangeOf(viewOf([wave('new', running)]), 0)).toEqual([10, 20]);
    expect(rangeOf(viewOf([wave('last', { ...running, serversExpected: 0 })]), 0)).toEqual([0, 0]);
  });

  it('is the end once there is one', () => {
    const ended = wave('a', { status: 'COMPLETED', startedAt: begin, endedAt: at(6) });
    expect(rangeOf(viewOf([ended], { status: 'COMPLETED', endedAt: at(7) }), 99)).toEqual([7, 7]);
  });
});
