import { isTerminal } from '../../../services/core/domain/execution-state.ts';
import { executionIdOf } from '../../../services/core/kernel/canonical.ts';
import type { Faults } from '../../simulation/faults.ts';
import { createHandle } from '../../simulation/handle.ts';
import { createPrng, type Prng } from '../../simulation/prng.ts';
import { drawKnobsLike } from '../../simulation/run-seed.ts';
import { createWorld, epoch, type World } from '../../simulation/world.ts';
import { drawMs, latencies } from './latency.ts';
import { createMeter } from './meter.ts';
import { drawnWorkload, storePlan, timingOf } from './product.ts';
import { createSandboxPool } from './sandbox-pool.ts';
import { criticalPathMs, type Workload } from './workload.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const faultyMs = 30 * minute;
/** Repeats and delays that come after the end are awaited for so long. */
const afterwardsMs = 30 * minute;

export interface FaultyRun {
  /** Undefined if the execution did not complete. */
  readonly overheadMs: number | undefined;
  readonly violation: string | undefined;
  readonly askedOperator: boolean;
  readonly hasEnded: boolean;
}

/** Whoever asks and hears nothing for a minute asks again, under the same id. */
const ask = (world: World, planId: string, executionId: string): void => {
  let times = 0;
  const say = (): void => {
    if (world.executionState(executionId).status !== 'NONE') return;
    const asked = { requestId: 'bench', planId, mode: 'DRILL', requestedBy: 'bench' };
    world.say('ExecutionRequested', `ask-${++times}`, { asked });
    world.agenda.after(minute, say);
  };
  say();
};

/** The schedule of the reconciler, as in the topology. */
const sweep = (world: World): void => {
  world.agenda.after(10 * minute, () => {
    const delivery = { service: 'reconcile' as const, type: 'schedule', eventId: 'schedule', attempts: 0 };
    if (!world.strikes('timers', 5)) world.startRun(delivery, () => undefined);
    sweep(world);
  });
};

/**
 * Runs one execution of the product with every invocation cold and these faults during its first half hour, an
 * outage excepted, which adds its own length to that.
 */
export const runFaulty = async (
  seed: bigint,
  workload: Workload,
  drawFaults: (prng: Prng) => Faults,
): Promise<FaultyRun> => {
  const prng = createPrng(seed);
  const draws = prng.fork();
  const pool = createSandboxPool(
    'never',
    () => drawMs(draws, latencies.cold),
    () => drawMs(draws, latencies.warm),
  );
  const faults = drawFaults(prng.fork());
  const drawn = drawnWorkload(workload);
  const executionId = executionIdOf('bench');
  let endedAt = 0;
  let askedOperator = false;
  const world = createWorld({
    prng: prng.fork(),
    faults,
    workload: drawn,
    healAtMs: faultyMs + faults.outageMs,
    timing: timingOf(prng.fork(), pool, workload, createMeter()),
    handle: createHandle(drawn.knobs, drawKnobsLike(drawn, prng)),
    onEvent: (within, { type }) => {
      if (type === 'OperatorNeeded') askedOperator = true;
      if (endedAt === 0 && isTerminal(within.executionState(executionId).status)) endedAt = within.now();
    },
  });
  storePlan(world, workload, [], false);
  ask(world, workload.plan.planId, executionId);
  sweep(world);
  const isOver = (): boolean =>
    world.now() > (endedAt === 0 ? epoch + day : Math.max(endedAt, world.healAt) + afterwardsMs);
  while (!isOver() && world.invariants.violation() === undefined && world.agenda.step())
    await world.settled();
  const violation = world.invariants.violation();
  const { status } = world.executionState(executionId);
  return {
    overheadMs: status === 'COMPLETED' ? endedAt - epoch - criticalPathMs(workload) : undefined,
    violation: violation && `${violation.invariant}: ${violation.what}`,
    askedOperator,
    hasEnded: endedAt !== 0,
  };
};
