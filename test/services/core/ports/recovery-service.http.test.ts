import { afterEach, describe } from 'vitest';
import { openEndpoint } from './drs-endpoint.ts';
import { scenarioOf } from './drs-fixture.ts';
import { recoveryServiceSuite } from './recovery-service.suite.ts';

describe('recovery service on DRS behind a socket, with pages of 200', () => {
  const opened: (() => Promise<void>)[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((close) => close())));

  recoveryServiceSuite(async (fleet) => {
    const endpoint = await openEndpoint(scenarioOf(fleet));
    opened.push(endpoint.close);
    return endpoint;
  });
});
