import type { Prng } from '../../simulation/prng.ts';

/** Half of all take less than `p50`, and 99 in 100 less than `p99`; both in ms. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

/**
 * How long things take on AWS. Measured by others where a source is given; an assumption where it says so, made
 * alike for every design that is compared.
 */
export const latencies = {
  /** EventBridge to Lambda, producer's stamp to handler. bitesizedserverless.com, eu-west-1, February 2023. */
  bus: { p50: 148, p99: 387 },
  /** SQS standard to Lambda, on top of the delay. The same. */
  queue: { p50: 16, p99: 105 },
  /** Step Functions standard to Lambda and back, synchronously; and one transition without a task. The same. */
  stateMachine: { p50: 99, p99: 250 },
  /** Start of a standard workflow, to its first task. The same, asynchronous. */
  workflowStart: { p50: 142, p99: 313 },
  /** A read or conditional write of DynamoDB. Assumption. */
  store: { p50: 6, p99: 25 },
  /** PutEvents, SendMessage: the answer, not the delivery. Assumption. */
  send: { p50: 12, p99: 60 },
  /** A call of DRS. 300-600 ms were seen by a public orchestrator; the rest is assumption. */
  drs: { p50: 450, p99: 1_200 },
  /** A new sandbox: Node with AWS clients, and the first connection. speedrun.nobackspacecrew.com, July 2025; p99 assumed. */
  cold: { p50: 375, p99: 850 },
  /** What a kept sandbox needs before the handler's first line. Assumption. */
  warm: { p50: 2, p99: 10 },
} as const satisfies Readonly<Record<string, Spread>>;

/** The 99th percentile of the standard normal distribution. */
const z99 = 2.326;

/** The quantile of a log-normal distribution through both points of the spread, for a standard normal draw. */
const quantile = ({ p50, p99 }: Spread, normal: number): number =>
  p50 * Math.exp((Math.log(p99 / p50) / z99) * normal);

const normalOf = (prng: Prng): number =>
  Math.sqrt(-2 * Math.log(1 - prng.float())) * Math.cos(2 * Math.PI * prng.float());

/** One draw, in whole ms. */
export const drawMs = (prng: Prng, spread: Spread): number =>
  Math.max(0, Math.round(quantile(spread, normalOf(prng))));

/** A duration around `medianMs` that is off by `share` in two cases of three. */
export const around = (prng: Prng, medianMs: number, share: number): number =>
  Math.round(medianMs * Math.exp(share * normalOf(prng)));
