import {
  GetParameterCommand,
  GetParametersByPathCommand,
  type GetParametersByPathCommandInput,
  GetParametersCommand,
  LabelParameterVersionCommand,
  PutParameterCommand,
} from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { ssmFixture } from './fixture.ts';

const arn = 'arn:aws:ssm:eu-west-1:111122223333:parameter';

const parameterFixture = async () => {
  const { client, ...rest } = ssmFixture();
  const put = (Name: string, Value: string, Type: 'String' | 'SecureString' = 'String') =>
    client.send(new PutParameterCommand({ Name, Value, Type, Overwrite: true }));
  const get = async (Name: string) => (await client.send(new GetParameterCommand({ Name }))).Parameter;
  const label = (Name: string, ParameterVersion: number | undefined, ...Labels: string[]) =>
    client.send(new LabelParameterVersionCommand({ Name, ParameterVersion, Labels }));
  const below = async (input: GetParametersByPathCommandInput) => {
    const { Parameters = [], NextToken } = await client.send(new GetParametersByPathCommand(input));
    return {
      names: Parameters.map(({ Name }) => Name),
      values: Parameters.map(({ Value }) => Value),
      NextToken,
    };
  };
  for (const value of ['one', 'two', 'three']) await put('/app/host', value);
  return { client, put, get, label, below, ...rest };
};

describe('GetParameter', () => {
  it('finds the newest version, any other by its number, and each by the ARN', async () => {
    const { get } = await parameterFixture();
    const newest = await get('/app/host');
    expect(newest).toMatchObject({ Name: '/app/host', Value: 'three', Version: 3, ARN: `${arn}/app/host` });
    expect(newest?.Selector).toBeUndefined();
    expect(await get('/app/host:1')).toMatchObject({
      Name: '/app/host',
      Value: 'one',
      Version: 1,
      Selector: ':1',
    });
    expect(await get(`${arn}/app/host`)).toMatchObject({ Name: '/app/host', Value: 'three' });
    expect(await get(`${arn}/app/host:2`)).toMatchObject({ Value: 'two', Selector: ':2' });
  });

  it('finds a parameter of one part by the ARN, too', async () => {
    const { put, get } = await parameterFixture();
    await put('host', 'plain');
    expect(await get(`${arn}/host`)).toMatchObject({ Name: 'host', Value: 'plain' });
  });

  it('finds a version by its label, which moves', async () => {
    const { get, label } = await parameterFixture();
    expect(await label('/app/host', 2, 'stable')).toMatchObject({ ParameterVersion: 2, InvalidLabels: [] });
    expect(await get('/app/host:stable')).toMatchObject({ Value: 'two', Selector: ':stable' });
    await label('/app/host', undefined, 'stable');
    expect(await get('/app/host:stable')).toMatchObject({ Value: 'three', Version: 3 });
  });

  it('tells what is no label, and that a version has ten at most', async () => {
    const { label } = await parameterFixture();
    const { InvalidLabels } = await label('/app/host', 1, '1st', 'aws-x', 'SSM', 'good');
    expect(InvalidLabels).toEqual(['1st', 'aws-x', 'SSM']);
    const many = Array.from({ length: 10 }, (_, at) => `l${at}`);
    await expect(label('/app/host', 1, ...many)).rejects.toMatchObject({
      name: 'ParameterVersionLabelLimitExceeded',
    });
  });

  it.each([
    ['/app/none', 'ParameterNotFound'],
    ['arn:aws:ssm:us-east-1:111122223333:parameter/app/host', 'ParameterNotFound'],
    ['/app/host:9', 'ParameterVersionNotFound'],
    ['/app/host:none', 'ParameterVersionNotFound'],
  ])('refuses %s', async (name, code) => {
    const { get } = await parameterFixture();
    await expect(get(name)).rejects.toMatchObject({ name: code });
  });

  it('keeps a hundred versions, the oldest not while a label is on it', async () => {
    const { put, get, label } = await parameterFixture();
    for (let version = 4; version <= 101; version++) await put('/app/host', String(version));
    await expect(get('/app/host:1')).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
    await label('/app/host', 2, 'kept');
    await expect(put('/app/host', 'more')).rejects.toMatchObject({
      name: 'ParameterMaxVersionLimitExceeded',
    });
    expect(await get('/app/host')).toMatchObject({ Value: '101' });
  });
});

describe('PutParameter', () => {
  it.each(['app/host', '/app//host', '/app/host:3', 'a b'])('refuses the name %s', async (name) => {
    const { put } = await parameterFixture();
    await expect(put(name, 'x')).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('GetParameters', () => {
  it('lists what is there, and apart from it what is not', async () => {
    const { client } = await parameterFixture();
    const Names = ['/app/host:1', '/app/none', '/app/host:9', `${arn}/app/host`];
    const answer = await client.send(new GetParametersCommand({ Names }));
    expect(answer.Parameters?.map(({ Value }) => Value)).toEqual(['one', 'three']);
    expect(answer.InvalidParameters).toEqual(['/app/none', '/app/host:9']);
  });

  it('takes ten names at most', async () => {
    const { client } = await parameterFixture();
    const Names = Array.from({ length: 11 }, (_, at) => `p${at}`);
    const work = client.send(new GetParametersCommand({ Names }));
    await expect(work).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('GetParametersByPath', () => {
  const tree = async () => {
    const fixture = await parameterFixture();
    await fixture.put('/app/db/name', 'shop');
    await fixture.put('/app/db/password', 'secret', 'SecureString');
    await fixture.put('/application', 'other');
    await fixture.put('plain', 'root');
    return fixture;
  };

  it('lists what lies right below a path, or all of it', async () => {
    const { below } = await tree();
    expect((await below({ Path: '/app' })).names).toEqual(['/app/host']);
    expect((await below({ Path: '/app/', Recursive: true })).names).toEqual([
      '/app/db/name',
      '/app/db/password',
      '/app/host',
    ]);
    expect((await below({ Path: '/' })).names).toEqual(['/application', 'plain']);
  });

  it('comes in pages', async () => {
    const { below } = await tree();
    const first = await below({ Path: '/app', Recursive: true, MaxResults: 2 });
    const rest = await below({ Path: '/app', Recursive: true, MaxResults: 2, NextToken: first.NextToken });
    expect([first.names.length, rest.names, rest.NextToken]).toEqual([2, ['/app/host'], undefined]);
    const work = below({ Path: '/app', NextToken: 'x' });
    await expect(work).rejects.toMatchObject({ name: 'InvalidNextToken' });
  });

  it('filters by type, key and label', async () => {
    const { below, label } = await tree();
    await label('/app/host', 1, 'stable');
    const found = (Key: string, Option: string, ...Values: string[]) =>
      below({ Path: '/app', Recursive: true, ParameterFilters: [{ Key, Option, Values }] });
    expect((await found('Type', 'Equals', 'SecureString')).names).toEqual(['/app/db/password']);
    expect((await found('KeyId', 'BeginsWith', 'alias/')).names).toEqual(['/app/db/password']);
    expect((await found('Label', 'Equals', 'stable')).values).toEqual(['one']);
    await expect(found('Name', 'Equals', 'x')).rejects.toMatchObject({ name: 'InvalidFilterKey' });
    await expect(found('Type', 'Contains', 'x')).rejects.toMatchObject({ name: 'InvalidFilterOption' });
  });

  it('needs a path that begins with a slash, and takes ten a page at most', async () => {
    const { below } = await tree();
    await expect(below({ Path: 'app' })).rejects.toMatchObject({ name: 'ValidationException' });
    const work = below({ Path: '/app', MaxResults: 11 });
    await expect(work).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
