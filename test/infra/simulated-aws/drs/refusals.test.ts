import {
  AccessDeniedException,
  ConflictException,
  DeleteJobCommand,
  DescribeJobLogItemsCommand,
  DescribeJobsCommand,
  DescribeRecoveryInstancesCommand,
  InitializeServiceCommand,
  InternalServerException,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  StartRecoveryCommand,
  TerminateRecoveryInstancesCommand,
  ThrottlingException,
  UninitializedAccountException,
  ValidationException,
} from '@aws-sdk/client-drs';
import { describe, expect, it } from 'vitest';
import { drsFixture, secondMs, steady, web1, web2 } from './fixture.ts';

const thrownBy = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
};

const startOf = (...ids: readonly string[]) =>
  new StartRecoveryCommand({
    isDrill: true,
    sourceServers: ids.map((sourceServerID) => ({ sourceServerID })),
  });

const fleet = (count: number, rest: object = {}) => ({ servers: [{ name: 'node-{n}', count }], ...rest });

const idsOf = (drs: ReturnType<typeof drsFixture>): Promise<readonly string[]> =>
  drs.drs.service
    .handle({ method: 'POST', path: '/DescribeSourceServers', query: {}, headers: {}, body: '{}' })
    .then(({ body }) => {
      const { items } = JSON.parse(body) as { items: { sourceServerID: string }[] };
      return items.map((item) => item.sourceServerID);
    });

describe('a refused StartRecovery', () => {
  it('lists every server that cannot be recovered, and why', async () => {
    const { client } = drsFixture({
      servers: [
        { name: 'good', id: web1 },
        { name: 'new', id: 's-33333333333333333', replication: { state: 'INITIAL_SYNC' } },
        { name: 'cut', id: 's-44444444444444444', replication: { state: 'DISCONNECTED' } },
        {
          name: 'odd',
          id: 's-55555555555555555',
          disks: [{ deviceName: '/dev/sdb', gib: 8, volumeStatus: 'MISSING_VOLUME_ATTRIBUTES' }],
        },
      ],
    });
    const ids = [web1, 's-33333333333333333', 's-44444444444444444', 's-55555555555555555', web2, web1];
    const error = await thrownBy(client.send(startOf(...ids)));
    expect(error).toMatchObject({
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400 },
      reason: 'fieldValidationFailed',
      fieldList: [
        {
          name: 'sourceServers.1.sourceServerID',
          message: 'Source server s-33333333333333333 has no recovery point: its replication is INITIAL_SYNC',
        },
        {
          name: 'sourceServers.2.sourceServerID',
          message: 'Source server s-44444444444444444 has no recovery point: its replication is DISCONNECTED',
        },
        {
          name: 'sourceServers.3.sourceServerID',
          message: 'Source server s-55555555555555555 volume /dev/sdb is MISSING_VOLUME_ATTRIBUTES',
        },
        { name: 'sourceServers.4.sourceServerID', message: `Source server ${web2} does not exist` },
        { name: 'sourceServers.5.sourceServerID', message: `Source server ${web1} is listed more than once` },
      ],
    });
  });

  it('names a recovery snapshot that does not exist', async () => {
    const { client } = drsFixture();
    const sourceServers = [{ sourceServerID: web1, recoverySnapshotID: 'pit-00000000000000000' }];
    const error = await thrownBy(client.send(new StartRecoveryCommand({ sourceServers })));
    expect(error).toMatchObject({ name: 'ValidationException' });
    expect((error as Error).message).toContain('recovery snapshot pit-00000000000000000 does not exist');
  });

  it('checks the form of ids, and the number of servers', async () => {
    const { client } = drsFixture();
    expect(await thrownBy(client.send(startOf('web-1', 's-1')))).toMatchObject({
      name: 'ValidationException',
      fieldList: [{ name: 'sourceServers.0.sourceServerID' }, { name: 'sourceServers.1.sourceServerID' }],
    });
    expect(await thrownBy(client.send(startOf()))).toMatchObject({ name: 'ValidationException' });
  });

  it('is a ConflictException as a whole while one of its servers is in a job', async () => {
    const { client, clock, drill } = drsFixture();
    await drill(web1);
    const error = await thrownBy(client.send(startOf(web1, web2)));
    expect(error).toBeInstanceOf(ConflictException);
    expect(error).toMatchObject({
      message:
        'One or more of the Source Servers included in API call are currently being processed by a Job',
      $metadata: { httpStatusCode: 409 },
      resourceId: web1,
    });
    const { items } = await client.send(new DescribeJobsCommand({}));
    expect(items).toHaveLength(1);
    await clock.advance(600 * secondMs);
    await expect(client.send(startOf(web1, web2))).resolves.toBeDefined();
  });

  it('is a ConflictException while an earlier instance of a server is being terminated', async () => {
    const { client, clock, drill } = drsFixture();
    await drill(web1);
    await clock.advance(600 * secondMs);
    const { items = [] } = await client.send(new DescribeRecoveryInstancesCommand({}));
    const recoveryInstanceIDs = items.map((item) => item.recoveryInstanceID ?? '');
    await client.send(new TerminateRecoveryInstancesCommand({ recoveryInstanceIDs }));
    expect(await thrownBy(client.send(startOf(web1)))).toBeInstanceOf(ConflictException);
  });

  it('can be a quota error instead of a conflict, or none at all', async () => {
    const quota = drsFixture({ ...steady, oneJobPerServer: 'QUOTA' });
    await quota.drill(web1);
    expect(await thrownBy(quota.client.send(startOf(web1)))).toMatchObject({
      name: 'ServiceQuotaExceededException',
      quotaCode: 'L-DD6D028C',
    });
    const off = drsFixture({ ...steady, oneJobPerServer: 'OFF' });
    await off.drill(web1);
    await expect(off.drill(web1)).resolves.toMatchObject({ status: 'PENDING' });
  });

  it('is a quota error with HTTP 402 above 100 servers', async () => {
    const drs = drsFixture(fleet(101));
    const ids = await idsOf(drs);
    const error = await thrownBy(drs.client.send(startOf(...ids)));
    expect(error).toBeInstanceOf(ServiceQuotaExceededException);
    expect(error).toMatchObject({
      quotaCode: 'L-B827C881',
      serviceCode: 'drs',
      $metadata: { httpStatusCode: 402 },
    });
    await expect(drs.client.send(startOf(...ids.slice(0, 100)))).resolves.toBeDefined();
  });

  it('is a quota error with 20 jobs in progress, until one of them ends', async () => {
    const drs = drsFixture(fleet(22, { timings: steady.timings }));
    const ids = await idsOf(drs);
    for (const id of ids.slice(0, 20)) await drs.client.send(startOf(id));
    const error = await thrownBy(drs.client.send(startOf(ids[20] ?? '')));
    expect(error).toMatchObject({ name: 'ServiceQuotaExceededException', quotaCode: 'L-D88FAC3A' });
    await drs.clock.advance(600 * secondMs);
    await expect(drs.client.send(startOf(ids[20] ?? ''))).resolves.toBeDefined();
  });

  it('is a quota error above 500 servers in all jobs', async () => {
    const drs = drsFixture(fleet(501, { pages: { sizeMax: 1000 } }));
    const ids = await idsOf(drs);
    for (let at = 0; at < 500; at += 100) await drs.client.send(startOf(...ids.slice(at, at + 100)));
    const error = await thrownBy(drs.client.send(startOf(ids[500] ?? '')));
    expect(error).toMatchObject({ name: 'ServiceQuotaExceededException', quotaCode: 'L-05AFA8C6' });
  });

  it('is an UninitializedAccountException until InitializeService has run', async () => {
    const { client } = drsFixture({ ...steady, initialized: false });
    expect(await thrownBy(client.send(startOf(web1)))).toBeInstanceOf(UninitializedAccountException);
    await client.send(new InitializeServiceCommand({}));
    await expect(client.send(startOf(web1))).resolves.toBeDefined();
  });
});

describe('other refusals', () => {
  it('throttles above the rate, with Retry-After, for a second', async () => {
    const { client, clock } = drsFixture({ ...steady, callsPerSecond: 2 });
    await client.send(new DescribeJobsCommand({}));
    await client.send(new DescribeJobsCommand({}));
    const error = await thrownBy(client.send(new DescribeJobsCommand({})));
    expect(error).toBeInstanceOf(ThrottlingException);
    expect(error).toMatchObject({ retryAfterSeconds: '1', $metadata: { httpStatusCode: 429 } });
    await clock.advance(1001);
    await expect(client.send(new DescribeJobsCommand({}))).resolves.toBeDefined();
  });

  it('answers InternalServerException during an outage', async () => {
    const { client, clock } = drsFixture({
      ...steady,
      outages: [{ fromSeconds: 10, untilSeconds: 20, of: 'API' }],
    });
    await clock.advance(10 * secondMs);
    const error = await thrownBy(client.send(startOf(web1)));
    expect(error).toBeInstanceOf(InternalServerException);
    expect(error).toMatchObject({ retryAfterSeconds: 5, $metadata: { httpStatusCode: 500 } });
    await clock.advance(10 * secondMs);
    await expect(client.send(startOf(web1))).resolves.toBeDefined();
  });

  it('knows validation, not-found and access errors as the types of the SDK', async () => {
    const { client } = drsFixture({
      ...steady,
      callFaults: [{ operation: 'DescribeRecoveryInstances', answer: 'ACCESS_DENIED' }],
    });
    const jobID = 'drsjob-00000000000000000';
    expect(await thrownBy(client.send(new DescribeJobLogItemsCommand({ jobID })))).toBeInstanceOf(
      ValidationException,
    );
    expect(await thrownBy(client.send(new DeleteJobCommand({ jobID })))).toBeInstanceOf(
      ResourceNotFoundException,
    );
    expect(await thrownBy(client.send(new DescribeRecoveryInstancesCommand({})))).toBeInstanceOf(
      AccessDeniedException,
    );
  });

  it('refuses an operation that does not exist, and a body that is not JSON', async () => {
    const { drs } = drsFixture();
    const base = { method: 'POST', query: {}, headers: {} };
    const unknown = await drs.service.handle({ ...base, path: '/StartRecoveryPlanExecution', body: '{}' });
    expect([unknown.statusCode, unknown.headers['x-amzn-errortype']]).toStrictEqual([
      404,
      'UnknownOperationException',
    ]);
    const broken = await drs.service.handle({ ...base, path: '/StartRecovery', body: '{' });
    expect([broken.statusCode, broken.headers['x-amzn-errortype']]).toStrictEqual([
      400,
      'SerializationException',
    ]);
  });
});
