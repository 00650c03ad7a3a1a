import { createHash } from 'node:crypto';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { accessKeyFor, accessKeyOf, accountOf } from '../../../../infra/simulated-aws/sts/access-key.ts';
import { createLocalSts } from '../../../../infra/simulated-aws/sts/local-sts.ts';
import { stsScenario } from '../../../../infra/simulated-aws/sts/scenario.ts';
import { seededRandom } from '../random.ts';
import { clientOptions } from '../service-handler.ts';

const startAt = Date.parse('2026-11-23T10:00:00Z');
const RoleArn = 'arn:aws:iam::444455556666:role/path/Recovery';

const stsFixture = (scenario: z.input<typeof stsScenario> = {}) => {
  const clock = createManualClock(startAt);
  const { service } = createLocalSts({
    clock,
    account: '111122223333',
    scenario: stsScenario.parse(scenario),
    random: seededRandom(5),
  });
  const options = clientOptions(service);
  const client = new STSClient(options);
  const assume = (input: Partial<AssumeRoleCommandInput> = {}, by = client) =>
    by.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'launch-wave', ...input }));
  const asSession = async () => {
    const { Credentials } = await assume();
    return new STSClient({
      ...options,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    });
  };
  return { options, client, assume, asSession, clock };
};

describe('a caller', () => {
  it('is a user of the account of the runtime', async () => {
    const { client } = stsFixture();
    expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '111122223333',
      Arn: 'arn:aws:iam::111122223333:user/local',
    });
  });

  it('who has assumed a role is its session, in the account of the role', async () => {
    const { asSession } = stsFixture();
    const session = await asSession();
    expect(await session.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '444455556666',
      Arn: 'arn:aws:sts::444455556666:assumed-role/Recovery/launch-wave',
      UserId: expect.stringMatching(/^AROA[0-9A-F]{17}:launch-wave$/),
    });
  });

  it('with a session token from elsewhere is refused', async () => {
    const { options } = stsFixture();
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' };
    const refusal = new STSClient({ ...options, credentials }).send(new GetCallerIdentityCommand({}));
    await expect(refusal).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });
});

describe('a role', () => {
  it('gives keys of its account that expire', async () => {
    const { assume } = stsFixture();
    const { Credentials, AssumedRoleUser } = await assume({ DurationSeconds: 900 });
    expect(accountOf(Credentials?.AccessKeyId ?? '')).toBe('444455556666');
    expect(Credentials?.Expiration).toEqual(new Date(startAt + 900_000));
    expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::444455556666:assumed-role/Recovery/launch-wave');
  });

  it('that demands an external id is given for that one alone', async () => {
    const { assume } = stsFixture({ roles: { [RoleArn]: { externalId: 'groundswell' } } });
    await expect(assume()).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume({ ExternalId: 'other' })).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume({ ExternalId: 'groundswell' })).resolves.toBeDefined();
  });

  it('that is denied is given to nobody, and one that is none is refused', async () => {
    const { assume } = stsFixture({ roles: { [RoleArn]: { denied: true } } });
    await expect(assume()).rejects.toThrow(
      `is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
    );
    await expect(assume({ RoleArn: 'arn:aws:iam::444455556666:user/x' })).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'arn:aws:iam::444455556666:user/x is invalid',
    });
  });

  it('lasts as long as it may, and no longer', async () => {
    const { assume } = stsFixture({ roles: { [RoleArn]: { maxSessionSeconds: 7200 } } });
    await expect(assume({ DurationSeconds: 7200 })).resolves.toBeDefined();
    const message = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
    const tooLong = { name: 'ValidationError', message };
    await expect(assume({ DurationSeconds: 7201 })).rejects.toMatchObject(tooLong);
    await expect(stsFixture().assume({ DurationSeconds: 3601 })).rejects.toMatchObject(tooLong);
  });

  it.each([
    ['a duration below a quarter of an hour', { DurationSeconds: 899 }, 'ValidationError'],
    ['a duration above twelve hours', { DurationSeconds: 43_201 }, 'ValidationError'],
    ['a session name with a space', { RoleSessionName: 'a b' }, 'ValidationError'],
    ['an external id of one character', { ExternalId: 'x' }, 'ValidationError'],
    ['a policy that is too long', { Policy: 'x'.repeat(2049) }, 'ValidationError'],
    ['a policy that is not JSON', { Policy: '{' }, 'MalformedPolicyDocumentException'],
    ['a policy without statements', { Policy: '{}' }, 'MalformedPolicyDocumentException'],
    [
      'more tags than a session holds',
      {
        Tags: Array.from({ length: 50 }, (_, at) => ({
          Key: `key-${at}`,
          Value: createHash('sha512').update(String(at)).digest('base64').repeat(2),
        })),
      },
      'PackedPolicyTooLargeException',
    ],
  ])('is refused for %s', async (_, input, name) => {
    await expect(stsFixture().assume(input)).rejects.toMatchObject({ name });
  });

  it('tells how full a session is with its policies and tags', async () => {
    const { assume } = stsFixture();
    const sizeOf = (answer: { readonly PackedPolicySize?: number | undefined }) => answer.PackedPolicySize;
    expect(sizeOf(await assume())).toBeUndefined();
    const Policy = '{"Version":"2012-10-17","Statement":[]}';
    const size = sizeOf(await assume({ Policy, Tags: [{ Key: 'Team', Value: 'ops' }] }));
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThanOrEqual(100);
  });

  it('gives a session that ends', async () => {
    const { asSession, assume, clock } = stsFixture();
    const session = await asSession();
    await clock.advance(3_599_000);
    await expect(session.send(new GetCallerIdentityCommand({}))).resolves.toBeDefined();
    await clock.advance(1_000);
    const expired = { name: expect.stringMatching(/^ExpiredToken/) };
    await expect(session.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject(expired);
    await expect(assume({}, session)).rejects.toMatchObject(expired);
  });

  it('assumed from a role lasts an hour at most', async () => {
    const { assume, asSession } = stsFixture();
    const session = await asSession();
    await expect(assume({ DurationSeconds: 3601 }, session)).rejects.toMatchObject({
      name: 'ValidationError',
    });
    await expect(assume({ DurationSeconds: 3600 }, session)).resolves.toBeDefined();
  });
});

describe('a temporary access key', () => {
  it('gives its account back, whichever it is', () => {
    const account = fc
      .integer({ min: 0, max: 999_999_999_999 })
      .map((value) => String(value).padStart(12, '0'));
    fc.assert(
      fc.property(account, fc.integer(), (id, seed) => {
        const key = accessKeyFor(id, seededRandom(seed));
        expect(key).toMatch(/^ASIA[A-Z2-7]{16}$/);
        expect(accountOf(key)).toBe(id);
      }),
    );
  });

  it.each(['local', 'AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPL', ''])(
    'of AWS or of nobody has no account here: %s',
    (key) => {
      expect(accountOf(key)).toBeUndefined();
    },
  );

  it('is found in the header of a signed request', () => {
    const header =
      'AWS4-HMAC-SHA256 Credential=ASIAXYZ/20261123/eu-west-1/drs/aws4_request, SignedHeaders=host, Signature=0';
    expect(accessKeyOf(header)).toBe('ASIAXYZ');
    expect(accessKeyOf(undefined)).toBeUndefined();
  });
});
