import { describe, expect, it } from 'vitest';
import type { DeliveryResult } from '../../../../infra/simulated-aws/eventbridge/delivery-target.ts';
import { parseEvent } from '../../../../infra/simulated-aws/eventbridge/event.ts';
import {
  busArn,
  busFixture,
  createBus,
  entry,
  eventsIn,
  ordersFixture,
  putEvents,
  putRule,
  queueArn,
  ruleArn,
  startAt,
} from './fixture.ts';

const hourMs = 3_600_000;

const throttled: DeliveryResult = { status: 'retry', errorCode: 'THROTTLING', message: 'Rate exceeded' };
const accepted: DeliveryResult = { status: 'accepted' };
const dlq = { DeadLetterConfig: { Arn: queueArn('dead') } };

describe('a delivery', () => {
  it('says to the host which target and which rule', async () => {
    const { client, clock, delivered } = await ordersFixture({}, dlq);
    await putEvents(client, entry({}));
    await clock.advance(0);
    expect(delivered[0]?.target).toEqual({
      arn: queueArn('all'),
      ruleArn: ruleArn('orders/all'),
      dlqArn: queueArn('dead'),
    });
  });

  it('says in which group a FIFO queue orders it, which its target has to name', async () => {
    const { client, clock, delivered } = await ordersFixture();
    const fifo = { bus: 'orders', Arn: queueArn('line.fifo') };
    const everything = { source: [{ exists: true }] };
    await expect(putRule(client, 'line', everything, fifo)).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Parameter(s) SqsParameters must be specified for target: queue.',
    });
    await putRule(client, 'line', everything, { ...fifo, SqsParameters: { MessageGroupId: 'g' } });
    await putEvents(client, entry({}));
    await clock.advance(0);
    expect(delivered.map(({ target }) => target.messageGroupId)).toContain('g');
  });

  it('goes to every target of every rule that matches', async () => {
    const { client, clock, delivered } = await ordersFixture();
    await putRule(client, 'large', { detail: { sum: [{ numeric: ['>', 100] }] } });
    await putEvents(client, entry({ sum: 50 }), entry({ sum: 500 }));
    await clock.advance(0);
    expect(delivered.map(({ target }) => target.ruleArn)).toEqual(
      ['orders/all', 'orders/all', 'orders/large'].map(ruleArn),
    );
  });

  it('takes the time that EventBridge was measured to take, in no order', async () => {
    const { client, clock, delivered } = await ordersFixture({ latency: { p50Ms: 148, p99Ms: 387 } });
    for (let order = 0; order < 100; order++) await putEvents(client, entry({ order }));
    await clock.advance(20);
    expect(delivered).toEqual([]);
    await clock.advance(1_000);
    const orders = eventsIn(delivered).map((event) => event.detail['order']);
    expect([...orders].sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
    expect(orders).not.toEqual([...orders].sort((a, b) => Number(a) - Number(b)));
  });

  it('is tried again, later each time, until it is accepted', async () => {
    const { client, clock, local, attempts, delivered } = await ordersFixture({
      answer: (_attempt, number) => (number < 4 ? throttled : accepted),
    });
    await putEvents(client, entry({}));
    await clock.advance(60_000);
    expect(attempts).toHaveLength(4);
    expect(delivered).toHaveLength(1);
    const pauses = attempts.slice(1).map(({ at }, index) => at - (attempts[index]?.at ?? 0));
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(local.metrics()).toMatchObject({ events: 1, matched: 1, retried: 3, delivered: 1, dropped: 0 });
    expect(local.backlog()).toBe(0);
  });

  it('is tried again when the host throws', async () => {
    let calls = 0;
    const { client, clock, local } = await ordersFixture({
      deliver: () => {
        if (++calls === 1) throw new Error('out of memory');
        return Promise.resolve(accepted);
      },
    });
    await putEvents(client, entry({}));
    await clock.advance(5_000);
    expect(local.metrics()).toMatchObject({ retried: 1, delivered: 1 });
  });

  it('ends in the dead-letter queue after 185 retries, with the original event and the reason', async () => {
    const { client, clock, attempts, deadLetters } = await ordersFixture(
      { answer: () => throttled },
      { ...dlq, Input: '{"instead":true}' },
    );
    const [result] = await putEvents(client, entry({ order: 7 }));
    await clock.advance(25 * hourMs);
    expect(attempts).toHaveLength(186);
    expect(attempts[0]?.payload).toBe('{"instead":true}');
    expect(deadLetters).toHaveLength(1);
    expect(deadLetters[0]?.queueArn).toBe(queueArn('dead'));
    expect(JSON.parse(deadLetters[0]?.letter.body ?? '')).toMatchObject({
      id: result?.EventId,
      detail: { order: 7 },
    });
    expect(deadLetters[0]?.letter.attributes).toEqual({
      RULE_ARN: ruleArn('orders/all'),
      TARGET_ARN: queueArn('all'),
      ERROR_CODE: 'THROTTLING',
      ERROR_MESSAGE: 'Rate exceeded',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      RETRY_ATTEMPTS: '185',
    });
  });

  it('is given up when the event is older than the policy allows', async () => {
    const { client, clock, attempts, deadLetters } = await ordersFixture(
      { answer: () => throttled },
      { ...dlq, RetryPolicy: { MaximumEventAgeInSeconds: 60 } },
    );
    await putEvents(client, entry({}));
    await clock.advance(hourMs);
    expect(attempts.every(({ at }) => at <= startAt + 60_000)).toBe(true);
    expect(deadLetters[0]?.letter.attributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
      RETRY_ATTEMPTS: String(attempts.length - 1),
    });
  });

  it('is not tried again where the policy says so', async () => {
    const { client, clock, attempts, deadLetters } = await ordersFixture(
      { answer: () => throttled },
      { ...dlq, RetryPolicy: { MaximumRetryAttempts: 0 } },
    );
    await putEvents(client, entry({}));
    await clock.advance(hourMs);
    expect(attempts).toHaveLength(1);
    expect(deadLetters[0]?.letter.attributes).toMatchObject({ RETRY_ATTEMPTS: '0' });
  });

  it('goes straight to the dead-letter queue when its failure is permanent', async () => {
    const { client, clock, attempts, deadLetters } = await ordersFixture(
      { answer: () => ({ status: 'permanent', errorCode: 'NO_PERMISSIONS', message: 'Not allowed' }) },
      dlq,
    );
    await putEvents(client, entry({}));
    await clock.advance(hourMs);
    expect(attempts).toHaveLength(1);
    expect(deadLetters[0]?.letter.attributes).toEqual({
      RULE_ARN: ruleArn('orders/all'),
      TARGET_ARN: queueArn('all'),
      ERROR_CODE: 'NO_PERMISSIONS',
      ERROR_MESSAGE: 'Not allowed',
      RETRY_ATTEMPTS: '0',
    });
  });

  it('is dropped, and counted, where there is no dead-letter queue', async () => {
    const { client, clock, local, deadLetters } = await ordersFixture({
      answer: () => ({ status: 'permanent', errorCode: 'NO_RESOURCE', message: 'No such queue' }),
    });
    await putEvents(client, entry({}));
    await clock.advance(0);
    expect(deadLetters).toEqual([]);
    expect(local.metrics()).toMatchObject({ dropped: 1 });
    expect(local.backlog()).toBe(0);
  });

  it('is lost, and counted, when the dead-letter queue does not take it', async () => {
    const { client, clock, local } = await ordersFixture(
      {
        answer: () => ({ status: 'permanent', errorCode: 'NO_RESOURCE', message: 'No such queue' }),
        sendToDeadLetterQueue: () => Promise.reject(new Error('No such queue either')),
      },
      dlq,
    );
    await putEvents(client, entry({}));
    await clock.advance(0);
    expect(local.metrics()).toMatchObject({ deadLettersLost: 1, deadLettered: 0 });
  });

  it('to a bus that does not exist is a permanent failure', async () => {
    const { client, clock, deadLetters } = busFixture();
    await createBus(client, 'orders');
    await putRule(client, 'onwards', { source: ['shop'] }, { Arn: busArn('audit'), ...dlq });
    await putEvents(client, entry({}));
    await clock.advance(0);
    expect(deadLetters[0]?.letter.attributes).toMatchObject({
      ERROR_CODE: 'NO_RESOURCE',
      ERROR_MESSAGE: 'Event bus audit does not exist.',
    });
  });

  it('to a bus of another account is the host’s', async () => {
    const handed: unknown[] = [];
    const { client, clock } = busFixture({
      toBus: (arn, event, way) => {
        handed.push([arn, parseEvent(event).detail, way]);
        return { status: 'accepted' };
      },
    });
    await createBus(client, 'orders');
    const foreign = 'arn:aws:events:eu-west-1:444455556666:event-bus/audit';
    const RoleArn = 'arn:aws:iam::111122223333:role/onwards';
    await putRule(client, 'onwards', { source: ['shop'] }, { Arn: foreign, RoleArn });
    await putEvents(client, entry({ order: 7 }));
    await clock.advance(0);
    expect(handed).toEqual([[foreign, { order: 7 }, 'forwarded']]);
  });

  it('to a second bus is not handed on to a third', async () => {
    const { client, clock, delivered } = busFixture();
    for (const name of ['orders', 'second', 'third']) await createBus(client, name);
    const all = { source: ['shop'] };
    await putRule(client, 'first', all, { Arn: busArn('second') });
    await putRule(client, 'onwards', all, { bus: 'second', Arn: busArn('third') });
    for (const bus of ['second', 'third'])
      await putRule(client, `seen-${bus}`, all, { bus, Arn: queueArn(bus) });
    await putEvents(client, entry({}));
    await clock.advance(0);
    await clock.advance(0);
    expect(delivered.map(({ target }) => target.arn)).toEqual([queueArn('second')]);
    // What is put onto the second bus itself goes one bus further.
    await putEvents(client, entry({}, { EventBusName: 'second' }));
    await clock.advance(0);
    await clock.advance(0);
    expect(delivered.map(({ target }) => target.arn).toSorted()).toEqual(
      ['second', 'second', 'third'].map(queueArn),
    );
  });

  it('ends in the dead-letter queue when its template renders to no JSON', async () => {
    const { client, clock, attempts, deadLetters } = await ordersFixture(
      {},
      {
        ...dlq,
        InputTransformer: { InputPathsMap: { detail: '$.detail' }, InputTemplate: '{"detail":"<detail>"}' },
      },
    );
    await putEvents(client, entry({ order: 7 }));
    await clock.advance(0);
    expect(attempts).toEqual([]);
    expect(deadLetters[0]?.letter.attributes).toMatchObject({ ERROR_CODE: 'INVALID_JSON' });
  });
});

describe('a fault switch', () => {
  it('has events delivered twice, with the same id', async () => {
    const { client, clock, delivered } = await ordersFixture({ faults: { duplicateProbability: 1 } });
    const [result] = await putEvents(client, entry({}));
    await clock.advance(0);
    expect(eventsIn(delivered).map((event) => event.id)).toEqual([result?.EventId, result?.EventId]);
  });

  it('has events overtake each other', async () => {
    const { client, clock, delivered } = await ordersFixture({
      faults: { reorderProbability: 0.5, reorderDelayMaxMs: 10_000 },
    });
    for (let order = 0; order < 20; order++) await putEvents(client, entry({ order }));
    await clock.advance(10_000);
    const orders = eventsIn(delivered).map((event) => Number(event.detail['order']));
    expect(orders).toHaveLength(20);
    expect(orders).not.toEqual([...orders].sort((a, b) => a - b));
  });

  it('happens about as often as it is set to', async () => {
    const { client, clock, delivered } = await ordersFixture({ faults: { duplicateProbability: 0.2 } });
    for (let order = 0; order < 500; order++) await putEvents(client, entry({ order }));
    await clock.advance(0);
    expect(delivered.length).toBeGreaterThan(560);
    expect(delivered.length).toBeLessThan(640);
  });
});
