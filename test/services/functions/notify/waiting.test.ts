import { describe, expect, it } from 'vitest';
import type { EventBridgeEnvelope } from '../../../../contracts/foreign-events.ts';
import type { Notice } from '../../../../contracts/notice.ts';
import {
  aboutOf,
  anew,
  channelOf,
  firstRefused,
  isDue,
  isForgotten,
  keptMs,
  refused,
  subjectOf,
  type Owed,
  type Waiting,
} from '../../../../services/core/domain/waiting-notice.ts';

const minute = 60_000;
const now = Date.UTC(2026, 0, 5);
const told: Owed = {
  channelId: 'ops',
  notice: { executionId: 'exec-1', event: 'WaveFailed', eventId: 'exec-1@7' } as Notice,
};
const untold: Owed = { envelope: { id: 'e-1', 'detail-type': 'WaveFailed' } as EventBridgeEnvelope };
const refusal = { reason: 'HTTP 503', isFinal: false };
const patienceMs = 24 * 60 * minute;
const waiting = (more: Partial<Waiting> = {}): Waiting => ({
  ...{ owed: told, since: now, tries: 0, dueAt: now, reason: '' },
  ...more,
});

describe('a message that was not taken', () => {
  it('is tried again after four minutes, then ever later, and after half an hour at the latest', () => {
    let message = waiting();
    const waits: number[] = [];
    for (let tries = 0; tries < 8; tries++) {
      message = refused(message, refusal, now, Number.POSITIVE_INFINITY);
      waits.push((message.dueAt - now) / minute);
    }
    expect(waits).toEqual([4, 6, 9, 13.5, 20.25, 30, 30, 30]);
    expect(message).toMatchObject({ tries: 8, reason: 'HTTP 503', since: now, owed: told });
    expect(message).not.toHaveProperty('givenUpAt');
  });

  it('waits as long as its receiver asks for, if that is longer', () => {
    expect(refused(waiting(), { ...refusal, retryAfterMs: 10 * minute }, now, patienceMs).dueAt).toBe(
      now + 10 * minute,
    );
    expect(refused(waiting(), { ...refusal, retryAfterMs: 1 }, now, patienceMs).dueAt).toBe(now + 4 * minute);
  });

  it('is given up when the receiver says so for good, and when it would be too old', () => {
    expect(refused(waiting(), { reason: 'HTTP 410', isFinal: true }, now, patienceMs).givenUpAt).toBe(now);
    const lastMoment = now + patienceMs - 4 * minute;
    expect(refused(waiting(), refusal, lastMoment, patienceMs)).not.toHaveProperty('givenUpAt');
    expect(refused(waiting(), refusal, lastMoment + 1, patienceMs).givenUpAt).toBe(lastMoment + 1);
  });

  it('is never given up the first time: the schedule decides that', () => {
    expect(firstRefused(untold, { reason: 'HTTP 410', isFinal: true }, now)).toEqual({
      ...{ owed: untold, since: now, tries: 1, dueAt: now + 4 * minute, reason: 'HTTP 410' },
    });
  });

  it('begins anew when its receiver was mended', () => {
    const old = waiting({ tries: 9, reason: 'HTTP 410', givenUpAt: now });
    expect(anew(old, now + 5)).toEqual({
      ...{ owed: told, since: now + 5, tries: 0, dueAt: now + 5, reason: 'HTTP 410' },
    });
  });

  it('is due from its time on, and not once it was given up', () => {
    expect([-1, 0, 1].map((ms) => isDue(waiting(), now + ms))).toEqual([false, true, true]);
    expect(isDue(waiting({ givenUpAt: now }), now + 1)).toBe(false);
  });

  it('is forgotten two weeks after it was given up, and never before that', () => {
    const gone = waiting({ givenUpAt: now });
    expect([keptMs, keptMs + 1].map((ms) => isForgotten(gone, now + ms))).toEqual([false, true]);
    expect(keptMs).toBe(14 * 24 * 60 * minute);
    expect(isForgotten(waiting(), now + 10 * keptMs)).toBe(false);
  });

  it('says whom it is for and what it is about, as far as that is known', () => {
    expect([channelOf, aboutOf, subjectOf].map((of) => of(waiting()))).toEqual([
      'ops',
      'exec-1',
      told.notice,
    ]);
    expect([channelOf, aboutOf, subjectOf].map((of) => of(waiting({ owed: untold })))).toEqual([
      '',
      'e-1',
      { event: 'WaveFailed', eventId: 'e-1' },
    ]);
  });
});
