import { describe, expect, it } from 'vitest';
import { planSchema, type Target } from '../../../../contracts/plan.ts';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { readCoverage } from '../../../../services/core/readiness/coverage.ts';
import {
  cursorOf,
  following,
  isUncovered,
  narrowed,
  readServersShown,
} from '../../../../services/core/readiness/server-page.ts';
import type { RecoveryService, SourceServer } from '../../../../services/core/ports/recovery-service.ts';
import { createMemoryRecoveryService, emptyModel } from '../../../memory/recovery-service.ts';
import { startAt, target as home } from '../ports/recovery-service.suite.ts';

const away: Target = { account: '444455556666', region: 'eu-central-1' };
const idOf = (n: number): string => `s-${String(n).padStart(17, '0')}`;
const serverOf = (n: number, name: string, tier: string, lagSeconds = 0): SourceServer => ({
  ...{ sourceServerId: idOf(n), name, tags: { Tier: tier }, lagSeconds },
  ...{ replicationState: 'CONTINUOUS', volumesMissing: false },
});

const service = (servers: readonly SourceServer[]): RecoveryService =>
  createMemoryRecoveryService(createManualClock(startAt), {
    ...emptyModel,
    serversOf: ({ account }) => (account === home.account ? servers : []),
  });

const versionOf = (plan: object, version = 1) => {
  const read = planSchema.parse(plan);
  return { planId: read.planId, version, hash: '', plan: read, storedAt: '2026-01-01T00:00:00Z' };
};
const tiers = versionOf({
  planId: 'shop',
  rpoMinutes: 1,
  waves: [
    { waveId: 'web', servers: { tags: { Tier: 'web' }, minimum: 1 } },
    { waveId: 'again', dependsOn: ['web'], servers: [{ sourceServerId: idOf(99) }] },
  ],
});
const elsewhere = versionOf({
  planId: 'elsewhere',
  targets: { away },
  waves: [{ waveId: 'far', target: 'away', servers: [{ sourceServerId: idOf(7) }] }],
});
const some = [serverOf(1, 'web-10', 'web', 300), serverOf(2, 'web-2', 'web'), serverOf(3, 'batch', 'none')];
const names = (servers: readonly { readonly server: SourceServer | undefined }[]) =>
  servers.map(({ server }) => server?.name);

describe('the list of servers', () => {
  it('says by which waves of which plans each is recovered, in the order in which people count', async () => {
    const coverage = await readCoverage(service(some), home, [tiers]);
    const listed = narrowed(coverage, {});
    expect(names(listed)).toEqual([undefined, 'batch', 'web-2', 'web-10']);
    expect(
      listed.map(({ covering }) => covering.map(({ plan, waves }) => [plan.planId, ...waves].join())),
    ).toEqual([['shop,again'], [], ['shop,web'], ['shop,web']]);
    expect(names(listed.filter(isUncovered))).toEqual(['batch']);
  });

  it('is narrowed to what no plan covers, to a plan, and by a text', async () => {
    const coverage = await readCoverage(service(some), home, [tiers, elsewhere]);
    expect(names(narrowed(coverage, { uncovered: true }))).toEqual(['batch']);
    expect(names(narrowed(coverage, { plan: 'shop', text: 'WEB' }))).toEqual(['web-2', 'web-10']);
    expect(narrowed(coverage, { text: 'eu-central' }).map((each) => each.sourceServerId)).toEqual([idOf(7)]);
  });

  it('goes on where a page ended, also when the server that it ended with is gone', async () => {
    const all = narrowed(await readCoverage(service(some), home, [tiers]), {});
    const [, second, , last] = all;
    if (second === undefined || last === undefined) throw new Error('four servers are listed');
    const left = all.filter((each) => each !== second);
    expect(names(following(left, cursorOf(second)))).toEqual(['web-2', 'web-10']);
    expect(following(all, cursorOf(last))).toEqual([]);
    expect(following(all, undefined)).toEqual(all);
  });

  it('reports a place that does not answer, for whatever reason, beside all others', async () => {
    const recovery: Pick<RecoveryService, 'describeSourceServers'> = {
      describeSourceServers: async ({ account }) => {
        if (account === away.account) throw new Error('socket hang up');
        return some;
      },
    };
    const coverage = await readCoverage(recovery, home, [tiers, elsewhere]);
    expect(coverage.servers).toHaveLength(4);
    expect(coverage.faults).toEqual([
      {
        path: 'targets',
        message: '444455556666/eu-central-1 cannot be read: Error: socket hang up',
        expected: 'an answer of AWS Elastic Disaster Recovery; read again',
      },
    ]);
  });

  it('reports a stored plan that this version cannot read, and what that means for its servers', async () => {
    const broken = { ...tiers, plan: { ...tiers.plan, waves: [] } };
    const { servers, faults } = await readCoverage(service(some), home, [broken]);
    expect(servers.every(isUncovered)).toBe(true);
    expect(faults).toMatchObject([
      { path: 'plans.shop', message: expect.stringContaining('covered by none') },
    ]);
  });
});

describe('the servers of a page', () => {
  const ports = (recovery: RecoveryService) => ({ recovery, clock: { now: () => startAt } });

  it('are judged by the strictest objective of the plans that recover them', async () => {
    const recovery = service(some);
    const coverage = await readCoverage(recovery, home, [tiers]);
    const page = narrowed(coverage, { text: 'web' });
    const { servers, faults } = await readServersShown(ports(recovery), coverage.known, page, 'DRILL');
    expect(faults).toEqual([]);
    expect(
      servers.map(({ name, findings }) => [name, findings?.map((finding) => finding.name).includes('lag')]),
    ).toEqual([
      ['web-2', false],
      ['web-10', true],
    ]);
  });

  it('stand there without a judgement where their place says no more than that they exist', async () => {
    const recovery: RecoveryService = {
      ...service(some),
      describeLaunchConfiguration: async () => {
        throw Object.assign(new Error('not allowed'), { name: 'AccessDeniedException' });
      },
    };
    const coverage = await readCoverage(recovery, home, [tiers]);
    const page = narrowed(coverage, { text: 'batch' });
    const { servers, faults } = await readServersShown(ports(recovery), coverage.known, page, 'DRILL');
    expect(servers).toEqual([
      {
        ...{ account: home.account, region: home.region, sourceServerId: idOf(3), name: 'batch' },
        ...{ replicationState: 'CONTINUOUS', lagSeconds: 0, liveInstances: [], plans: [] },
      },
    ]);
    expect(faults).toMatchObject([{ path: 'targets', message: expect.stringContaining('not allowed') }]);
  });

  it('are as many as are asked for, so that three thousand cost no more than those on the page', async () => {
    const asked: string[] = [];
    const many = Array.from({ length: 3_000 }, (_, n) => serverOf(n, `web-${n}`, 'web'));
    const inner = service(many);
    const recovery: RecoveryService = {
      ...inner,
      describeLaunchConfiguration: async (target, id) => {
        asked.push(id);
        return inner.describeLaunchConfiguration(target, id);
      },
    };
    const coverage = await readCoverage(recovery, home, [tiers]);
    const page = narrowed(coverage, {}).slice(0, 50);
    const { servers } = await readServersShown(ports(recovery), coverage.known, page, 'DRILL');
    expect(servers).toHaveLength(50);
    expect(asked.length).toBeLessThanOrEqual(50);
  });
});
