import type { Design, DesignRun } from './model/design.ts';
import { total, type Meter } from './model/meter.ts';
import { polling } from './model/polling.ts';
import { functionGb, prices, pricesAsOf } from './model/prices.ts';
import { median } from './model/quantile.ts';
import { replayProduct, workloadOfSeed } from './model/replay.ts';
import { callback, waitLoop } from './model/state-machine.ts';
import type { Bench, Row } from './table.ts';

const computeOf = ({ invocations, billedMs }: Pick<Meter, 'invocations' | 'billedMs'>): number =>
  invocations * prices.invocation + (billedMs / 1_000) * functionGb * prices.gbSecondArm;

const tableOf = ({ writeUnits, readUnits }: Pick<Meter, 'writeUnits' | 'readUnits'>): number =>
  writeUnits * prices.writeUnit + readUnits * prices.readUnit;

const designCost = (run: DesignRun): number =>
  computeOf(run) + tableOf(run) + run.transitions * prices.transition;

const designMedian = (design: Design, seeds: number): number =>
  median(
    Array.from({ length: seeds }, (_, index) =>
      designCost(design.run({ seed: BigInt(index), workload: workloadOfSeed(index + 1), keep: 'never' })),
    ),
  );

const dollars = (value: number): number => Number(value.toPrecision(4));

const month = { minutes: 43_200, executions: 100 };
/** Runs of the schedules of reconcile (10 min), redrive-dead-letters and notify (5 min each). */
const scheduled = month.minutes / 10 + (2 * month.minutes) / 5;
/** Lambda asks each of the six timer queues and the audit's with five long polls of 20 s at a time (its least, without load). */
const queuePolls = 7 * 5 * 3 * month.minutes;
/** A cold start and a query of the index of open executions. Assumption. */
const scheduledMs = 400;

const ofAnalysis = {
  polling: ((43_200 + 10_000 + 100) * prices.invocation) / month.executions,
  stateMachine:
    (5_000 * prices.transition + 2_000 * prices.invocation + 200 * prices.notification) / month.executions,
};

export const bench: Bench = {
  name: 'cost',
  about: `US dollars at list prices of us-east-1 as of ${pricesAsOf}, no free tier, every invocation cold, the audit trail included.`,
  async run({ quick }) {
    const seeds = quick ? 20 : 200;
    const meters = (await replayProduct(seeds, { keep: 'never', hints: 0.99, learnedOf: 1 })).map(
      ({ meter }) => meter,
    );
    const part = (pick: (meter: Meter) => number): number => dollars(median(meters.map(pick)));
    const eventsOf = (meter: Meter): number => total(meter.events) * prices.event;
    const queuesOf = (meter: Meter): number => meter.queueRequests * prices.queueRequest;
    const row = (subject: string, figure: number, more: Partial<Row> = {}): Row => ({
      subject,
      figure,
      unit: '$',
      kind: 'counted',
      ...more,
    });
    const designs = [
      polling(15_000),
      waitLoop(15_000),
      waitLoop(30_000),
      callback({ hints: 0.99, hintAt: 'launch-end' }),
    ];
    return [
      row(
        'an execution, all in',
        part((meter) => computeOf(meter) + tableOf(meter) + eventsOf(meter) + queuesOf(meter)),
        {
          target: { atMost: 0.0003 },
          baselines: designs.map((design) => ({
            name: design.name,
            figure: dollars(designMedian(design, seeds)),
          })),
        },
      ),
      row('of it Lambda', part(computeOf)),
      row('of it DynamoDB', part(tableOf)),
      row('of it EventBridge', part(eventsOf)),
      row('of it SQS', part(queuesOf)),
      row(
        'a month, compute without any execution',
        dollars(computeOf({ invocations: scheduled, billedMs: scheduled * scheduledMs })),
        {
          target: { atMost: 0 },
          baselines: [
            {
              name: 'finder every 60 s',
              figure: dollars(
                computeOf({ invocations: month.minutes, billedMs: month.minutes * scheduledMs }),
              ),
            },
          ],
        },
      ),
      row('a month, long polls of the queues', dollars(queuePolls * prices.queueRequest)),
      row("an execution, the analysis's polling redone", dollars(ofAnalysis.polling), {
        baselines: [{ name: 'the analysis says', figure: 0.0003 }],
      }),
      row("an execution, the analysis's Step Functions redone", dollars(ofAnalysis.stateMachine), {
        baselines: [{ name: 'the analysis says', figure: 0.0013 }],
      }),
    ];
  },
};
