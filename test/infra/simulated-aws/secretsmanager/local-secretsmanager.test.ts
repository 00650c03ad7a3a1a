import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import { createLocalSecretsManager } from '../../../../infra/simulated-aws/secretsmanager/local-secretsmanager.ts';
import type { SecretRecord } from '../../../../infra/simulated-aws/secretsmanager/store.ts';
import { seededRandom } from '../random.ts';
import { jsonRequest } from '../service-handler.ts';

const startAt = Date.parse('2026-11-23T10:00:00Z');

const secretsFixture = (journal = openJournal<SecretRecord>(undefined)) => {
  const { service } = createLocalSecretsManager({
    clock: createManualClock(startAt),
    journal,
    account: '111122223333',
    region: 'eu-west-1',
    random: seededRandom(9),
  });
  return async (operation: string, input: unknown) => {
    const { statusCode, body } = await service.handle(
      jsonRequest(`secretsmanager.${operation}`, JSON.stringify(input)),
    );
    return { statusCode, ...(JSON.parse(body) as { readonly ARN: string; readonly VersionId: string }) };
  };
};

describe('a secret', () => {
  it('is read by name, by ARN, and by ARN without its ending', async () => {
    const call = secretsFixture();
    const { ARN } = await call('CreateSecret', { Name: 'hook/token', SecretString: 's3cret' });
    expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-west-1:111122223333:secret:hook\/token-[0-9a-f]{6}$/);
    for (const SecretId of ['hook/token', ARN, ARN.slice(0, -7)])
      expect(await call('GetSecretValue', { SecretId })).toMatchObject({
        SecretString: 's3cret',
        VersionStages: ['AWSCURRENT'],
      });
  });

  it('keeps its previous value when it gets a new one', async () => {
    const call = secretsFixture();
    const first = await call('CreateSecret', { Name: 'token', SecretString: 'old' });
    const second = await call('PutSecretValue', { SecretId: 'token', SecretBinary: 'bmV3' });
    expect(await call('GetSecretValue', { SecretId: 'token' })).toMatchObject({ SecretBinary: 'bmV3' });
    expect(await call('GetSecretValue', { SecretId: 'token', VersionStage: 'AWSPREVIOUS' })).toMatchObject({
      SecretString: 'old',
    });
    expect(await call('GetSecretValue', { SecretId: 'token', VersionId: first.VersionId })).toMatchObject({
      SecretString: 'old',
    });
    expect(await call('DescribeSecret', { SecretId: 'token' })).toMatchObject({
      Name: 'token',
      CreatedDate: startAt / 1000,
      VersionIdsToStages: { [first.VersionId]: ['AWSPREVIOUS'], [second.VersionId]: ['AWSCURRENT'] },
    });
  });

  it('is still there after a restart', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'secrets-')), 'secrets.jsonl');
    const before = secretsFixture(openJournal<SecretRecord>(file));
    await before('CreateSecret', { Name: 'token', SecretString: 'old' });
    await before('PutSecretValue', { SecretId: 'token', SecretString: 'new' });
    const after = secretsFixture(openJournal<SecretRecord>(file));
    expect(await after('GetSecretValue', { SecretId: 'token' })).toMatchObject({ SecretString: 'new' });
  });

  it.each([
    ['CreateSecret', { Name: 'token', SecretString: 'again' }, 'ResourceExistsException'],
    ['CreateSecret', { Name: 'other' }, 'InvalidParameterException'],
    ['CreateSecret', { Name: 'other', SecretString: 'a', SecretBinary: 'Yg==' }, 'InvalidParameterException'],
    ['GetSecretValue', { SecretId: 'other' }, 'ResourceNotFoundException'],
    ['GetSecretValue', { SecretId: 'token', VersionStage: 'AWSPREVIOUS' }, 'ResourceNotFoundException'],
    ['PutSecretValue', { SecretId: 'other', SecretString: 'a' }, 'ResourceNotFoundException'],
  ])('refuses %s of %j', async (operation, input, code) => {
    const call = secretsFixture();
    await call('CreateSecret', { Name: 'token', SecretString: 'a' });
    expect(await call(operation, input)).toMatchObject({ statusCode: 400, __type: code });
  });
});
