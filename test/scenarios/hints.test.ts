import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../contracts/catalogue.ts';
import { drillWith } from '../support/sample-drill.ts';

const started = (events: readonly DomainEvent[]): number =>
  events.filter(({ type }) => type === 'DRSJobStarted').length;

/** How long after each job's end the product knew of it, in ms. */
const delays = (events: readonly DomainEvent[]): readonly number[] =>
  events.flatMap((event) =>
    event.type === 'DRSJobCompleted'
      ? [Date.parse(event.metadata.emittedAt) - Date.parse(event.data.endedAt)]
      : [],
  );

describe('hint', { timeout: 120_000 }, () => {
  it('that never comes costs a delay: the timer behind it finds the end of the job', async () => {
    // Slow enough that a minute, of which the machine may be busy with others, is more than half a second.
    const events = await drillWith({ hints: { lossRate: 1 } }, 100);
    expect(started(events)).toBe(3);
    expect(delays(events)).toHaveLength(3);
    for (const delay of delays(events)) expect(delay).toBeLessThan(60_000);
  });

  it('that comes twice costs nothing: no job and no event is doubled', async () => {
    const events = await drillWith({ hints: { duplicateRate: 1 } }, 1_000);
    expect(started(events)).toBe(3);
    expect(delays(events)).toHaveLength(3);
    expect(new Set(events.map(({ metadata }) => metadata.eventId)).size).toBe(events.length);
  });
});
