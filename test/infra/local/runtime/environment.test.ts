import { afterEach, expect, it, vi } from 'vitest';
import { enterEnvironment, handlerEnvironment } from '../../../../infra/local/runtime/environment.ts';

afterEach(() => vi.unstubAllEnvs());

const variables = handlerEnvironment({
  endpoint: 'http://127.0.0.1:1',
  account: '111122223333',
  region: 'eu-west-1',
  logLevel: 'SILENT',
});

it('hides everything by which a call could reach the real AWS, and puts it back', () => {
  vi.stubEnv('AWS_PROFILE', 'production');
  vi.stubEnv('AWS_SESSION_TOKEN', 'secret');
  vi.stubEnv('AWS_ENDPOINT_URL_DRS', 'https://drs.eu-west-1.amazonaws.com');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAREAL');
  const leave = enterEnvironment(variables);
  expect(process.env).toMatchObject({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ACCESS_KEY_ID: 'local' });
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL_DRS'])
    expect(process.env).not.toHaveProperty(name);
  leave();
  expect(process.env).toMatchObject({
    AWS_PROFILE: 'production',
    AWS_SESSION_TOKEN: 'secret',
    AWS_ENDPOINT_URL_DRS: 'https://drs.eu-west-1.amazonaws.com',
    AWS_ACCESS_KEY_ID: 'AKIAREAL',
  });
  expect(process.env).not.toHaveProperty('STATE_TABLE');
});
