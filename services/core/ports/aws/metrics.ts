import type { Clock } from '../clock.ts';
import type { EventBus } from '../event-bus.ts';
import { type Measurement, metricNamespace, type Metrics } from '../metrics.ts';

const lineOf = ({ name, value, dimensions = {} }: Measurement, at: number): string =>
  JSON.stringify({
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [
        { Namespace: metricNamespace, Dimensions: [Object.keys(dimensions)], Metrics: [{ Name: name }] },
      ],
    },
    ...dimensions,
    [name]: value,
  });

/**
 * Metrics as lines of the log, from which CloudWatch makes them: "Embedded metric format specification". A
 * line goes to the stream itself, since the runtime would wrap what goes to the console.
 */
export const createEmfMetrics = (clock: Clock, write: (line: string) => void): Metrics => ({
  record(measurements) {
    for (const measurement of measurements) write(`${lineOf(measurement, clock.now())}\n`);
  },
});

/** A bus whose events are counted by type when they are accepted: executions and waves over time. */
export const countingBus = (bus: EventBus, metrics: Metrics): EventBus => ({
  async publish(events) {
    await bus.publish(events);
    const counts = new Map<string, number>();
    for (const { type } of events) counts.set(type, (counts.get(type) ?? 0) + 1);
    metrics.record(
      [...counts].map(([EventType, value]) => ({ name: 'Events', value, dimensions: { EventType } })),
    );
  },
});
