import { expect, it } from 'vitest';
import type { Recorded } from '../../../../contracts/envelope.ts';
import type { EventBus } from '../../../../services/core/ports/event-bus.ts';

/** The nth event of a stream. */
export const event = (n: number, data: unknown = { waveId: `wave-${n}` }): Recorded => ({
  type: 'WaveStarted',
  data,
  metadata: {
    eventId: `exec-0123456789abcdef0123@${n}`,
    schemaVersion: 1,
    executionId: 'exec-0123456789abcdef0123',
    causationId: 'cause',
    stream: 'exec-0123456789abcdef0123',
    version: n,
    emittedAt: '2026-11-23T10:00:00.123Z',
    previousHash: '',
    hash: 'hash',
  },
});

export const events = (count: number): readonly Recorded[] =>
  Array.from({ length: count }, (_, n) => event(n + 1));

export interface EventBusHarness {
  readonly bus: EventBus;
  /** What has arrived at a subscriber of everything, in the order of arrival. */
  readonly arrived: () => readonly Recorded[];
}

/** What every event bus promises. */
export const eventBusSuite = (open: () => Promise<EventBusHarness>): void => {
  it('delivers an event as it was recorded', async () => {
    const { bus, arrived } = await open();
    const recorded = event(1, { list: [1, 'ü'], none: null, deep: { yes: true } });
    await bus.publish([recorded]);
    expect(arrived()).toEqual([recorded]);
  });

  it('delivers every event of a long list once, in order', async () => {
    const { bus, arrived } = await open();
    await bus.publish(events(37));
    expect(arrived()).toEqual(events(37));
  });

  it('has nothing to do for no events', async () => {
    const { bus, arrived } = await open();
    await bus.publish([]);
    expect(arrived()).toEqual([]);
  });

  it('delivers an event again that is published again, under the same id', async () => {
    const { bus, arrived } = await open();
    await bus.publish([event(1)]);
    await bus.publish([event(1)]);
    expect(arrived()).toEqual([event(1), event(1)]);
  });
};
