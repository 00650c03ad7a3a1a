import { describe, expect, it } from 'vitest';
import { commandLine, connectionFlags, placeOf } from '../../../../services/faces/cli/connection.ts';
import { calledAs } from '../../../../services/faces/cli/help.ts';

const { bus, table } = { bus: 'groundswell', table: 'groundswell-state' };
const local = { endpoint: 'http://127.0.0.1:4566', region: 'eu-west-1', bus, table };

describe('the command line', () => {
  it.each([
    ['nothing said: the local runtime', {}, {}, local],
    ['AWS_PROFILE: AWS', {}, { AWS_PROFILE: 'dr' }, { endpoint: undefined, region: undefined }],
    [
      'AWS_ENDPOINT_URL, in the Region that goes with it',
      {},
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_REGION: 'us-east-1', AWS_PROFILE: 'dr' },
      { endpoint: 'http://127.0.0.1:9', region: 'us-east-1' },
    ],
    [
      'GROUNDSWELL_ENDPOINT before both',
      {},
      { GROUNDSWELL_ENDPOINT: 'local', AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_REGION: 'us-east-1' },
      local,
    ],
    [
      'a profile that is said before AWS_ENDPOINT_URL',
      { profile: 'dr' },
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      { endpoint: undefined },
    ],
    [
      '--endpoint before all',
      { endpoint: 'http://127.0.0.1:8', profile: 'dr' },
      { GROUNDSWELL_ENDPOINT: 'aws', AWS_PROFILE: 'dr' },
      { endpoint: 'http://127.0.0.1:8', region: 'eu-west-1' },
    ],
  ])('looks where it is told: %s', (_what, options, env, place) => {
    expect(placeOf({ bus, table, ...options }, env)).toMatchObject(place);
  });

  it('refuses an endpoint of the environment that is none', () => {
    expect(() => placeOf({ bus, table }, { GROUNDSWELL_ENDPOINT: 'prod' })).toThrow(
      /GROUNDSWELL_ENDPOINT: is prod[^]*valid: local, aws, or a URL/,
    );
  });

  it('repeats in its hints what it was told, and no more', () => {
    const options = { endpoint: 'http://127.0.0.1:8', region: 'us-east-1', bus: 'other', table };
    expect(connectionFlags(options)).toBe(' --endpoint http://127.0.0.1:8 --region us-east-1 --bus other');
    expect(commandLine('status', { bus, table })).toBe(`${calledAs()} status`);
  });
});
