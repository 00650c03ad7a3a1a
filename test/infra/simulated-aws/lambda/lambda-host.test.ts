import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import type { LambdaRecord } from '../../../../infra/simulated-aws/lambda/event-store.ts';
import {
  FunctionError,
  functionNameOf,
  type LambdaContext,
} from '../../../../infra/simulated-aws/lambda/function.ts';
import type { WireRequest } from '../../../../infra/simulated-aws/wire.ts';
import { arn, lambdaFixture, startAt } from './fixture.ts';

const minutes = (count: number): number => count * 60_000;

describe('an asynchronous invocation', () => {
  it('is accepted at once and run with the event', async () => {
    const seen: unknown[] = [];
    const { clock, host } = lambdaFixture(async (event) => seen.push(event));
    expect(host.invokeAsync(arn, { wave: 1 })).toMatch(/^[0-9a-f-]{36}$/);
    expect(seen).toEqual([]);
    await clock.advance(0);
    expect(seen).toEqual([{ wave: 1 }]);
    await clock.advance(minutes(60));
    expect(seen).toHaveLength(1);
  });

  it('is retried after one minute and after two more, then given to the destination', async () => {
    const times: number[] = [];
    const { clock, host, failures } = lambdaFixture(async (_, context) => {
      times.push(context.clock.now() - startAt);
      throw new TypeError('no table');
    });
    const requestId = host.invokeAsync(arn, { wave: 1 });
    await clock.advance(minutes(60));
    expect(times).toEqual([0, minutes(1), minutes(3)]);
    expect(failures).toEqual([
      {
        version: '1.0',
        timestamp: '2026-11-23T10:03:00.000Z',
        requestContext: {
          requestId,
          functionArn: `${arn}:$LATEST`,
          condition: 'RetriesExhausted',
          approximateInvokeCount: 3,
        },
        requestPayload: { wave: 1 },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: {
          errorType: 'TypeError',
          errorMessage: 'no table',
          trace: expect.arrayContaining(['TypeError: no table']),
        },
      },
    ]);
  });

  it('keeps its request id through its retries, and succeeds when one does', async () => {
    const ids: string[] = [];
    const { clock, host, failures } = lambdaFixture(async (_, { awsRequestId }) => {
      ids.push(awsRequestId);
      if (ids.length < 3) throw new Error('not yet');
    });
    const requestId = host.invokeAsync(arn, {});
    await clock.advance(minutes(60));
    expect(ids).toEqual([requestId, requestId, requestId]);
    expect(failures).toEqual([]);
  });

  it('fails without a retry where none is allowed', async () => {
    const { clock, host, failures } = lambdaFixture(() => Promise.reject(new Error('no')), { retriesMax: 0 });
    host.invokeAsync(arn, {});
    await clock.advance(0);
    expect(failures.map(({ requestContext }) => requestContext.approximateInvokeCount)).toEqual([1]);
  });

  it('comes back when the concurrency was used up, and does not lose a try by it', async () => {
    const done: unknown[] = [];
    const { clock, host, failures } = lambdaFixture(
      async (event, context) => {
        await new Promise<void>((resolve) => void context.clock.after(5000, resolve));
        done.push(event);
      },
      { concurrencyMax: 1 },
    );
    host.invokeAsync(arn, 'first');
    host.invokeAsync(arn, 'second');
    await clock.advance(5000);
    expect(done).toEqual(['first']);
    await clock.advance(minutes(1));
    expect(done).toEqual(['first', 'second']);
    expect(failures).toEqual([]);
  });

  it('is dropped after six hours of throttling, and says that it never ran', async () => {
    const { clock, host, failures } = lambdaFixture(async () => undefined, { concurrencyMax: 0 });
    host.invokeAsync(arn, {});
    await clock.advance(minutes(6 * 60 + 10));
    expect(failures).toMatchObject([
      { requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 0 } },
    ]);
    expect(failures[0]).not.toHaveProperty('responsePayload');
  });

  it('that was cut short by a kill runs again after the restart; a finished one does not', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'lambda-')), 'lambda.jsonl');
    const before = lambdaFixture(
      (event) => (event === 'hangs' ? new Promise(() => undefined) : Promise.resolve()),
      {
        journal: openJournal<LambdaRecord>(file),
      },
    );
    before.host.invokeAsync(arn, 'hangs');
    before.host.invokeAsync(arn, 'ends');
    await before.clock.advance(1000);

    const seen: unknown[] = [];
    const after = lambdaFixture(async (event) => seen.push(event), {
      journal: openJournal<LambdaRecord>(file),
      now: startAt + 1000,
    });
    await after.clock.advance(minutes(60));
    expect(seen).toEqual(['hangs']);
  });

  it('that went to the destination does not go there again after a restart', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'lambda-')), 'lambda.jsonl');
    const failing = () => Promise.reject(new Error('no'));
    const before = lambdaFixture(failing, { journal: openJournal<LambdaRecord>(file), retriesMax: 0 });
    before.host.invokeAsync(arn, {});
    await before.clock.advance(0);
    expect(before.failures).toHaveLength(1);
    const after = lambdaFixture(failing, { journal: openJournal<LambdaRecord>(file), retriesMax: 0 });
    await after.clock.advance(minutes(60));
    expect(after.failures).toEqual([]);
  });

  it('for a function that a restart has removed fails', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'lambda-')), 'lambda.jsonl');
    lambdaFixture(async () => undefined, { journal: openJournal<LambdaRecord>(file) }).host.invokeAsync(
      arn,
      {},
    );
    const after = lambdaFixture(async () => undefined, {
      journal: openJournal<LambdaRecord>(file),
      name: 'other',
    });
    await after.clock.advance(0);
    expect(after.failures).toMatchObject([{ responsePayload: { errorType: 'ResourceNotFoundException' } }]);
  });

  it('that waits for a retry waits on through a restart', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'lambda-')), 'lambda.jsonl');
    const before = lambdaFixture(() => Promise.reject(new Error('no')), {
      journal: openJournal<LambdaRecord>(file),
    });
    before.host.invokeAsync(arn, {});
    await before.clock.advance(1000);

    const after = lambdaFixture(() => Promise.reject(new Error('no')), {
      journal: openJournal<LambdaRecord>(file),
      now: startAt + 1000,
    });
    await after.clock.advance(minutes(60));
    expect(after.runs.map((run) => run.startedAt - startAt)).toEqual([minutes(1), minutes(3)]);
    expect(after.failures.map(({ requestContext }) => requestContext.approximateInvokeCount)).toEqual([3]);
  });
});

describe('a synchronous invocation', () => {
  it('gives the result as JSON', async () => {
    const { host } = lambdaFixture(async () => ({ at: new Date(startAt), nothing: undefined }));
    expect(await host.invoke(arn, {})).toEqual({ at: '2026-11-23T10:00:00.000Z' });
  });

  it('throws what the function threw', async () => {
    const { host } = lambdaFixture(() => Promise.reject(new RangeError('too far')));
    const failure = await host.invoke(arn, {}).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FunctionError);
    expect(failure).toMatchObject({ fault: { errorType: 'RangeError', errorMessage: 'too far' } });
  });

  it('is refused when the concurrency is used up, and for an unknown function', async () => {
    const { host } = lambdaFixture(() => new Promise(() => undefined), { concurrencyMax: 1 });
    void host.invoke(arn, {});
    await expect(host.invoke(arn, {})).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      statusCode: 429,
    });
    await expect(host.invoke('nobody', {})).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  it('is refused when other functions have used up what the account has left', async () => {
    const others = [
      { name: 'greedy', timeoutMs: 30_000 },
      { name: 'careful', timeoutMs: 30_000, concurrencyMax: 1 },
    ];
    const { host } = lambdaFixture(() => new Promise(() => undefined), { accountConcurrency: 2, others });
    void host.invoke('greedy', {});
    void host.invoke('greedy', {});
    await expect(host.invoke(arn, {})).rejects.toMatchObject({ code: 'TooManyRequestsException' });
    void host.invoke('careful', {}).catch(() => expect.fail('what is reserved is there'));
  });

  it('ends when the time of the function is up', async () => {
    const { clock, host, runs } = lambdaFixture(() => new Promise(() => undefined), { timeoutMs: 3000 });
    const invocation = host.invoke(arn, {}).catch((error: unknown) => error);
    await clock.advance(3000);
    expect(await invocation).toMatchObject({
      fault: {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/^RequestId: .{36} Error: Task timed out after 3\.00 seconds$/),
      },
    });
    expect(runs).toMatchObject([{ startedAt: startAt, endedAt: startAt + 3000 }]);
  });

  it('hands over a context that counts down', async () => {
    const left: number[] = [];
    let seen: LambdaContext | undefined;
    const { clock, host } = lambdaFixture(async (_, context) => {
      seen = context;
      left.push(context.getRemainingTimeInMillis());
      await new Promise<void>((resolve) => void context.clock.after(1000, resolve));
      left.push(context.getRemainingTimeInMillis());
    });
    const invocation = host.invoke(arn, {});
    await clock.advance(1000);
    await invocation;
    expect(left).toEqual([30_000, 29_000]);
    expect(seen).toMatchObject({
      functionName: 'watch-jobs',
      invokedFunctionArn: arn,
      functionVersion: '$LATEST',
    });
  });

  it('leaves no timer behind', async () => {
    const { clock, host } = lambdaFixture(async () => 'done');
    let pending = 0;
    const { after } = clock;
    clock.after = (delayMs, run) => {
      pending += 1;
      const stop = after(delayMs, run);
      return () => {
        pending -= 1;
        stop();
      };
    };
    await host.invoke(arn, {});
    expect(pending).toBe(0);
  });

  it('runs through the busy mark of the clock', async () => {
    const { clock, host } = lambdaFixture(async () => 'done');
    let entered = 0;
    const { busy } = clock;
    clock.busy = (work) => {
      entered += 1;
      return busy(work);
    };
    await host.invoke(arn, {});
    expect(entered).toBe(1);
  });
});

describe('the wire', () => {
  const request = (type: string | undefined, body: string, name = 'watch-jobs'): WireRequest => ({
    method: 'POST',
    path: `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`,
    query: {},
    headers: type === undefined ? {} : { 'x-amz-invocation-type': type },
    body,
  });

  it('answers a synchronous invocation with the result', async () => {
    const { host } = lambdaFixture(async (event) => ({ echo: event }));
    const answer = await host.service.handle(request(undefined, '{"a":1}', arn));
    expect([answer.statusCode, JSON.parse(answer.body)]).toEqual([200, { echo: { a: 1 } }]);
    expect(answer.headers).not.toHaveProperty('x-amz-function-error');
  });

  it('answers a failed function with 200, the error header and the error', async () => {
    const { host } = lambdaFixture(() => Promise.reject(new Error('no')));
    const answer = await host.service.handle(request('RequestResponse', ''));
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'x-amz-function-error': 'Unhandled' } });
    expect(JSON.parse(answer.body)).toMatchObject({ errorType: 'Error', errorMessage: 'no' });
  });

  it('accepts an event, and leaves a dry run at that', async () => {
    const { clock, host, runs } = lambdaFixture(async () => undefined);
    expect((await host.service.handle(request('DryRun', '{}'))).statusCode).toBe(204);
    expect((await host.service.handle(request('Event', '{}'))).statusCode).toBe(202);
    await clock.advance(0);
    expect(runs).toHaveLength(1);
  });

  it.each([
    ['an unknown function', request('Event', '{}', 'nobody'), 404, 'ResourceNotFoundException'],
    ['a payload that is not JSON', request('Event', '{'), 400, 'InvalidRequestContentException'],
    [
      'an event above 1 MiB',
      request('Event', JSON.stringify('x'.repeat(1_048_576))),
      413,
      'RequestTooLargeException',
    ],
    ['an unknown type', request('Perhaps', '{}'), 400, 'InvalidParameterValueException'],
  ])('refuses %s', async (_, wire, status, code) => {
    const { host } = lambdaFixture(async () => undefined);
    const answer = await host.service.handle(wire);
    expect([answer.statusCode, answer.headers['x-amzn-errortype']]).toEqual([status, code]);
  });

  it('lists the functions', async () => {
    const { host } = lambdaFixture(async () => undefined);
    const answer = await host.service.handle({
      method: 'GET',
      path: '/2015-03-31/functions/',
      query: {},
      headers: {},
      body: '',
    });
    expect(JSON.parse(answer.body)).toMatchObject({
      Functions: [{ FunctionName: 'watch-jobs', FunctionArn: arn, Timeout: 30 }],
    });
  });
});

describe('the name of a function', () => {
  it.each(['watch-jobs', 'watch-jobs:$LATEST', arn, `${arn}:live`, '111122223333:function:watch-jobs'])(
    'is found in %s',
    (text) => {
      expect(functionNameOf(text)).toBe('watch-jobs');
    },
  );
});
