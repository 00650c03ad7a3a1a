/** What the bus has done since it was opened, after EventBridge's CloudWatch metrics. */
export interface MetricCounts {
  /** Events that were put, AWS's own, schedules and replays included. */
  readonly events: number;
  /** Rules that an event matched. */
  readonly matched: number;
  readonly delivered: number;
  readonly retried: number;
  readonly deadLettered: number;
  /** Deliveries that were given up and had no dead-letter queue. */
  readonly dropped: number;
  /** Deliveries whose dead-letter queue did not take them. */
  readonly deadLettersLost: number;
  /** Events of AWS services that the fault switch swallowed. */
  readonly hintsDropped: number;
}

export interface Metrics {
  count(name: keyof MetricCounts, by?: number): void;
  counts(): MetricCounts;
}

export const createMetrics = (): Metrics => {
  const counts = {
    events: 0,
    matched: 0,
    delivered: 0,
    retried: 0,
    deadLettered: 0,
    dropped: 0,
    deadLettersLost: 0,
    hintsDropped: 0,
  };
  return {
    count: (name, by = 1) => void (counts[name] += by),
    counts: () => ({ ...counts }),
  };
};
