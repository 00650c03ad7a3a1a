import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import {
  busFixture,
  createBus,
  entry,
  eventsIn,
  ordersFixture,
  putEvents,
  putRule,
  startAt,
} from './fixture.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('PutEvents', () => {
  it('delivers AWS’s envelope, its members in AWS’s order', async () => {
    const { client, clock, delivered } = await ordersFixture();
    const [result] = await putEvents(client, entry({ order: 7 }, { Resources: ['arn:aws:s3:::orders'] }));
    await clock.advance(0);
    expect(result?.EventId).toMatch(uuid);
    expect(delivered[0]?.payload).toBe(
      `{"version":"0","id":"${result?.EventId}","detail-type":"OrderPlaced","source":"shop",` +
        '"account":"111122223333","time":"2026-11-23T10:00:00Z","region":"eu-west-1",' +
        '"resources":["arn:aws:s3:::orders"],"detail":{"order":7}}',
    );
  });

  it('gives each entry an id of its own, which its targets see', async () => {
    const { client, clock, delivered } = await ordersFixture();
    const results = await putEvents(client, entry({ order: 1 }), entry({ order: 1 }), entry({ order: 1 }));
    await clock.advance(0);
    const ids = results.map((result) => result.EventId);
    expect(new Set(ids).size).toBe(3);
    expect(eventsIn(delivered).map((event) => event.id)).toEqual(ids);
  });

  it('cuts the time that it is given to whole seconds', async () => {
    const { client, clock, delivered } = await ordersFixture();
    await putEvents(client, entry({}, { Time: new Date('2026-01-02T03:04:05.678Z') }));
    await clock.advance(0);
    expect(eventsIn(delivered)[0]?.time).toBe('2026-01-02T03:04:05Z');
  });

  it.each([
    [
      { Source: undefined },
      'InvalidArgument',
      'Parameter Source is not valid. Reason: Source is a required argument.',
    ],
    [
      { DetailType: undefined },
      'InvalidArgument',
      'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
    ],
    [
      { Detail: undefined },
      'InvalidArgument',
      'Parameter Detail is not valid. Reason: Detail is a required argument.',
    ],
    [{ Detail: '{"order":' }, 'MalformedDetail', 'Detail is malformed.'],
    [{ Detail: '["order"]' }, 'MalformedDetail', 'Detail is malformed.'],
    [{ Detail: '"order"' }, 'MalformedDetail', 'Detail is malformed.'],
    [{ Detail: `{"a":${'['.repeat(1_000)}${']'.repeat(1_000)}}` }, 'MalformedDetail', 'Detail is malformed.'],
    [{ Source: 'aws.drs' }, 'NotAuthorizedForSourceException', 'Not authorized for the source.'],
    [
      { DetailType: 'T'.repeat(129) },
      'InvalidArgument',
      'Parameter DetailType is not valid. Reason: DetailType is longer than 128 characters.',
    ],
  ])('refuses the entry %j by itself', async (given, ErrorCode, ErrorMessage) => {
    const { client, clock, delivered } = await ordersFixture();
    const answer = await client.send(
      new PutEventsCommand({ Entries: [entry({ order: 1 }), entry({}, given), entry({ order: 3 })] }),
    );
    await clock.advance(0);
    expect(answer.FailedEntryCount).toBe(1);
    expect(answer.Entries?.[1]).toEqual({ ErrorCode, ErrorMessage });
    expect(eventsIn(delivered).map((event) => event.detail)).toEqual([{ order: 1 }, { order: 3 }]);
  });

  it('takes detail that nests just as deep as AWS allows', async () => {
    const { client } = await ordersFixture();
    const Detail = `{"a":${'['.repeat(999)}${']'.repeat(999)}}`;
    const [result] = await putEvents(client, entry({}, { Detail }));
    expect(result?.EventId).toMatch(uuid);
  });

  it('lets an event for a bus that does not exist vanish with a success', async () => {
    const { client, clock, attempts } = await ordersFixture();
    const [result] = await putEvents(client, entry({}, { EventBusName: 'ordrs' }));
    await clock.advance(0);
    expect(result?.EventId).toMatch(uuid);
    expect(attempts).toEqual([]);
  });

  it('refuses eleven entries', async () => {
    const { client } = await ordersFixture();
    await expect(putEvents(client, ...Array.from({ length: 11 }, () => entry({})))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(
        /at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10$/,
      ),
    });
  });

  it('counts bytes, not characters, and refuses a mebibyte in all', async () => {
    const { client } = await ordersFixture();
    const half = entry({ text: 'ü'.repeat(262_144) });
    await expect(putEvents(client, half, half)).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    });
    expect(await putEvents(client, half)).toHaveLength(1);
  });

  it('takes the default bus where none is named, and a bus by its ARN', async () => {
    const { client, clock, delivered } = busFixture();
    await createBus(client, 'orders');
    await putRule(client, 'on-default', { source: ['shop'] }, { bus: 'default' });
    await putRule(client, 'on-orders', { source: ['shop'] });
    await putEvents(
      client,
      entry({}, { EventBusName: undefined }),
      entry({}, { EventBusName: 'arn:aws:events:eu-west-1:111122223333:event-bus/orders' }),
    );
    await clock.advance(0);
    expect(delivered.map(({ target }) => target.arn)).toEqual([
      'arn:aws:sqs:eu-west-1:111122223333:on-default',
      'arn:aws:sqs:eu-west-1:111122223333:on-orders',
    ]);
  });
});

describe('an event of an AWS service', () => {
  const jobChanged = {
    source: 'aws.drs',
    detailType: 'DRS Source Server Launch Result',
    detail: { state: 'RECOVERY_LAUNCH_SUCCEEDED' },
    resources: ['arn:aws:drs:eu-west-1:111122223333:source-server/s-1'],
  };

  it('arrives on the default bus', async () => {
    const { client, clock, local, delivered } = busFixture();
    await putRule(client, 'hints', { source: ['aws.drs'] }, { bus: 'default' });
    const id = local.putServiceEvent({ ...jobChanged, timeMs: startAt - 1_500 });
    await clock.advance(0);
    expect(eventsIn(delivered)).toEqual([
      {
        version: '0',
        id,
        'detail-type': jobChanged.detailType,
        source: 'aws.drs',
        account: '111122223333',
        time: '2026-11-23T09:59:58Z',
        region: 'eu-west-1',
        resources: jobChanged.resources,
        detail: jobChanged.detail,
      },
    ]);
  });

  it('may come from another account and Region', async () => {
    const { client, clock, local, delivered } = busFixture();
    await putRule(client, 'hints', { account: ['444455556666'] }, { bus: 'default' });
    local.putServiceEvent({ ...jobChanged, account: '444455556666', region: 'us-west-2' });
    local.putServiceEvent(jobChanged);
    await clock.advance(0);
    expect(eventsIn(delivered)).toMatchObject([{ account: '444455556666', region: 'us-west-2' }]);
  });

  it('gets lost when the fault switch says so, and is counted', async () => {
    const { client, clock, local, attempts } = busFixture({ faults: { dropHintProbability: 1 } });
    await putRule(client, 'hints', { source: ['aws.drs'] }, { bus: 'default' });
    expect(local.putServiceEvent(jobChanged)).toBeUndefined();
    await clock.advance(0);
    expect(attempts).toEqual([]);
    expect(local.metrics().hintsDropped).toBe(1);
  });
});
