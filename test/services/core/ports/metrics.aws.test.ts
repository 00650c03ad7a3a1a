import { describe, expect, it } from 'vitest';
import type { Recorded } from '../../../../contracts/envelope.ts';
import { countingBus, createEmfMetrics } from '../../../../services/core/ports/aws/metrics.ts';
import type { Measurement } from '../../../../services/core/ports/metrics.ts';

const eventsOf = (...types: readonly string[]) =>
  types.map((type) => ({ type })) as unknown as readonly Recorded[];

describe('metrics', () => {
  it('are lines of the embedded metric format, with their dimensions', () => {
    const lines: string[] = [];
    const metrics = createEmfMetrics({ now: () => 1_000 }, (line) => lines.push(line));
    metrics.record([
      { name: 'Sweeps', value: 1 },
      { name: 'JobsHeld', value: 3, dimensions: { Place: 'a/b' } },
    ]);
    const of = (Dimensions: readonly string[], Name: string) => ({
      Timestamp: 1_000,
      CloudWatchMetrics: [{ Namespace: 'Groundswell', Dimensions: [Dimensions], Metrics: [{ Name }] }],
    });
    expect(lines.every((line) => line.endsWith('\n'))).toBe(true);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { _aws: of([], 'Sweeps'), Sweeps: 1 },
      { _aws: of(['Place'], 'JobsHeld'), Place: 'a/b', JobsHeld: 3 },
    ]);
  });

  const publishing = async (publish: () => Promise<void>) => {
    const recorded: Measurement[] = [];
    const bus = countingBus({ publish }, { record: (measurements) => void recorded.push(...measurements) });
    const error = await bus
      .publish(eventsOf('WaveStarted', 'WaveStarted', 'WaveFailed'))
      .catch((thrown: unknown) => thrown);
    return { recorded, error };
  };

  it('count the events that the bus accepted, by type', async () => {
    expect((await publishing(async () => undefined)).recorded).toEqual([
      { name: 'Events', value: 2, dimensions: { EventType: 'WaveStarted' } },
      { name: 'Events', value: 1, dimensions: { EventType: 'WaveFailed' } },
    ]);
  });

  it('count nothing that the bus refused, and hide no refusal', async () => {
    const refusal = new Error('throttled');
    const { recorded, error } = await publishing(() => Promise.reject(refusal));
    expect(recorded).toEqual([]);
    expect(error).toBe(refusal);
  });
});
