import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DescribeEventBusCommand,
  ListEventBusesCommand,
  PutPermissionCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  ListTagsForResourceCommand,
  UpdateEventBusCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { jsonRequest } from '../service-handler.ts';
import {
  busArn,
  busFixture,
  createBus,
  entry,
  eventsIn,
  ordersFixture,
  putEvents,
  putRule,
  startAt,
} from './fixture.ts';

const Name = 'orders';

describe('an event bus', () => {
  it('is described as it was created and updated', async () => {
    const { client, clock } = busFixture();
    const created = await client.send(new CreateEventBusCommand({ Name, Description: 'Orders' }));
    expect(created.EventBusArn).toBe(busArn('orders'));
    await clock.advance(1_000);
    await client.send(new UpdateEventBusCommand({ Name, LogConfig: { Level: 'INFO' } }));
    expect(await client.send(new DescribeEventBusCommand({ Name }))).toMatchObject({
      Name,
      Arn: busArn('orders'),
      Description: 'Orders',
      LogConfig: { Level: 'INFO' },
      CreationTime: new Date(startAt),
      LastModifiedTime: new Date(startAt + 1_000),
    });
  });

  it('stands beside the default bus in lists', async () => {
    const { client } = busFixture();
    await createBus(client, Name);
    const { EventBuses } = await client.send(new ListEventBusesCommand({}));
    expect(EventBuses?.map((bus) => bus.Name)).toEqual(['default', 'orders']);
    const prefixed = await client.send(new ListEventBusesCommand({ NamePrefix: 'or' }));
    expect(prefixed.EventBuses?.map((bus) => bus.Name)).toEqual(['orders']);
  });

  it('is gone when it is deleted', async () => {
    const { client } = busFixture();
    await createBus(client, Name);
    await client.send(new DeleteEventBusCommand({ Name }));
    await expect(client.send(new DescribeEventBusCommand({ Name }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Event bus orders does not exist.',
    });
  });

  it('is not deleted when it is the default one, or has rules; one that never was is as good as deleted', async () => {
    const { client } = await ordersFixture();
    const remove = (name: string) => client.send(new DeleteEventBusCommand({ Name: name }));
    await expect(remove('default')).rejects.toThrow('Cannot delete event bus default.');
    await expect(remove('orders')).rejects.toThrow("Event bus can't be deleted since it has rules.");
    await expect(remove('ordrs')).resolves.toBeDefined();
  });

  it('has its name to itself', async () => {
    const { client } = busFixture();
    await createBus(client, Name);
    await expect(createBus(client, Name)).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'Event bus orders already exists.',
    });
  });

  it('is one of at most a hundred', async () => {
    const { client } = busFixture();
    for (let index = 1; index < 100; index++) await createBus(client, `bus-${index}`);
    await expect(createBus(client, Name)).rejects.toMatchObject({ name: 'LimitExceededException' });
  });

  it('carries tags', async () => {
    const { client } = busFixture();
    await createBus(client, Name);
    const Tags = [{ Key: 'team', Value: 'shop' }];
    await client.send(new TagResourceCommand({ ResourceARN: busArn(Name), Tags }));
    expect((await client.send(new ListTagsForResourceCommand({ ResourceARN: busArn(Name) }))).Tags).toEqual(
      Tags,
    );
  });

  it('keeps the envelope of an event that a rule sends on to another bus', async () => {
    const { client, clock, delivered } = busFixture();
    await createBus(client, 'orders');
    await createBus(client, 'audit');
    await putRule(client, 'onwards', { source: ['shop'] }, { Arn: busArn('audit') });
    await putRule(client, 'archive', { source: ['shop'] }, { bus: 'audit' });
    const [result] = await putEvents(client, entry({ order: 1 }));
    await clock.advance(0);
    expect(eventsIn(delivered)).toMatchObject([{ id: result?.EventId, detail: { order: 1 } }]);
  });
});

describe('the policy of a bus', () => {
  const policyOf = async (client: ReturnType<typeof busFixture>['client']) => {
    const { Policy } = await client.send(new DescribeEventBusCommand({ Name }));
    const policy: unknown = Policy === undefined ? undefined : JSON.parse(Policy);
    return policy;
  };

  it('gains and loses statements', async () => {
    const { client } = busFixture();
    await createBus(client, Name);
    const grant = { EventBusName: Name, Action: 'events:PutEvents', Principal: '444455556666' };
    await client.send(new PutPermissionCommand({ ...grant, StatementId: 'store' }));
    await client.send(new PutPermissionCommand({ ...grant, StatementId: 'all', Principal: '*' }));
    const rest = { Effect: 'Allow', Action: 'events:PutEvents', Resource: busArn(Name) };
    expect(await policyOf(client)).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'store', Principal: { AWS: 'arn:aws:iam::444455556666:root' }, ...rest },
        { Sid: 'all', Principal: '*', ...rest },
      ],
    });
    await client.send(new RemovePermissionCommand({ EventBusName: Name, StatementId: 'store' }));
    expect(await policyOf(client)).toMatchObject({ Statement: [{ Sid: 'all' }] });
    await client.send(new RemovePermissionCommand({ EventBusName: Name, RemoveAllPermissions: true }));
    expect(await policyOf(client)).toBeUndefined();
  });

  it('may be put as a whole', async () => {
    const { client } = busFixture();
    await createBus(client, Name);
    const policy = { Version: '2012-10-17', Statement: [{ Sid: 'all', Effect: 'Deny' }] };
    await client.send(new PutPermissionCommand({ EventBusName: Name, Policy: JSON.stringify(policy) }));
    expect(await policyOf(client)).toEqual(policy);
  });

  it('does not lose a statement that it does not have', async () => {
    const { client } = busFixture();
    await createBus(client, Name);
    await expect(
      client.send(new RemovePermissionCommand({ EventBusName: Name, StatementId: 'store' })),
    ).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Statement with the provided id does not exist.',
    });
  });
});

describe('a request that AWS cannot read', () => {
  it.each<[string, string, string]>([
    ['AWSEvents.PutEvents', '{"Entries"', 'SerializationException'],
    ['AWSEvents.PutEvents', '[]', 'SerializationException'],
    ['AWSEvents.PutEvents', '{"Entries":"all"}', 'SerializationException'],
    ['AWSEvents.PutRule', '{"Name":5}', 'SerializationException'],
    ['AWSEvents.PutRule', '{}', 'ValidationException'],
    ['AWSEvents.CreatePartnerEventSource', '{}', 'UnknownOperationException'],
    ['AWSEvents.constructor', '{}', 'UnknownOperationException'],
    ['', '{}', 'UnknownOperationException'],
  ])('%s %s is answered with %s', async (target, body, code) => {
    const { local } = busFixture();
    const answer = await local.service.handle(jsonRequest(target, body));
    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ __type: code });
  });

  it('says which member is missing', async () => {
    const { local } = busFixture();
    const answer = await local.service.handle(jsonRequest('AWSEvents.PutRule', '{}'));
    expect(JSON.parse(answer.body).message).toBe(
      "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
    );
  });
});
