import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  DeleteApiDestinationCommand,
  DeleteConnectionCommand,
  DescribeApiDestinationCommand,
  DeauthorizeConnectionCommand,
  DescribeConnectionCommand,
  type EventBridgeClient,
  ListApiDestinationsCommand,
  ListConnectionsCommand,
  UpdateApiDestinationCommand,
  UpdateConnectionCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { busFixture, startAt } from './fixture.ts';

const connection = (client: EventBridgeClient) =>
  client.send(
    new CreateConnectionCommand({
      Name: 'hook',
      AuthorizationType: 'API_KEY',
      AuthParameters: {
        ApiKeyAuthParameters: { ApiKeyName: 'x-key', ApiKeyValue: 'secret' },
        InvocationHttpParameters: {
          HeaderParameters: [
            { Key: 'x-team', Value: 'shop' },
            { Key: 'x-token', Value: 'secret', IsValueSecret: true },
          ],
        },
      },
    }),
  );

const destination = (client: EventBridgeClient, ConnectionArn: string | undefined) =>
  client.send(
    new CreateApiDestinationCommand({
      Name: 'pager',
      ConnectionArn,
      InvocationEndpoint: 'https://pager.example.com/alerts',
      HttpMethod: 'POST',
    }),
  );

describe('a connection', () => {
  it('is authorized at once, and shows no secrets', async () => {
    const { client } = busFixture();
    const { ConnectionArn, ConnectionState } = await connection(client);
    expect(ConnectionArn).toMatch(/^arn:aws:events:eu-west-1:111122223333:connection\/hook\/[0-9a-f-]{36}$/);
    expect(ConnectionState).toBe('AUTHORIZED');
    expect(await client.send(new DescribeConnectionCommand({ Name: 'hook' }))).toMatchObject({
      Name: 'hook',
      AuthorizationType: 'API_KEY',
      AuthParameters: {
        ApiKeyAuthParameters: { ApiKeyName: 'x-key' },
        InvocationHttpParameters: {
          HeaderParameters: [
            { Key: 'x-team', Value: 'shop' },
            { Key: 'x-token', IsValueSecret: true },
          ],
        },
      },
      CreationTime: new Date(startAt),
    });
  });

  it('names the secret in which EventBridge keeps what it authorizes with', async () => {
    const { client } = busFixture();
    const { ConnectionArn = '' } = await connection(client);
    const { SecretArn } = await client.send(new DescribeConnectionCommand({ Name: 'hook' }));
    const id = ConnectionArn.slice(ConnectionArn.lastIndexOf('/') + 1);
    const prefix = `arn:aws:secretsmanager:eu-west-1:111122223333:secret:events!connection/hook/${id}-`;
    expect(SecretArn?.slice(0, prefix.length)).toBe(prefix);
    expect(SecretArn?.slice(prefix.length)).toMatch(/^[A-Za-z0-9]{6}$/);
  });

  it('that needs a token is authorizing for a while, again after every change', async () => {
    const { client, clock } = busFixture();
    await client.send(
      new CreateConnectionCommand({
        Name: 'oauth',
        AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS',
        AuthParameters: {
          OAuthParameters: {
            ClientParameters: { ClientID: 'me', ClientSecret: 'secret' },
            AuthorizationEndpoint: 'https://id.example.com/token',
            HttpMethod: 'POST',
          },
        },
      }),
    );
    const look = async () => {
      const { ConnectionState, LastAuthorizedTime } = await client.send(
        new DescribeConnectionCommand({ Name: 'oauth' }),
      );
      return [ConnectionState, LastAuthorizedTime];
    };
    expect(await look()).toEqual(['AUTHORIZING', undefined]);
    const waiting = new ListConnectionsCommand({ ConnectionState: 'AUTHORIZING' });
    expect((await client.send(waiting)).Connections?.map(({ Name }) => Name)).toEqual(['oauth']);
    await clock.advance(10_000);
    expect(await look()).toEqual(['AUTHORIZED', new Date(startAt + 10_000)]);
    expect((await client.send(waiting)).Connections).toEqual([]);
    await client.send(new UpdateConnectionCommand({ Name: 'oauth', Description: 'changed' }));
    expect((await look())[0]).toBe('AUTHORIZING');
  });

  it('is deauthorized until it is updated', async () => {
    const { client } = busFixture();
    await connection(client);
    const { ConnectionState } = await client.send(new DeauthorizeConnectionCommand({ Name: 'hook' }));
    expect(ConnectionState).toBe('DEAUTHORIZED');
    const update = new UpdateConnectionCommand({ Name: 'hook', Description: 'back' });
    expect((await client.send(update)).ConnectionState).toBe('AUTHORIZED');
    const missing = client.send(new DeauthorizeConnectionCommand({ Name: 'none' }));
    await expect(missing).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('is updated, listed and deleted', async () => {
    const { client } = busFixture();
    await connection(client);
    await client.send(new UpdateConnectionCommand({ Name: 'hook', Description: 'The pager' }));
    expect((await client.send(new DescribeConnectionCommand({ Name: 'hook' }))).Description).toBe(
      'The pager',
    );
    const { Connections } = await client.send(new ListConnectionsCommand({ NamePrefix: 'ho' }));
    expect(Connections?.map(({ Name }) => Name)).toEqual(['hook']);
    await client.send(new DeleteConnectionCommand({ Name: 'hook' }));
    await expect(client.send(new DescribeConnectionCommand({ Name: 'hook' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Failed to describe the connection(s). Connection 'hook' does not exist.",
    });
  });

  it('is refused with every reason at once', async () => {
    const { client } = busFixture();
    const Name = `two wrongs ${'x'.repeat(60)}`;
    await expect(
      client.send(
        new CreateConnectionCommand({
          Name,
          AuthorizationType: 'API_KEY',
          AuthParameters: {},
        }),
      ),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^2 validation errors detected: /),
    });
  });
});

describe('an API destination', () => {
  it('gives the host what it needs to call it', async () => {
    const { client, local } = busFixture();
    const { ConnectionArn } = await connection(client);
    const { ApiDestinationArn, ApiDestinationState } = await destination(client, ConnectionArn);
    expect(ApiDestinationState).toBe('ACTIVE');
    expect(local.apiDestination(ApiDestinationArn ?? '')).toMatchObject({
      destination: { invocationEndpoint: 'https://pager.example.com/alerts', httpMethod: 'POST' },
      connection: {
        name: 'hook',
        authParameters: { ApiKeyAuthParameters: { ApiKeyName: 'x-key', ApiKeyValue: 'secret' } },
      },
    });
    expect(
      local.apiDestination('arn:aws:events:eu-west-1:111122223333:api-destination/other/1'),
    ).toBeUndefined();
  });

  it('is described, updated, listed and deleted', async () => {
    const { client } = busFixture();
    const { ConnectionArn } = await connection(client);
    await destination(client, ConnectionArn);
    await client.send(new UpdateApiDestinationCommand({ Name: 'pager', InvocationRateLimitPerSecond: 5 }));
    expect(await client.send(new DescribeApiDestinationCommand({ Name: 'pager' }))).toMatchObject({
      Name: 'pager',
      ConnectionArn,
      HttpMethod: 'POST',
      InvocationRateLimitPerSecond: 5,
      ApiDestinationState: 'ACTIVE',
    });
    const { ApiDestinations } = await client.send(new ListApiDestinationsCommand({ ConnectionArn }));
    expect(ApiDestinations?.map(({ Name }) => Name)).toEqual(['pager']);
    await client.send(new DeleteApiDestinationCommand({ Name: 'pager' }));
    await expect(client.send(new DescribeApiDestinationCommand({ Name: 'pager' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Failed to describe the api-destination(s). An api-destination 'pager' does not exist.",
    });
  });

  it('needs a connection', async () => {
    const { client } = busFixture();
    const arn = 'arn:aws:events:eu-west-1:111122223333:connection/hook/0-0';
    await expect(destination(client, arn)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
