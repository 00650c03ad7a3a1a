/** The CloudWatch namespace of the product's own metrics. */
export const metricNamespace = 'Groundswell';

export type MetricName =
  | 'Events'
  | 'Sweeps'
  | 'OpenExecutions'
  | 'OldestOpenMinutes'
  | 'OpenCleanUps'
  | 'OverdueCleanUps'
  | 'OverdueProofs'
  | 'JobsHeld'
  | 'ServersHeld';

export interface Measurement {
  readonly name: MetricName;
  readonly value: number;
  /**
   * Each combination of values is a metric of its own, and is paid for: only words of a list that is known
   * beforehand, such as types of events and places of targets. Never an execution or a server.
   */
  readonly dimensions?: Readonly<Partial<Record<'EventType' | 'Place', string>>>;
}

export interface Metrics {
  record(measurements: readonly Measurement[]): void;
}
