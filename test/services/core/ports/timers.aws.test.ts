import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { LocalService } from '../../../../infra/simulated-aws/wire.ts';
import { createAwsTimers, MalformedTimerError } from '../../../../services/core/ports/aws/timers.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import type { RecordStore } from '../../../../services/core/ports/record-store.ts';
import { wakeName } from '../../../../services/core/ports/timers.ts';
import { clientOptions } from '../../../infra/simulated-aws/service-handler.ts';
import { arnOf, sqsFixture, urlOf } from '../../../infra/simulated-aws/sqs/fixture.ts';
import { freezing } from './deep-freeze.ts';
import { type TimersHarness, timersSuite, wake } from './timers.suite.ts';

const queue = 'groundswell-timers-watch-jobs';
const visibilitySeconds = 30;

interface Setup {
  readonly store?: RecordStore;
  /** Stands between the client and SQS. */
  readonly door?: (service: LocalService) => LocalService;
}

/** Timers on a queue whose messages a mapping hands to the receiver, as Lambda's does. */
const openTimers = async ({ store = createMemoryRecordStore(), door = (same) => same }: Setup = {}) => {
  const { clock, client, local } = sqsFixture();
  const Attributes = { VisibilityTimeout: String(visibilitySeconds) };
  await client.send(new CreateQueueCommand({ QueueName: queue, Attributes }));
  let tokens = 0;
  const timers = createAwsTimers({
    store: freezing(store),
    client: new SQSClient(clientOptions(door(local.service))),
    queueUrl: () => urlOf(queue),
    clock,
    newToken: () => `token-${++tokens}`,
  });
  const bodies: string[] = [];
  const harness: TimersHarness = {
    timers,
    advance: (ms) => clock.advance(ms),
    handle: async () => undefined,
    redeliveredWithinMs: visibilitySeconds * 1_000,
  };
  local.consume(arnOf(queue), {
    batchSize: 1,
    handler: async ([record]) => {
      const body = record!.body;
      bodies.push(body);
      const fired = await timers.receive(body);
      if (fired === undefined) return;
      await harness.handle(fired.wake);
      await timers.complete(fired);
    },
  });
  return { clock, local, store, timers, bodies, harness };
};

const key = { kind: 'timer', id: 'watch-jobs:exec-1:app:' } as const;

/** A door that fails sends as often as `failures` says. */
const failingSends =
  (failures: { left: number }) =>
  (service: LocalService): LocalService => ({
    ...service,
    handle: async (request) => {
      if (failures.left-- <= 0) return service.handle(request);
      return { statusCode: 500, headers: { 'x-amzn-errortype': 'InternalError' }, body: '{}' };
    },
  });

describe('timers on SQS', () => {
  timersSuite(async () => (await openTimers()).harness);

  it('chains messages where the delay exceeds the 900 seconds of SQS', async () => {
    const { timers, clock, bodies } = await openTimers();
    await timers.set(wake, 2_000_500);
    await clock.advance(2_003_000);
    expect(bodies.map((body) => (JSON.parse(body) as { remainingMs: number }).remainingMs)).toEqual([
      1_100_500, 200_500, 0,
    ]);
  });

  it('lets the timers of one execution not keep those of another waiting', async () => {
    const { clock, local, client } = sqsFixture();
    await client.send(new CreateQueueCommand({ QueueName: queue }));
    let tokens = 0;
    const timers = createAwsTimers({
      store: createMemoryRecordStore(),
      client,
      queueUrl: () => urlOf(queue),
      clock,
      newToken: () => `token-${++tokens}`,
    });
    const large = Array.from({ length: 40 }, (_, n) => ({ ...wake, executionId: 'large', waveId: `w${n}` }));
    for (const each of large) await timers.set(each, 1_000);
    await timers.set({ ...wake, executionId: 'small' }, 1_000);
    await clock.advance(1_500);
    const fired: string[] = [];
    local.consume(arnOf(queue), {
      batchSize: 1,
      concurrencyMax: 4,
      handler: async ([record]) => {
        fired.push((await timers.receive(record!.body))?.wake.executionId ?? '');
      },
    });
    await clock.advance(1);
    expect(fired.indexOf('small')).toBeLessThan(2);
  });

  it('ends the chain of a timer that was replaced', async () => {
    const { timers, clock, bodies } = await openTimers();
    await timers.set(wake, 3_600_000);
    await timers.set(wake, 1_000);
    await clock.advance(7_200_000);
    expect(bodies).toHaveLength(2);
  });

  it('leaves no record behind once the handler is done', async () => {
    const { timers, clock, store } = await openTimers();
    await timers.set(wake, 1_000);
    expect(await store.read(key)).toBeDefined();
    await clock.advance(2_000);
    expect(await store.read(key)).toBeUndefined();
  });

  it('fires nothing for a message whose timer is over', async () => {
    const { timers, clock, bodies } = await openTimers();
    await timers.set(wake, 1_000);
    await clock.advance(2_000);
    expect(await timers.receive(bodies[0]!)).toBeUndefined();
  });

  it('fires for every delivery of a message until its handler is done', async () => {
    const { timers, clock, bodies, harness } = await openTimers();
    harness.handle = () => Promise.reject(new Error('crash'));
    await timers.set(wake, 1_000);
    await clock.advance(2_000);
    const fired = { wake, token: 'token-1' };
    expect(await timers.receive(bodies[0]!)).toEqual(fired);
    expect(await timers.receive(bodies[0]!)).toEqual(fired);
    await timers.complete(fired);
    expect(await timers.receive(bodies[0]!)).toBeUndefined();
  });

  it('takes no write to fire for the reconciler, which replaces its timer by itself', async () => {
    const { timers, clock, store, harness } = await openTimers();
    const look = { service: 'reconcile', executionId: 'exec-1' } as const;
    const at = { kind: 'timer', id: wakeName(look) } as const;
    const seen: unknown[] = [];
    harness.handle = async (due) => {
      seen.push(await store.read(at));
      if (seen.length === 1) await timers.set(due, 1_000);
      else await timers.ensure(due, 1_000);
    };
    await timers.set(look, 1_000);
    await clock.advance(5_000);
    expect(seen).toMatchObject([
      { revision: 1, body: { token: 'token-1', stage: 'sent' } },
      { revision: 2, body: { token: 'token-2', stage: 'sent' } },
    ]);
    // What the second look ensured was taken for the timer that had fired, and that one is forgotten.
    expect(await store.read(at)).toBeUndefined();
  });

  it('does not forget a successor when the handler that set it is done', async () => {
    const { timers, clock, store, harness } = await openTimers();
    harness.handle = (due) => timers.set(due, 600_000);
    await timers.set(wake, 1_000);
    await clock.advance(2_000);
    expect((await store.read(key))?.body).toMatchObject({ token: 'token-2', stage: 'sent' });
  });

  it('ensures a timer whose message was never sent', async () => {
    const failures = { left: 0 };
    const { timers, clock, harness } = await openTimers({ door: failingSends(failures) });
    const fired: unknown[] = [];
    harness.handle = async (due) => void fired.push(due);
    failures.left = 1;
    await expect(timers.ensure(wake, 1_000)).rejects.toThrow();
    await timers.ensure(wake, 1_000);
    await clock.advance(2_000);
    expect(fired).toEqual([wake]);
  });

  it('ensures a timer whose message was lost, a minute after it was due', async () => {
    const { timers, clock, local, harness } = await openTimers();
    const fired: unknown[] = [];
    harness.handle = async (due) => void fired.push(due);
    await timers.set(wake, 10_000);
    local.queues.purge(queue);
    await clock.advance(69_000);
    await timers.ensure(wake, 1_000);
    await clock.advance(900);
    await timers.ensure(wake, 1_000);
    expect(fired).toEqual([]);
    await clock.advance(200);
    await timers.ensure(wake, 1_000);
    await clock.advance(2_000);
    expect(fired).toEqual([wake]);
  });

  it('sets one timer when fifteen setters race', async () => {
    const { timers, clock, harness } = await openTimers();
    const fired: unknown[] = [];
    harness.handle = async (due) => void fired.push(due);
    const race = await Promise.allSettled(Array.from({ length: 15 }, () => timers.set(wake, 1_000)));
    expect(race.map(({ status }) => status)).not.toContain('rejected');
    await clock.advance(5_000);
    expect(fired).toEqual([wake]);
  });

  it.each(['not json', '{}', '{"wake":{"service":"nobody","executionId":"x"},"token":"t","remainingMs":0}'])(
    'refuses the message %s by name',
    async (body) => {
      const { timers } = await openTimers();
      await expect(timers.receive(body)).rejects.toThrow(MalformedTimerError);
    },
  );
});
