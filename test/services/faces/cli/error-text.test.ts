import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorText } from '../../../../services/faces/cli/errors.ts';
import { connect } from '../../../../services/faces/cli/connect.ts';

const aws = { endpoint: 'aws', bus: 'groundswell', table: 'groundswell-state' };
const before = { ...process.env };

beforeEach(() => {
  for (const name of Object.keys(process.env).filter((each) => each.startsWith('AWS_')))
    Reflect.deleteProperty(process.env, name);
  // Nobody's own configuration, and no machine that could lend its role.
  Object.assign(process.env, {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
    AWS_CONFIG_FILE: '/nonexistent/config',
  });
});
afterEach(() => {
  for (const name of Object.keys(process.env))
    if (!(name in before)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, before);
});

/** What the command line says of the first call to AWS. */
const said = async (options: { readonly region?: string; readonly profile?: string }): Promise<string> => {
  const { store } = connect({ ...aws, ...options });
  const failure: unknown = await store.openExecutions().then(
    () => undefined,
    (error: unknown) => error,
  );
  return errorText(failure);
};

describe('an error of AWS', () => {
  it('where there are no credentials says how to name some, or to use the local runtime', async () => {
    const text = await said({ region: 'eu-west-1' });
    expect(text).toContain('No AWS credentials were found.');
    expect(text).toContain('Set AWS_PROFILE or pass --profile');
    expect(text).toContain('--endpoint http://127.0.0.1:4566');
  });

  it('where the profile is not known says the same', async () => {
    expect(await said({ region: 'eu-west-1', profile: 'nobody' })).toContain(
      'No AWS credentials were found.',
    );
  });

  it('where there is no Region says how to name one', async () => {
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIDEXAMPLE';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'example';
    expect(await said({})).toBe('No Region is set. Pass --region, or set AWS_REGION.');
  });

  it.each([
    ['UnrecognizedClientException', 'AWS rejected these credentials.'],
    ['ResourceNotFoundException', 'Give the account and Region in which it is deployed'],
  ])('named %s says what to do, and what AWS said', (name, hint) => {
    const text = errorText(Object.assign(new Error('in its own words'), { name }));
    expect(text).toContain(hint);
    expect(text).toContain('in its own words');
  });
});

describe('an error of the network', () => {
  it('says what to do, however deep its code is', () => {
    const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(errorText(new Error('fetch failed', { cause }))).toContain(
      'Start it with `npm run groundswell -- up`',
    );
  });

  it('of another kind is told as it is', () => {
    expect(errorText(new Error('something else'))).toBe('something else');
    expect(errorText('a text')).toBe('a text');
  });
});
