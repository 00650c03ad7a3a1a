import { describe, expect, it } from 'vitest';
import type { LambdaAction } from '../../../../contracts/actions/lambda.ts';
import { readTask } from '../../../../contracts/tasks.ts';
import { actionKnobs } from '../../../../services/functions/run-actions/service.ts';
import type { FunctionModel } from '../../../memory/function-service.ts';
import { openActions } from '../../../support/action-bench.ts';
import { aFunction, anAutomation, aWave } from '../../../support/frozen-wave.ts';

const minute = 60_000;
const open = (changes: Partial<LambdaAction>, models: Readonly<Record<string, FunctionModel>> = {}) =>
  openActions(
    aWave('app', { before: [aFunction('warm', { parameters: { plan: ['${plan.id}'] }, ...changes })] }),
    {},
    models,
  );
type Bench = Awaited<ReturnType<typeof open>>;
const warm = (bench: Bench) => bench.action('before/warm');
const quarantine = (bench: Bench) => bench.clock.advance(actionKnobs.claim.quarantineMs);
const plain: FunctionModel = { run: () => undefined };
const dies = (): never => {
  throw new Error('died');
};

describe('a function with a task', () => {
  const task = (bench: Bench, index = -1) =>
    readTask(JSON.parse(bench.lambda.handed.at(index)?.payload ?? '{}'));

  it('is handed its task after the claim, and its report ends the action', async () => {
    const bench = await open({ triesMax: 2, timeoutMinutes: 30 }, { warm: plain });
    await bench.run();
    expect(bench.events).toEqual(['ActionClaimed', 'ActionStarted']);
    const { taskId, token, parameters, actionId } = task(bench);
    expect({ parameters, actionId }).toEqual({ parameters: { plan: ['p'] }, actionId: 'warm' });
    expect(bench.lambda.handed).toMatchObject([{ functionName: 'warm' }]);
    expect(bench.tasks.requested).toEqual([]);
    expect(JSON.stringify([await warm(bench), bench.said])).not.toContain(token);
    await bench.report({ taskId, token, outcome: 'succeeded', message: '', outputs: {} }, 'r');
    expect(await warm(bench)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('is invoked again under the same key when the answer was lost, and either token is valid', async () => {
    const bench = await open({}, { warm: plain });
    const { handOver } = bench.lambda.service;
    const losing: typeof handOver = async (...asked) => {
      await handOver(...asked);
      return { status: 'later', message: 'the answer was lost' };
    };
    await bench.run({}, {}, { handOver: losing });
    expect(await warm(bench)).toMatchObject({ status: 'CLAIMED' });
    await bench.run({}, {}, { handOver: dies });
    await bench.clock.advance(actionKnobs.claim.findAgainMs);
    await bench.run();
    const first = task(bench, 0);
    expect(task(bench, 1)).toMatchObject({ taskId: first.taskId });
    expect(task(bench, 1).token).not.toBe(first.token);
    await bench.report({ ...first, outcome: 'succeeded', message: '', outputs: {} }, 'r');
    expect(await warm(bench)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('fails for good when Lambda refuses its first invocation, and tells no worker', async () => {
    const bench = await open({ triesMax: 3 });
    await bench.run();
    expect(await warm(bench)).toMatchObject({
      status: 'FAILED',
      cause: 'refused',
      message: 'there is no function warm',
    });
    expect(bench.tasks.cancelled).toEqual([]);
  });

  it('is told to stop before a refused repeat is believed, which is only after the quarantine', async () => {
    const bench = await open({}, { warm: plain });
    await bench.run({}, {}, { handOver: dies }).catch(() => undefined);
    const refusing = { handOver: async () => ({ status: 'refused' as const, message: 'AccessDenied' }) };
    await bench.clock.advance(actionKnobs.claim.findAgainMs);
    await bench.run({}, {}, refusing);
    expect(await warm(bench)).toMatchObject({ status: 'CLAIMED' });
    await quarantine(bench);
    await bench.run({}, {}, refusing);
    expect(bench.tasks.cancelled).toMatchObject([{ reason: 'AccessDenied' }]);
    expect(await warm(bench)).toMatchObject({ status: 'FAILED', cause: 'refused' });
  });

  it('is given up when Lambda was too busy for an hour, and not tried again under another id', async () => {
    const bench = await open({ triesMax: 3 }, { warm: plain });
    const busy = { handOver: async () => ({ status: 'later' as const, message: 'Rate Exceeded.' }) };
    await bench.run({}, {}, busy);
    await bench.clock.advance(actionKnobs.claim.giveUpMs);
    await bench.run({}, {}, busy);
    const failed = { status: 'FAILED', cause: 'failed', message: 'Rate Exceeded.' };
    expect(await warm(bench)).toMatchObject({ ...failed, tryNumber: 1 });
    await bench.run();
    expect(await warm(bench)).toMatchObject({ ...failed, tryNumber: 1 });
  });

  it('is told to stop at its time-out, and with its wave', async () => {
    const bench = await open({ timeoutMinutes: 30 }, { warm: plain });
    await bench.run();
    await bench.clock.advance(30 * minute);
    await bench.run();
    expect(bench.tasks.cancelled).toMatchObject([{ reason: 'its worker has not reported its end in time' }]);
    const other = await open({}, { warm: plain });
    await other.run();
    await other.stopWave();
    await other.run();
    expect(other.tasks.cancelled).toMatchObject([{ reason: 'cancelled' }]);
    expect(await warm(other)).toMatchObject({ cause: 'stopped' });
  });
});

describe('a function that is asked until it is done', () => {
  const thirdTime: FunctionModel = {
    run(_payload, count) {
      if (count < 3) throw new Error(`${count} of 3 nodes are warm`);
      return { nodes: 3 };
    },
  };

  it('counts its errors as not yet, and says how far it is', async () => {
    const bench = await open({ mode: 'poll' }, { warm: thirdTime });
    await bench.run();
    expect(bench.events).toEqual(['ActionStarted']);
    for (let looks = 0; looks < 3; looks++) {
      await bench.clock.advance(minute);
      await bench.run();
    }
    expect(bench.events).toEqual([
      'ActionStarted',
      'ActionProgressed',
      'ActionProgressed',
      'ActionCompleted',
    ]);
    expect(bench.said[1]?.data).toMatchObject({ message: '1 of 3 nodes are warm' });
    expect(bench.said.at(-1)?.data).toMatchObject({ outputs: { result: ['{"nodes":3}'] } });
  });

  it('fails at its time-out with what it said last', async () => {
    const never: FunctionModel = {
      run: () => {
        throw new Error('cold');
      },
    };
    const bench = await open({ mode: 'poll', timeoutMinutes: 10 }, { warm: never });
    await bench.run();
    await bench.clock.advance(10 * minute);
    await bench.run();
    expect(await warm(bench)).toMatchObject({
      cause: 'timed-out',
      message: 'the function was not done in time: cold',
    });
  });

  it('fails at once where it may not be invoked, and waits while Lambda is busy', async () => {
    const bench = await open({ mode: 'poll' }, { warm: plain });
    await bench.run();
    await bench.run({}, {}, { poll: async () => ({ status: 'later', message: 'Rate Exceeded.' }) });
    expect(await warm(bench)).toMatchObject({ status: 'RUNNING', progress: 'Rate Exceeded.' });
    await bench.run({}, {}, { poll: async () => ({ status: 'refused', message: 'AccessDenied' }) });
    expect(await warm(bench)).toMatchObject({ status: 'FAILED', cause: 'refused' });
  });

  it('is not invoked any more once its wave is stopped', async () => {
    const bench = await open({ mode: 'poll' }, { warm: plain });
    await bench.run();
    await bench.stopWave();
    await bench.run({}, {}, { poll: dies });
    expect(await warm(bench)).toMatchObject({ cause: 'stopped' });
  });
});

describe('a durable function', () => {
  const lasting: FunctionModel = {
    ...{ isDurable: true, qualifiers: ['live'], lastsMs: 5 * minute },
    run: () => ({ warmed: 12 }),
  };
  const durable = (changes: Partial<LambdaAction> = {}, model: FunctionModel = lasting) =>
    open({ mode: 'durable', function: 'warm:live', ...changes }, { warm: model });

  it('is started after the claim under the name of its try, and its execution ends the action', async () => {
    const bench = await durable();
    await bench.run();
    const [execution] = bench.lambda.executions;
    expect(execution?.name).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(execution?.payload ?? '')).toMatchObject({
      ...{ idempotencyKey: execution?.name, waveId: 'app', actionId: 'warm', tryNumber: 1 },
      parameters: { plan: ['p'] },
    });
    expect(await warm(bench)).toMatchObject({ status: 'RUNNING', durableExecutionArn: execution?.arn });
    await bench.clock.advance(4 * minute);
    await bench.run();
    expect(await warm(bench)).toMatchObject({ status: 'RUNNING' });
    await bench.clock.advance(minute);
    await bench.run();
    expect(await warm(bench)).toMatchObject({ status: 'SUCCEEDED' });
    expect(bench.said.at(-1)?.data).toMatchObject({ outputs: { result: ['{"warmed":12}'] } });
  });

  it('is found under its name by who finds a claim without an outcome, however late', async () => {
    const bench = await durable();
    const { startDurable } = bench.lambda.service;
    const dying: typeof startDurable = async (...asked) => {
      await startDurable(...asked);
      return dies();
    };
    await bench.run({}, {}, { startDurable: dying }).catch(() => undefined);
    expect(await warm(bench)).toMatchObject({ status: 'CLAIMED' });
    await bench.run({}, {}, { startDurable: dies });
    expect(await warm(bench)).toMatchObject({ status: 'RUNNING' });
    expect(bench.lambda.executions).toHaveLength(1);
  });

  it('is asked for again under the same name where Lambda shows none', async () => {
    const bench = await durable();
    await bench
      .run({}, {}, { startDurable: async () => ({ status: 'later', message: 'busy' }) })
      .catch(() => undefined);
    await bench.run();
    expect(await warm(bench)).toMatchObject({ status: 'CLAIMED' });
    await bench.clock.advance(actionKnobs.pace.backoff.firstMs);
    await bench.run();
    expect(await warm(bench)).toMatchObject({ status: 'RUNNING' });
    expect(bench.lambda.executions).toHaveLength(1);
  });

  it('fails as its execution failed, and is tried again under another name', async () => {
    const failing: FunctionModel = {
      ...lasting,
      run: () => {
        throw new Error('no cache');
      },
    };
    const bench = await durable({ triesMax: 2 }, failing);
    await bench.run();
    await bench.clock.advance(5 * minute);
    await bench.run();
    expect(await warm(bench)).toMatchObject({
      status: 'AGAIN',
      message: 'the durable execution ended as FAILED: Error: no cache',
    });
    await bench.run();
    const [first, second] = bench.lambda.executions;
    expect(second?.name).not.toBe(first?.name);
  });

  it('is stopped at its time-out, and fails when it has stopped', async () => {
    const bench = await durable({ timeoutMinutes: 2 });
    await bench.run();
    await bench.clock.advance(2 * minute);
    await bench.run();
    expect(bench.lambda.executions).toMatchObject([{ stopped: 'its time is up' }]);
    expect(await warm(bench)).toMatchObject({ status: 'RUNNING' });
    await bench.run();
    expect(await warm(bench)).toMatchObject({
      cause: 'timed-out',
      message: 'the durable execution took too long and was stopped',
    });
  });

  it('is left to people when it does not stop', async () => {
    const bench = await durable({ timeoutMinutes: 2, triesMax: 3 });
    await bench.run();
    await bench.clock.advance(12 * minute);
    const deaf = {
      stopDurable: async () => undefined,
      describeDurable: async () => ({ status: 'running' as const, lambdaStatus: 'RUNNING' }),
    };
    await bench.run({}, {}, deaf);
    expect(await warm(bench)).toMatchObject({ status: 'FAILED', cause: 'timed-out' });
  });

  it('is stopped with its wave, also where only a claim is on record', async () => {
    const bench = await durable();
    const { startDurable } = bench.lambda.service;
    const dying: typeof startDurable = async (...asked) => {
      await startDurable(...asked);
      return dies();
    };
    await bench.run({}, {}, { startDurable: dying }).catch(() => undefined);
    await bench.stopWave();
    await bench.run();
    expect(bench.lambda.executions).toMatchObject([{ stopped: 'cancelled' }]);
    expect(await warm(bench)).toMatchObject({ cause: 'stopped' });
  });

  it('ends a claim that started nothing only after the quarantine', async () => {
    const bench = await durable();
    await bench.run({}, {}, { startDurable: dies }).catch(() => undefined);
    await bench.stopWave();
    await bench.run();
    expect(await warm(bench)).toMatchObject({ status: 'CLAIMED' });
    await quarantine(bench);
    await bench.run();
    expect(await warm(bench)).toMatchObject({ cause: 'stopped' });
  });

  it('says in its end when Lambda never told whether it was started', async () => {
    const bench = await durable();
    await bench.run({}, {}, { startDurable: dies }).catch(() => undefined);
    await bench.stopWave();
    await bench.clock.advance(actionKnobs.claim.giveUpMs);
    await bench.run({}, {}, { findDurable: dies });
    expect(await warm(bench)).toMatchObject({
      cause: 'stopped',
      message: expect.stringMatching(
        /^cancelled; Lambda does not say whether the durable execution [0-9a-f-]{36} was started: look there, and stop it$/,
      ),
    });
  });

  it('takes no report of anybody for its end', async () => {
    const bench = await durable();
    await bench.run();
    const taskId = bench.lambda.executions[0]?.name ?? '';
    await bench.report(
      { taskId, token: 'x'.repeat(43), outcome: 'succeeded', message: '', outputs: {} },
      'r',
    );
    expect(await warm(bench)).toMatchObject({ status: 'RUNNING' });
    expect(bench.events.at(-1)).toBe('TaskReportRefused');
  });
});

describe('functions that are due at once', () => {
  const lasting: FunctionModel = {
    ...{ isDurable: true, qualifiers: ['live'], lastsMs: minute },
    run: () => ({ done: true }),
  };
  const invoked = (bench: Bench): number => bench.lambda.handed.length + bench.lambda.executions.length;
  const statuses = async (bench: Bench) =>
    Promise.all(
      ['task', 'durable', 'polled'].map(
        async (id) => (await bench.action(`before/${id}`))?.status ?? 'WAITING',
      ),
    );

  it('start a second apart, in each of the modes, and wait for no runbook', async () => {
    const actions = [
      anAutomation('runbook'),
      aFunction('task', { function: 'warm' }),
      aFunction('durable', { function: 'warm:live', mode: 'durable' }),
      aFunction('polled', { function: 'warm', mode: 'poll' }),
    ];
    const bench = await openActions(aWave('app', { before: [actions] }), {}, { warm: lasting });
    await bench.run();
    expect(await statuses(bench)).toEqual(['RUNNING', 'WAITING', 'WAITING']);
    expect(invoked(bench)).toBe(1);
    expect(bench.delays.at(-1)).toBe(1_000);
    await bench.clock.advance(1_000);
    await bench.run();
    expect(await statuses(bench)).toEqual(['RUNNING', 'RUNNING', 'WAITING']);
    expect(invoked(bench)).toBe(2);
    await bench.clock.advance(1_000);
    await bench.run();
    expect(await statuses(bench)).toEqual(['RUNNING', 'RUNNING', 'RUNNING']);
  });

  it('are asked for ever more rarely while Lambda is too busy', async () => {
    const bench = await openActions(
      aWave('app', { before: [aFunction('durable', { function: 'warm:live', mode: 'durable' })] }),
      {},
      { warm: lasting },
    );
    const busy = { startDurable: async () => ({ status: 'later' as const, message: 'Rate Exceeded.' }) };
    for (const seconds of [0, 2, 4, 8]) {
      await bench.clock.advance(seconds * 1_000);
      await bench.run({}, {}, busy);
    }
    expect(bench.delays).toEqual([2_000, 4_000, 8_000, 16_000]);
  });
});
