import {
  type CreateApiDestinationRequest,
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  type CreateConnectionRequest,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createScaledClock } from '../../../../infra/simulated-aws/clock.ts';
import {
  createHttpTarget,
  type HttpTarget,
} from '../../../../infra/simulated-aws/eventbridge/http-target.ts';
import { type Receiver, startReceiver } from '../../../support/receiver.ts';
import { busFixture, createBus, entry, putEvents, putRule, queueArn } from './fixture.ts';

const patient = { timeout: 60_000 };
const canary = 'canary8d1f4c';
let receiver: Receiver;
let closing: () => void;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  closing();
  await receiver.close();
});

const apiKey: Partial<CreateConnectionRequest> = {
  AuthorizationType: 'API_KEY',
  AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'x-key', ApiKeyValue: canary } },
};

interface Setup {
  readonly connection?: Partial<CreateConnectionRequest>;
  readonly destination?: Partial<CreateApiDestinationRequest>;
  readonly target?: Partial<Target>;
  readonly isOutboundAllowed?: boolean;
}

/** A bus whose rule has an API destination of the receiver as its target. */
const started = async ({
  connection = apiKey,
  destination,
  target,
  isOutboundAllowed = false,
}: Setup = {}) => {
  const clock = createScaledClock({ speed: 5_000, startAt: Date.parse('2026-11-23T10:00:00Z') });
  const made: { http?: HttpTarget } = {};
  const fixture = busFixture({ clock, deliver: (to, payload) => made.http!.deliver(to, payload) });
  closing = () => fixture.local.close();
  made.http = createHttpTarget({
    ...{ clock, isOutboundAllowed },
    find: (arn) => fixture.local.apiDestination(arn),
    // A machine under load answers late, which must not look like an endpoint that never does.
    timeoutMs: receiver.mood === 'silent' ? 300 : 15_000,
  });
  const { client } = fixture;
  const { ConnectionArn } = await client.send(
    new CreateConnectionCommand({ Name: 'hook', ...connection } as CreateConnectionRequest),
  );
  const { ApiDestinationArn } = await client.send(
    new CreateApiDestinationCommand({
      ...{
        Name: 'hook',
        ConnectionArn,
        HttpMethod: 'POST',
        InvocationEndpoint: `${receiver.address}/orders`,
      },
      ...destination,
    }),
  );
  await createBus(client, 'orders');
  const dead = { DeadLetterConfig: { Arn: queueArn('dead') }, RetryPolicy: { MaximumRetryAttempts: 8 } };
  await putRule(client, 'all', { source: ['shop'] }, { ...dead, Arn: ApiDestinationArn, ...target });
  return { ...fixture, clock };
};
const bodies = () => receiver.taken.map(({ text }) => JSON.parse(text) as Record<string, unknown>);

describe('an event for an API destination', { timeout: 180_000 }, () => {
  it('is posted with the headers that EventBridge documents and the key of the connection', async () => {
    const { client } = await started();
    await putEvents(client, entry({ order: 1 }));
    await expect.poll(() => receiver.taken.length, patient).toBe(1);
    expect(receiver.taken[0]).toMatchObject({
      method: 'POST',
      path: '/orders',
      headers: {
        'user-agent': 'Amazon/EventBridge/ApiDestinations',
        'content-type': 'application/json; charset=utf-8',
        range: 'bytes=0-1048575',
        'x-key': canary,
      },
    });
    expect(bodies()).toMatchObject([{ source: 'shop', 'detail-type': 'OrderPlaced', detail: { order: 1 } }]);
  });

  it('carries what the target and the connection add, and the connection counts first', async () => {
    const { client } = await started({
      connection: {
        AuthorizationType: 'BASIC',
        AuthParameters: {
          BasicAuthParameters: { Username: 'shop', Password: 'pass' },
          InvocationHttpParameters: {
            HeaderParameters: [{ Key: 'x-team', Value: 'connection' }],
            QueryStringParameters: [{ Key: 'v', Value: '2' }],
            BodyParameters: [{ Key: 'tenant', Value: 'eu' }],
          },
        },
      },
      destination: { InvocationEndpoint: `${receiver.address}/orders/*/items`, HttpMethod: 'PUT' },
      target: {
        InputTransformer: {
          InputPathsMap: { order: '$.detail.order' },
          InputTemplate: '{"text": "order <order>"}',
        },
        HttpParameters: {
          PathParameterValues: ['a b'],
          HeaderParameters: { 'x-team': 'target', 'x-more': 'yes' },
          QueryStringParameters: { v: '1', w: '3' },
        },
      },
    });
    await putEvents(client, entry({ order: 7 }));
    await expect.poll(() => receiver.taken.length, patient).toBe(1);
    expect(receiver.taken[0]).toMatchObject({
      method: 'PUT',
      path: '/orders/a%20b/items?v=2&w=3',
      headers: {
        'x-team': 'connection',
        'x-more': 'yes',
        authorization: `Basic ${Buffer.from('shop:pass').toString('base64')}`,
      },
    });
    expect(bodies()).toEqual([{ text: 'order 7', tenant: 'eu' }]);
  });

  it.each([
    ['answers 503', { status: 503 }],
    ['is throttled', { status: 429, headers: { 'retry-after': '120' } }],
    ['resets connections', 'reset'],
    ['never answers', 'silent'],
  ] as const)('arrives once when the endpoint that %s is back', async (_name, mood) => {
    receiver.mood = mood;
    const { client, clock, deadLetters } = await started();
    const since = clock.now();
    await putEvents(client, entry({ order: 1 }));
    await expect.poll(() => receiver.asked.length, patient).toBeGreaterThan(0);
    receiver.mood = 'well';
    await expect.poll(() => receiver.taken.length, patient).toBe(1);
    if (typeof mood === 'object' && mood.status === 429) expect(clock.now() - since).toBeGreaterThan(120_000);
    expect([bodies().length, deadLetters]).toEqual([1, []]);
  });

  it('is dead-lettered with its reason, and no secret, when its retries are used up', async () => {
    receiver.mood = { status: 503 };
    const { client, deadLetters } = await started();
    await putEvents(client, entry({ order: 1 }));
    await expect.poll(() => deadLetters.length, patient).toBe(1);
    expect(receiver.asked).toHaveLength(9);
    expect(deadLetters[0]!.letter.attributes).toMatchObject({
      ERROR_CODE: 'ERROR_FROM_TARGET',
      ERROR_MESSAGE: 'The endpoint answered 503.',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      RETRY_ATTEMPTS: '8',
    });
    expect(JSON.stringify(deadLetters)).not.toContain(canary);
  });

  it.each([
    ['404', { status: 404 }],
    ['a redirect', { status: 302, headers: { location: '/elsewhere' } }],
    ['503 and a negative Retry-After', { status: 503, headers: { 'retry-after': '-1' } }],
  ] as const)('is not tried again after %s', async (_name, mood) => {
    receiver.mood = mood;
    const { client, deadLetters } = await started();
    await putEvents(client, entry({ order: 1 }));
    await expect.poll(() => deadLetters.length, patient).toBe(1);
    expect(receiver.asked).toHaveLength(1);
    expect(deadLetters[0]!.letter.attributes).toMatchObject({
      ERROR_CODE: 'ERROR_FROM_TARGET',
      RETRY_ATTEMPTS: '0',
    });
  });

  it.each(['https://192.0.2.1/', 'http://localhost.example.com/', 'http://10.0.0.1:8080/'])(
    'does not leave this machine for %s unless told so',
    async (InvocationEndpoint) => {
      const { client, deadLetters } = await started({ destination: { InvocationEndpoint } });
      await putEvents(client, entry({ order: 1 }));
      await expect.poll(() => deadLetters.length, patient).toBe(1);
      expect(deadLetters[0]!.letter.attributes).toMatchObject({ ERROR_CODE: 'NO_PERMISSIONS' });
    },
  );

  it('waits its turn when more come than the destination takes a second', async () => {
    const { client, clock } = await started({ destination: { InvocationRateLimitPerSecond: 1 } });
    const since = clock.now();
    await putEvents(client, ...Array.from({ length: 10 }, (_, order) => entry({ order })));
    await expect.poll(() => receiver.taken.length, patient).toBe(10);
    expect(clock.now() - since).toBeGreaterThanOrEqual(9_000);
  });
});

describe('a connection with OAuth', { timeout: 180_000 }, () => {
  it('gets a token once, and a new one when it is refused', async () => {
    const tokens: string[] = [];
    const auth = await startReceiver((request) => {
      tokens.push(`${request.headers.authorization} ${request.text}`);
      return JSON.stringify({ access_token: `token-${tokens.length}`, expires_in: 864_000 });
    });
    const { client } = await started({
      connection: {
        AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS',
        AuthParameters: {
          OAuthParameters: {
            ClientParameters: { ClientID: 'me', ClientSecret: canary },
            AuthorizationEndpoint: `${auth.address}/token`,
            HttpMethod: 'POST',
            OAuthHttpParameters: { BodyParameters: [{ Key: 'audience', Value: 'shop' }] },
          },
        },
      },
    });
    await putEvents(client, entry({ order: 1 }));
    await expect.poll(() => receiver.taken.length, patient).toBe(1);
    receiver.mood = { status: 401 };
    await putEvents(client, entry({ order: 2 }));
    await expect.poll(() => receiver.asked.length, patient).toBeGreaterThan(1);
    receiver.mood = 'well';
    await expect.poll(() => receiver.taken.length, patient).toBe(2);
    expect(receiver.taken.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      expect.stringMatching(/^Bearer token-[2-9]$/),
    ]);
    const basic = `Basic ${Buffer.from(`me:${canary}`).toString('base64')}`;
    expect(tokens[0]).toBe(`${basic} grant_type=client_credentials&audience=shop`);
    await auth.close();
  });
});
