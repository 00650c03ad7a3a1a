import { DescribeJobsCommand, StartRecoveryCommand, ThrottlingException } from '@aws-sdk/client-drs';
import { describe, expect, it } from 'vitest';
import { drsFixture, secondMs, steady, web1, web2 } from './fixture.ts';

const start = (id: string) =>
  new StartRecoveryCommand({ isDrill: true, sourceServers: [{ sourceServerID: id }] });

const faulty = (fault: object) =>
  drsFixture({ ...steady, callFaults: [{ operation: 'StartRecovery', ...fault }] });

const jobCount = async ({ client }: ReturnType<typeof drsFixture>) =>
  (await client.send(new DescribeJobsCommand({}))).items?.length;

describe('a call that is answered wrongly', () => {
  it('makes no job', async () => {
    const drs = faulty({ answer: 'INTERNAL_ERROR' });
    await expect(drs.client.send(start(web1))).rejects.toMatchObject({ name: 'InternalServerException' });
    expect(await jobCount(drs)).toBe(0);
  });

  it('makes the job all the same if its answer is what is lost', async () => {
    const drs = faulty({ answer: 'THROTTLED', done: true, retryAfterSeconds: 4 });
    const work = drs.client.send(start(web1));
    await expect(work).rejects.toBeInstanceOf(ThrottlingException);
    await expect(work).rejects.toMatchObject({ retryAfterSeconds: '4' });
    expect(await jobCount(drs)).toBe(1);
  });

  it('hears nothing for the time of a timeout, then a 504 that is no error of DRS', async () => {
    const drs = faulty({ answer: 'TIMEOUT', done: true, timeoutSeconds: 10 });
    let outcome: unknown = 'silence';
    drs.client.send(start(web1)).then(
      () => (outcome = 'answer'),
      (error: unknown) => (outcome = error),
    );
    await drs.clock.advance(9.9 * secondMs);
    expect(outcome).toBe('silence');
    await drs.clock.advance(0.2 * secondMs);
    await expect
      .poll(() => outcome, { timeout: 30_000 })
      .toMatchObject({ $metadata: { httpStatusCode: 504 } });
    expect(await jobCount(drs)).toBe(1);
  });

  it('is only the one that the scenario counts', async () => {
    const drs = faulty({ answer: 'CONFLICT', calls: [2] });
    await drs.client.send(start(web1));
    await expect(drs.client.send(start(web2))).rejects.toMatchObject({ name: 'ConflictException' });
    await expect(drs.client.send(start(web2))).resolves.toBeDefined();
  });

  it('happens by chance', async () => {
    const drs = drsFixture({ callFaults: [{ answer: 'INTERNAL_ERROR', rate: 0.5 }] });
    let failed = 0;
    for (let at = 0; at < 100; at++)
      await drs.client.send(new DescribeJobsCommand({})).catch(() => {
        failed++;
      });
    expect(failed).toBeGreaterThan(30);
    expect(failed).toBeLessThan(70);
  });
});

describe('counters', () => {
  it('count every call, refused or not, so that calls can be checked against jobs', async () => {
    const drs = faulty({ answer: 'INTERNAL_ERROR', calls: [1] });
    await expect(drs.client.send(start(web1))).rejects.toBeDefined();
    await drs.client.send(start(web1));
    await expect(drs.client.send(start(web1))).rejects.toMatchObject({ name: 'ConflictException' });
    expect(await jobCount(drs)).toBe(1);
    expect(drs.drs.counters()).toStrictEqual({ StartRecovery: 3, DescribeJobs: 1 });
  });
});
