import { faultText } from '../../../../contracts/fault-text.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSequencer } from '../../../../services/faces/cli/sequencer.ts';
import type { DomainEvent } from '../../../../contracts/catalogue.ts';
import { criticalPathOf } from '../../../../services/core/view/critical-path.ts';
import { isOver, viewOf as fold } from '../../../../services/core/view/fold.ts';
import { inOrder } from '../../../../services/core/view/order.ts';
import { requestedView } from '../../../../services/core/view/planned-view.ts';
import {
  createSpeaker,
  definition,
  executionId,
  goodDrill,
  plan,
  result,
  serverId,
  startedAt,
} from './said.ts';

const asked = { planId: 'shop', mode: 'DRILL', requestedBy: 'ann' } as const;
const initial = requestedView(executionId, asked, plan);
const viewOf = (before: typeof initial, events: readonly DomainEvent[]) => fold(before, inOrder(events));
const wave = (events: readonly DomainEvent[], waveId: string) =>
  viewOf(initial, events).waves.find((each) => each.waveId === waveId);

/** The same events in any order, some of them twice. */
const shuffled = (events: readonly DomainEvent[]) =>
  fc
    .tuple(fc.shuffledSubarray([...events], { minLength: events.length }), fc.subarray([...events]))
    .map(([all, again]) => [...all, ...again]);

describe('view', () => {
  it('of nothing shows the plan', () => {
    expect(
      initial.waves.map(({ waveId, status, serversExpected }) => [waveId, status, serversExpected]),
    ).toEqual([
      ['a', 'WAITING', 2],
      ['b', 'WAITING', 1],
    ]);
  });

  it('follows an execution to its end', () => {
    const view = viewOf(initial, goodDrill());
    expect(view).toMatchObject({
      status: 'COMPLETED',
      planVersion: 3,
      mode: 'DRILL',
      startedAt: startedAt + 1_000,
    });
    expect(isOver(view)).toBe(true);
    expect(
      view.waves.flatMap(({ servers }) => servers.map(({ name, instanceId }) => [name, instanceId])),
    ).toEqual([
      ['server-1', 'i-1'],
      ['server-2', 'i-2'],
      ['server-3', 'i-3'],
    ]);
  });

  it('shows each server in its phase', () => {
    expect(wave(goodDrill().slice(0, 4), 'a')).toMatchObject({
      status: 'STARTED',
      servers: [{ phase: 'CONVERSION' }, { phase: 'NONE' }],
    });
  });

  it('is the same in whatever order and however often events come', () => {
    const events = goodDrill();
    const expected = viewOf(initial, events);
    fc.assert(
      fc.property(shuffled(events), (some) => {
        expect(viewOf(initial, some)).toEqual(expected);
      }),
    );
  });

  it('keeps what was launched when a retry tries the rest', () => {
    const say = createSpeaker();
    const ended = {
      outcome: 'COMPLETED',
      startedAt: '2026-11-23T10:00:00Z',
      endedAt: '2026-11-23T10:10:00Z',
    };
    const events = [
      say(executionId, 'WaveStarted', { waveId: 'a', attempt: 1, definition: definition('a', [], [1, 2]) }),
      say(executionId, 'WaveFailed', {
        waveId: 'a',
        attempt: 1,
        servers: [result(1), result(2, 'FAILED')],
        onFailure: 'ask',
        reasons: ['server-2 failed'],
        ...ended,
      }),
      say(executionId, 'OperatorNeeded', { waveId: 'a', why: 'It failed.', choices: ['retry'] }),
    ];
    expect(viewOf(initial, events)).toMatchObject({
      needs: [{ why: 'It failed.' }],
      waves: [{ status: 'HELD', notes: ['server-2 failed'] }, {}],
    });
    const retried = [
      ...events,
      say(executionId, 'WaveStarted', { waveId: 'a', attempt: 2, definition: definition('a', [], [2]) }),
    ];
    expect(viewOf(initial, retried)).toMatchObject({
      needs: [],
      waves: [{ status: 'STARTED', attempt: 2, servers: [{ phase: 'LAUNCHED' }, { phase: 'NONE' }] }, {}],
    });
    expect(wave(retried, 'a')?.endedAt).toBeUndefined();
  });

  it('ignores a result of an attempt that a later one has replaced', () => {
    const say = createSpeaker();
    const events = [
      say(executionId, 'WaveStarted', { waveId: 'a', attempt: 1, definition: definition('a', [], [1]) }),
      say(executionId, 'WaveStarted', { waveId: 'a', attempt: 2, definition: definition('a', [], [1]) }),
      say(`${executionId}/a`, 'DRSJobProgressed', {
        waveId: 'a',
        attempt: 1,
        jobId: 'j',
        phases: { [serverId(1)]: 'LAUNCH' },
      }),
    ];
    expect(wave(events, 'a')).toMatchObject({ servers: [{ phase: 'NONE' }] });
  });

  it('shows every reason of a rejection', () => {
    const say = createSpeaker();
    const faults = [{ path: 'planId', message: 'there is no plan x', expected: 'shop' }];
    const view = viewOf(initial, [say(executionId, 'ExecutionRejected', { faults })]);
    expect(view.status).toBe('REJECTED');
    expect(view.faults.map(faultText)).toEqual(['planId: there is no plan x (valid: shop)']);
  });

  it('shows a wave that the plan in hand does not name', () => {
    expect(viewOf(requestedView(executionId, asked), goodDrill()).waves).toMatchObject([
      { waveId: 'a', status: 'COMPLETED' },
      { waveId: 'b', status: 'COMPLETED' },
    ]);
  });
});

describe('critical path', () => {
  it('adds up the jobs of the longest chain', () => {
    expect(criticalPathOf(viewOf(initial, goodDrill()))).toEqual({ waves: ['a', 'b'], workMs: 500_000 });
  });

  it('takes the longer of two branches, and counts jobs that overlap once', () => {
    const span = (from: number, to: number) => ({
      ...{ jobId: String(from), from, to, saidFrom: from, saidTo: to },
      ...{ slowest: {}, failed: false, hasLaunchActions: false, awaiting: 0 },
    });
    const branch = (waveId: string, dependsOn: string[], jobs: ReturnType<typeof span>[]) => ({
      ...initial.waves[0]!,
      waveId,
      dependsOn,
      jobs,
    });
    const waves = [
      branch('root', [], [span(0, 10), span(5, 12)]),
      branch('short', ['root'], [span(13, 20)]),
      branch('long', ['root'], [span(13, 18), span(30, 40)]),
      branch('joint', ['short', 'long'], [span(41, 42)]),
    ];
    expect(criticalPathOf({ waves })).toEqual({ waves: ['root', 'long', 'joint'], workMs: 12 + 15 + 1 });
  });
});

describe('critical path of actions', () => {
  it('counts approvals and runbooks as work, and waiting for a decision as none', () => {
    const action = (kind: 'ACTION' | 'APPROVAL' | 'HELD', from: number, to: number) => ({
      ...{ kind, label: kind, from, to, failed: false },
    });
    const spans = [action('ACTION', 0, 10), action('APPROVAL', 5, 30), action('HELD', 30, 99)];
    expect(criticalPathOf({ waves: [{ ...initial.waves[0]!, spans }] })).toEqual({
      waves: ['a'],
      workMs: 30,
    });
  });
});

describe('sequencer', () => {
  it('gives every event once and every stream in its order', () => {
    const events = goodDrill();
    const streamOf = (all: readonly DomainEvent[], stream: string) =>
      all.filter(({ metadata }) => metadata.stream === stream);
    fc.assert(
      fc.property(shuffled(events), (some) => {
        const given: DomainEvent[] = [];
        some.forEach(createSequencer((event) => given.push(event)));
        expect(given).toHaveLength(events.length);
        for (const { metadata } of events)
          expect(streamOf(given, metadata.stream)).toEqual(streamOf(events, metadata.stream));
      }),
    );
  });
});
