import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DrsClient } from '@aws-sdk/client-drs';
import type { AssumeRole } from '../../../../services/core/ports/aws/assume-role.ts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLocalServiceQuotas } from '../../../../infra/simulated-aws/servicequotas/local-servicequotas.ts';
import type { LocalService, WireResponse } from '../../../../infra/simulated-aws/wire.ts';
import { createDrsClients } from '../../../../services/core/ports/aws/drs-clients.ts';
import {
  createAwsRecoveryService,
  homeAccountOf,
} from '../../../../services/core/ports/aws/recovery-service.ts';
import type { SignedCall } from '../../../../services/core/ports/aws/signed-call.ts';
import { createTargetCredentials } from '../../../../services/core/ports/aws/target-credentials.ts';
import { drsFixture, place } from '../../../infra/simulated-aws/drs/fixture.ts';
import { clientOptions } from '../../../infra/simulated-aws/service-handler.ts';
import { openPlace, scenarioOf } from './drs-fixture.ts';
import { drillOf, minuteMs, recoveryServiceSuite, startAt, target } from './recovery-service.suite.ts';

const web1 = 's-11111111111111111';
const oneServer = { servers: [{ name: 'web-1', id: web1 }] };

/** The calls that are made without an SDK client, answered by simulated services. */
const callOn =
  (services: readonly LocalService[]): SignedCall =>
  async ({ service, headers, body }) => {
    const local = services.find(({ signingName }) => signingName === service)!;
    const answer = await local.handle({ method: 'POST', path: '/', query: {}, headers, body });
    if (answer.statusCode !== 200) throw new Error(answer.body);
    return answer.body;
  };

const openDrs = (scenario: unknown, spoil: (service: LocalService) => LocalService = (same) => same) => {
  const { clock, drs, others } = openPlace(scenario);
  const client = new DrsClient(clientOptions(spoil(drs)));
  const service = createAwsRecoveryService({
    homeAccount: place.account,
    clientsOf: () => ({ reading: client, starting: client }),
    signedCall: callOn(others),
  });
  return { service, advance: (ms: number) => clock.advance(ms) };
};

const always = (answer: () => Promise<WireResponse>) => (service: LocalService) => ({
  ...service,
  handle: answer,
});

const errorAnswer = (statusCode: number, name: string) => async (): Promise<WireResponse> => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
  body: JSON.stringify({ message: `it is ${name}` }),
});

describe('recovery service on DRS', () => {
  recoveryServiceSuite(async (fleet) =>
    openDrs({ ...scenarioOf(fleet), pages: { sizeMax: 50, truncateRate: 0.1 } }),
  );

  describe('a StartRecovery that fails', () => {
    it.each([
      [409, 'ConflictException', 'conflict'],
      [402, 'ServiceQuotaExceededException', 'quota'],
      [400, 'ValidationException', 'invalid'],
      [403, 'AccessDeniedException', 'invalid'],
      [400, 'UninitializedAccountException', 'invalid'],
      [404, 'ResourceNotFoundException', 'invalid'],
      [403, 'UnrecognizedClientException', 'invalid'],
      [405, 'SomethingNew', 'invalid'],
      [429, 'ThrottlingException', 'unknown'],
      [400, 'ThrottlingException', 'unknown'],
      [400, 'TooManyRequestsException', 'unknown'],
      [408, 'RequestTimeoutException', 'unknown'],
      [403, 'ExpiredTokenException', 'unknown'],
      [500, 'InternalServerException', 'unknown'],
      [503, 'SomethingElse', 'unknown'],
      [504, '', 'unknown'],
    ])('with %i %s is %s', async (statusCode, name, status) => {
      const { service } = openDrs(oneServer, always(errorAnswer(statusCode, name)));
      const answer = await service.startRecovery(target, drillOf(web1));
      expect(answer).toEqual({ status, message: expect.stringContaining(name) });
    });

    it('in the network is unknown', async () => {
      const { service } = openDrs(
        oneServer,
        always(() => Promise.reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }))),
      );
      expect(await service.startRecovery(target, drillOf(web1))).toMatchObject({ status: 'unknown' });
    });

    it('with an answer that names no job is unknown', async () => {
      const { service } = openDrs(
        oneServer,
        always(async () => ({ statusCode: 202, headers: {}, body: '{}' })),
      );
      expect(await service.startRecovery(target, drillOf(web1))).toMatchObject({ status: 'unknown' });
    });

    it('for an account that no role leads to is invalid, and calls nobody', async () => {
      const clientsOf = createDrsClients(createTargetCredentials(place.account));
      const service = createAwsRecoveryService({ homeAccount: place.account, clientsOf });
      const answer = await service.startRecovery({ ...target, account: '999999999999' }, drillOf(web1));
      expect(answer).toEqual({ status: 'invalid', message: expect.stringContaining('999999999999') });
    });
  });

  describe('a StartRecovery without an answer', () => {
    afterEach(() => vi.useRealTimers());

    it('is unknown after 20 seconds, and its job is found by its tags', async () => {
      const { service, advance } = openDrs({
        ...oneServer,
        callFaults: [{ operation: 'StartRecovery', answer: 'TIMEOUT', done: true, calls: [1] }],
      });
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      let answer: unknown;
      const asked = service.startRecovery(target, drillOf(web1)).then((given) => (answer = given));
      await vi.advanceTimersByTimeAsync(19_999);
      expect(answer).toBeUndefined();
      await vi.advanceTimersByTimeAsync(1);
      await asked;
      vi.useRealTimers();
      expect(answer).toMatchObject({ status: 'unknown' });
      await advance(minuteMs);
      const jobs = await service.describeJobsSince(target, startAt);
      expect(jobs).toMatchObject([{ tags: { executionId: 'exec-1' } }]);
    });
  });

  describe('its own clients', () => {
    /** A DRS behind a socket that answers 500 to everything and counts. */
    const openFailing = async () => {
      const paths: string[] = [];
      const server = createServer((request, response) => {
        paths.push(request.url ?? '');
        response.writeHead(500, { 'x-amzn-errortype': 'InternalServerException' }).end('{}');
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const clientsOf = createDrsClients(createTargetCredentials(place.account), {
        endpoint: `http://127.0.0.1:${port}`,
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      });
      const service = createAwsRecoveryService({ homeAccount: place.account, clientsOf });
      return { service, clientsOf, paths, close: () => server.close() };
    };

    it('call StartRecovery once, and repeat what only reads', async () => {
      const { service, paths, close } = await openFailing();
      expect(await service.startRecovery(target, drillOf(web1))).toMatchObject({ status: 'unknown' });
      expect(paths).toEqual(['/StartRecovery']);
      await expect(service.describeJobs(target, ['drsjob-1'])).rejects.toThrow();
      expect(paths).toEqual(['/StartRecovery', '/DescribeJobs', '/DescribeJobs', '/DescribeJobs']);
      close();
    });

    it("are made once for each account, Region and role, in the target's Region", async () => {
      const { clientsOf, close } = await openFailing();
      const elsewhere = { ...target, region: 'us-west-2' };
      expect(clientsOf({ ...target })).toBe(clientsOf(target));
      expect(clientsOf(elsewhere)).not.toBe(clientsOf(target));
      expect(await clientsOf(elsewhere).starting.config.region()).toBe('us-west-2');
      close();
    });
  });

  describe("a target's role", () => {
    const role = 'arn:aws:iam::444455556666:role/recovery';

    it('is assumed with the external id', async () => {
      const asked: unknown[] = [];
      const given = { accessKeyId: 'AK', secretAccessKey: 'SK', sessionToken: 'ST' };
      const assumeRole: AssumeRole = (named) => {
        asked.push(named);
        return Promise.resolve(given);
      };
      const credentialsOf = createTargetCredentials(place.account, assumeRole);
      const provider = credentialsOf({ ...target, account: '444455556666', role, externalId: 'shared' });
      expect(await provider?.()).toEqual(given);
      expect(asked).toEqual([{ roleArn: role, sessionName: 'groundswell', externalId: 'shared' }]);
    });

    it('is not needed at home', () => {
      expect(createTargetCredentials(place.account)(target)).toBeUndefined();
    });
  });

  describe('quotas', () => {
    const quotasWith = (signedCall: SignedCall) =>
      createAwsRecoveryService({
        homeAccount: place.account,
        clientsOf: () => {
          const client = new DrsClient(clientOptions(drsFixture().drs.service));
          return { reading: client, starting: client };
        },
        signedCall,
      }).quotas(target);

    it("are those of the account, and AWS's defaults where it names none", async () => {
      const values = { 'L-D88FAC3A': 40 };
      const { service } = createLocalServiceQuotas({ ...place, values });
      const quotas = { jobsMax: 40, serversPerJobMax: 100, serversInJobsMax: 500 };
      expect(await quotasWith(callOn([service]))).toEqual(quotas);
    });

    it("are AWS's defaults where they cannot be read", async () => {
      const quotas = { jobsMax: 20, serversPerJobMax: 100, serversInJobsMax: 500 };
      expect(await quotasWith(() => Promise.reject(new Error('denied')))).toEqual(quotas);
    });
  });

  it('reads what replication says of a server', async () => {
    const { service } = openDrs({
      servers: [
        {
          name: 'late',
          tags: { tier: 'db' },
          replication: { state: 'BACKLOG', lagDuration: 'P1DT1H2M3.5S' },
          disks: [{ deviceName: '/dev/sdb', gib: 8, volumeStatus: 'MISSING_VOLUME_ATTRIBUTES' }],
        },
      ],
    });
    const [server] = await service.describeSourceServers(target);
    expect(server).toMatchObject({ name: 'late', replicationState: 'BACKLOG', volumesMissing: true });
    expect(server?.lagSeconds).toBe(86_400 + 3_600 + 120 + 3.5);
  });

  it('reads the home account from the environment, or refuses to start', () => {
    expect(homeAccountOf({ AWS_ACCOUNT_ID: '111122223333' })).toBe('111122223333');
    expect(() => homeAccountOf({})).toThrow('AWS_ACCOUNT_ID');
  });
});
