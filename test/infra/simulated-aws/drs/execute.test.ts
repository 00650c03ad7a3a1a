import { describe, expect, it } from 'vitest';
import { hintsOfJob } from '../../../../infra/simulated-aws/drs/due-hints.ts';
import type { Execution } from '../../../../infra/simulated-aws/drs/execute.ts';
import { execute } from '../../../../infra/simulated-aws/drs/execute.ts';
import { isActiveAt, jobStatusAt } from '../../../../infra/simulated-aws/drs/job.ts';
import { logAt } from '../../../../infra/simulated-aws/drs/job-log.ts';
import { parseDrsScenario } from '../../../../infra/simulated-aws/drs/scenario.ts';
import type { DrsState } from '../../../../infra/simulated-aws/drs/state.ts';
import { evolve, initialState } from '../../../../infra/simulated-aws/drs/state.ts';
import { createSetting, emptyEc2 } from '../../../../infra/simulated-aws/drs/world.ts';
import { seededRandom } from '../random.ts';
import { place, secondMs, startAt, steady, web1, web2 } from './fixture.ts';

const setting = createSetting(place, parseDrsScenario({ ...steady, oddJobs: { shortRate: 0.5 } }));

const alone = { ec2: emptyEc2, elsewhere: () => undefined };

const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
};

const input = { isDrill: true, sourceServers: [{ sourceServerID: web1 }, { sourceServerID: web2 }] };

/** The same calls at the same times, from a seed: no clock, no timer, no wire. */
const simulate = (
  seed: number,
): { readonly state: DrsState; readonly replies: readonly Execution['reply'][] } => {
  const random = seededRandom(seed);
  const replies: Execution['reply'][] = [];
  let state = frozen(evolve(initialState, { kind: 'Opened', at: startAt }));
  for (let step = 0; step < 50; step++) {
    const world = { setting, state, now: startAt + step * 30 * secondMs, random, ...alone };
    for (const operation of ['StartRecovery', 'DescribeJobs', 'DescribeRecoveryInstances'] as const) {
      const execution = execute({ ...world, state }, operation, operation === 'StartRecovery' ? input : {});
      replies.push(execution.reply);
      state = frozen(execution.records.reduce(evolve, state));
    }
  }
  return { state, replies };
};

describe('the pure core', () => {
  it('gives the same replies and the same state for the same seed, and changes nothing in place', () => {
    expect(simulate(5)).toStrictEqual(simulate(5));
    expect(simulate(6)).not.toStrictEqual(simulate(5));
  });

  it('never has two jobs at once for a server', () => {
    const jobs = Object.values(simulate(5).state.jobs);
    expect(jobs.length).toBeGreaterThan(2);
    for (const job of jobs) {
      const others = jobs.filter((other) => other.createdAt < job.createdAt);
      expect(others.filter((other) => isActiveAt(other, job.createdAt))).toStrictEqual([]);
    }
  });

  it('answers for any time from the record of the job alone', () => {
    const random = seededRandom(1);
    const state = evolve(initialState, { kind: 'Opened', at: startAt });
    const world = {
      setting: createSetting(place, parseDrsScenario(steady)),
      state,
      now: startAt,
      random,
      ...alone,
    };
    const [record] = execute(world, 'StartRecovery', input).records.filter(
      (one) => one.kind === 'JobStarted',
    );
    const { job } = structuredClone(record!);
    const statusAt = (seconds: number) => jobStatusAt(job, startAt + seconds * secondMs);
    expect([statusAt(1000), statusAt(0), statusAt(100)]).toStrictEqual(['COMPLETED', 'PENDING', 'STARTED']);
    expect(logAt(job, startAt + 1000 * secondMs)).toHaveLength(14);
    expect(logAt(job, startAt)).toHaveLength(0);
    expect(hintsOfJob(world, job)).toHaveLength(2);
  });

  it('survives JSON: a state that was written and read goes on as the original does', () => {
    const { state } = simulate(5);
    expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
  });
});
