import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { type Journal, openJournal } from '../../../../infra/simulated-aws/journal.ts';
import type { FailureRecord } from '../../../../infra/simulated-aws/lambda/destination.ts';
import type { LambdaRecord } from '../../../../infra/simulated-aws/lambda/event-store.ts';
import type { LambdaFunction, LambdaHandler } from '../../../../infra/simulated-aws/lambda/function.ts';
import { createLambdaHost } from '../../../../infra/simulated-aws/lambda/lambda-host.ts';
import type { LambdaRun } from '../../../../infra/simulated-aws/lambda/run.ts';
import { seededRandom } from '../random.ts';

export const startAt = Date.parse('2026-11-23T10:00:00Z');

export const arn = 'arn:aws:lambda:eu-west-1:111122223333:function:watch-jobs';

/** A host with one function, `watch-jobs`, on a clock of its own. */
export const lambdaFixture = (
  handler: LambdaHandler,
  {
    journal = openJournal<LambdaRecord>(undefined),
    now = startAt,
    accountConcurrency,
    others = [],
    ...settings
  }: {
    journal?: Journal<LambdaRecord>;
    now?: number;
    accountConcurrency?: number;
    others?: readonly LambdaFunction[];
  } & Partial<LambdaFunction> = {},
) => {
  const clock = createManualClock(now);
  const failures: FailureRecord[] = [];
  const runs: LambdaRun[] = [];
  const host = createLambdaHost({
    clock,
    journal,
    account: '111122223333',
    region: 'eu-west-1',
    random: seededRandom(now),
    functions: [{ name: 'watch-jobs', timeoutMs: 30_000, ...settings }, ...others],
    ...(accountConcurrency !== undefined && { accountConcurrency }),
    load: async () => handler,
    onFailure: (_, record) => failures.push(record),
    onRun: (run) => runs.push(run),
  });
  return { clock, host, failures, runs };
};
