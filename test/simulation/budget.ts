import type { Recorded } from '../../contracts/envelope.ts';
import type { ExecutionFact } from '../../contracts/execution-events.ts';
import type { WaveFact } from '../../contracts/wave-events.ts';
import { isCleanUpStream } from '../../services/core/kernel/stream-names.ts';
import { restsAt } from './drs.ts';
import type { World } from './world.ts';

/** What one hop and one look may take at the most without any fault: slow calls, a bus at its 99th percentile. */
const reactionMaxMs = 30_000;
/** The cadence's shortest interval, and the looks around a job's begin and end. */
const pollEveryMs = 4_000;
const pollsMax = 20;
const awaitedMs = 2 * 3_600_000;

type Said<F> = readonly (Recorded & F)[];

const at = (event: Recorded | undefined): number => Date.parse(event?.metadata.emittedAt ?? '');

/** L3: in a seed without faults it is the events that move an execution, not the sweeps that find what was lost. */
export const checkBudget = (world: World): void => {
  const { invariants } = world;
  for (const [name, { events }] of invariants.streams)
    if (isCleanUpStream(name)) continue;
    else if (name.includes('/')) checkWave(world, name, events as Said<WaveFact>);
    else checkStarts(world, name, events as Said<ExecutionFact>);
  checkPolls(world);
  checkWrites(world);
};

const checkWave = (world: World, name: string, facts: Said<WaveFact>): void => {
  for (const fact of facts) {
    if (fact.type !== 'DRSJobCompleted') continue;
    const job = world.drs.jobs.find(({ jobId }) => jobId === fact.data.jobId);
    const lateMs = at(fact) - (job?.endsAt ?? at(fact));
    if (lateMs > reactionMaxMs)
      world.invariants.fail('L3', `the end of a job of ${name} was seen ${lateMs} ms late`);
  }
};

const checkStarts = (world: World, executionId: string, facts: Said<ExecutionFact>): void => {
  const wasPaused = facts.some(({ type }) => type === 'ExecutionPaused');
  for (const fact of facts) {
    if (fact.type === 'WaveStarted' && fact.data.attempt === 1 && !wasPaused) {
      const { waveId, definition } = fact.data;
      const first = world.invariants.streams.get(`${executionId}/${waveId}`)?.events[0];
      const waits = definition.before.length > 0 || first?.type === 'CapacityAwaited';
      if (!waits && at(first) - at(fact) > reactionMaxMs)
        world.invariants.fail(
          'L3',
          `${waveId} of ${executionId} began ${at(first) - at(fact)} ms after its start`,
        );
    }
    if (fact.type !== 'WaveCompleted') continue;
    const before = world.invariants.streams
      .get(`${executionId}/${fact.data.waveId}`)
      ?.events.findLast((event) => at(event) <= at(fact));
    const lateMs = at(fact) - at(before);
    if (lateMs > reactionMaxMs)
      world.invariants.fail('L3', `${fact.data.waveId} of ${executionId} was concluded ${lateMs} ms late`);
  }
};

const checkPolls = (world: World): void => {
  const lastedMs = world.drs.jobs.reduce(
    (sum, job) => sum + Math.max(0, restsAt(job, awaitedMs) - job.createdAt),
    0,
  );
  const budget = world.drs.jobs.length * pollsMax + lastedMs / pollEveryMs;
  const polls = world.counts['DescribeJobs'] ?? 0;
  if (polls > budget)
    world.invariants.fail('L3', `${polls} DescribeJobs; the budget is ${Math.round(budget)}`);
};

/** Two writes for each event, one that saves it and one that clears the outbox; the rest is the intake's and the jobs'. */
const checkWrites = (world: World): void => {
  const streams = [...world.invariants.streams.values()];
  const events = streams.reduce((sum, { events: said }) => sum + said.length, 0);
  const planned = world.workload.plans.flatMap(({ waves }) => waves);
  const servers = planned.reduce(
    (sum, { servers: each }) =>
      sum + (Array.isArray(each) ? each.length : (world.workload.estate?.length ?? 0)),
    0,
  );
  const requests = world.workload.requests.length;
  // Of a clean-up: a lease for each server, a place in the queue and a timer for each look, and the books.
  const ends = world.drs.terminations.length;
  const budget =
    3 * events + requests * (2 * servers + planned.length + 20) + 6 * world.drs.jobs.length + 30 * ends + 20;
  const writes = world.counts['table writes'] ?? 0;
  if (writes > budget) world.invariants.fail('L3', `${writes} writes; the budget is ${budget}`);
};
