import { describe, expect, it } from 'vitest';
import type { Mode } from '../../../../contracts/identifiers.ts';
import { planSchema, type Plan, type Target } from '../../../../contracts/plan.ts';
import { prepareFailback, rolesOf } from '../../../../services/core/readiness/prepare-failback.ts';
import {
  account,
  origin,
  recovery,
  tiers,
  twoRegions,
} from '../../../infra/simulated-aws/cloud/two-regions.ts';
import { regionPorts } from '../../../support/region-ports.ts';

const away: Target = { account, region: recovery };
const home: Target = { account, region: origin };
const [db, app, other] = tiers;

const planOf = (waves: readonly object[], more: object = {}): Plan =>
  planSchema.parse({
    ...{ planId: 'home', direction: 'failback', home: 'origin', targets: { origin: home }, waves, ...more },
  });
const wave = (waveId: string, ids: readonly string[], more: object = {}) => ({
  ...{ waveId, servers: ids.map((sourceServerId) => ({ sourceServerId })), ...more },
});
const plan = planOf([wave('app', [app.id]), wave('db', [db.id], { dependsOn: ['app'] })]);

/** Two tiers that were recovered half an hour ago, and what a start of a failback is told of them. */
const recovered = async (ids: readonly string[] = [db.id, app.id], isDrill = false) => {
  const regions = twoRegions({});
  await regions.away.launch(ids, isDrill);
  await regions.minutes(30);
  const real = regionPorts(regions);
  const machines = await regions.away.instances();
  const machineOf = (id: string) =>
    machines.find(({ sourceServerID }) => sourceServerID === id)?.recoveryInstanceID ?? '';
  const prepare = async (asked: Plan, mode: Mode = 'RECOVERY', ports: Partial<typeof real> = {}) => {
    const servers = await real.recovery.describeSourceServers(away);
    return prepareFailback({ ...real, ...ports }, asked, mode, {
      ...{ home: away, servers: () => servers, snapshotOf: () => undefined },
    });
  };
  const textsOf = async (...args: Parameters<typeof prepare>) =>
    (await prepare(...args)).faults.map(({ path, message }) => `${path}: ${message}`);
  return { regions, real, machineOf, prepare, textsOf };
};

const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
const throttled = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });

describe('a failback that is to be started', () => {
  it('is frozen with the machines that come home, each server in all phases', async () => {
    const { prepare, machineOf } = await recovered();
    const { frozen, faults, findings } = await prepare(plan);
    expect(faults).toEqual([]);
    expect(findings.map(({ level, name }) => `${level} ${name}`)).toEqual([
      'warning way-home',
      'warning way-home',
    ]);
    const machines = frozen.waves
      .filter(({ servers }) => servers.length > 0)
      .map(({ waveId, homeward, servers }) => [waveId, homeward?.phase, servers[0]?.machineId]);
    expect(machines).toEqual(
      ['reverse', 'launch', 'protect', 'retire'].flatMap((phase) =>
        ['app', 'db'].map((id) => [
          phase === 'launch' ? id : `${phase}-${id}`,
          phase,
          machineOf(id === 'app' ? app.id : db.id),
        ]),
      ),
    );
    expect(frozen.closing.undo).toBeUndefined();
  });

  it('of a drill ends with the launch, and holds what its clean-up takes back', async () => {
    const { prepare } = await recovered();
    const { frozen } = await prepare(plan, 'DRILL');
    expect(frozen.waves.map(({ waveId }) => waveId)).toEqual([
      ...['reverse-gate', 'reverse-app', 'reverse-db', 'launch-gate', 'app', 'db'],
    ]);
    expect(frozen.closing.undo?.servers.map(({ sourceServerId }) => sourceServerId)).toEqual([app.id, db.id]);
  });

  it('is told everything that stops it at once, and changes nothing', async () => {
    const { regions, textsOf, machineOf } = await recovered();
    await regions.away.reverse(machineOf(app.id));
    await regions.minutes(10);
    const [reversed] = await regions.home.servers();
    await regions.home.launch([reversed?.sourceServerID ?? '']);
    await regions.minutes(30);
    const before = [await regions.home.servers(), await regions.away.servers()];
    const elsewhere = { account: '444455556666', region: origin };
    const asked = planOf(
      [
        wave('app', [app.id]),
        wave('db', [db.id, other.id], { home: 'elsewhere' }),
        wave('lost', ['s-99999999999999999']),
      ],
      { targets: { origin: home, elsewhere } },
    );
    expect(await textsOf(asked)).toEqual([
      `waves.db: ${other.id} has no machine of a real recovery to bring home`,
      'waves.lost: s-99999999999999999 has no machine of a real recovery to bring home',
      `waves.app: ${app.id} is LAUNCHED already; go on by what groundswell failback status shows`,
      `waves.db: ${db.id} came from ${account}/${origin}, and the plan brings it to 444455556666/${origin}`,
    ]);
    expect([await regions.home.servers(), await regions.away.servers()]).toEqual(before);
  });

  it('brings home nothing that a drill has launched', async () => {
    const { textsOf } = await recovered([db.id], true);
    expect(await textsOf(planOf([wave('db', [db.id])]))).toEqual([
      `waves.db: ${db.id} has no machine of a real recovery to bring home`,
    ]);
  });

  it('does not choose between several machines', async () => {
    const { real, textsOf, machineOf } = await recovered([db.id]);
    const machines: typeof real.homeward.machines = async (target, ids) =>
      (await real.homeward.machines(target, ids)).flatMap((machine) => [
        machine,
        { ...machine, instanceId: 'i-other' },
      ]);
    expect(
      await textsOf(planOf([wave('db', [db.id])]), 'RECOVERY', { homeward: { ...real.homeward, machines } }),
    ).toEqual([`waves.db: ${db.id} has several machines of real recoveries: ${machineOf(db.id)}, i-other`]);
  });

  it('goes on with a reversal that was begun before', async () => {
    const { regions, textsOf, machineOf } = await recovered([db.id]);
    await regions.away.reverse(machineOf(db.id));
    await regions.minutes(1);
    expect(await textsOf(planOf([wave('db', [db.id])]))).toEqual([]);
  });

  it('is told once of a place that may not be read, and asked again about one that does not answer', async () => {
    const { real, prepare, textsOf } = await recovered();
    const failing = (error: Error) => ({
      homeward: { ...real.homeward, machines: () => Promise.reject(error) },
    });
    expect(await textsOf(plan, 'RECOVERY', failing(denied))).toEqual([
      `targets: ${account}/${recovery} cannot be read: AccessDeniedException: no`,
    ]);
    await expect(prepare(plan, 'RECOVERY', failing(throttled))).rejects.toThrow('slow down');
    const blind = {
      homeward: {
        ...real.homeward,
        servers: (target: Target) =>
          target.region === origin ? Promise.reject(denied) : real.homeward.servers(target),
      },
    };
    expect(await textsOf(plan, 'RECOVERY', blind)).toEqual([
      `targets: ${account}/${origin} cannot be read: AccessDeniedException: no`,
    ]);
  });

  it('waits its turn where the quota of jobs at home is full', async () => {
    const { real, prepare } = await recovered([db.id]);
    const full = {
      recovery: {
        ...real.recovery,
        quotas: async () => ({ jobsMax: 0, serversPerJobMax: 100, serversInJobsMax: 500 }),
      },
    };
    const { findings } = await prepare(planOf([wave('db', [db.id])]), 'RECOVERY', full);
    expect(findings).toContainEqual(
      expect.objectContaining({ level: 'warning', name: 'quota', waveId: 'db' }) as object,
    );
  });
});

describe('the role in the account that servers came from', () => {
  it('is that of a target there, with its external id, and none elsewhere', () => {
    const role = 'arn:aws:iam::444455556666:role/groundswell';
    const roleIn = rolesOf([home, { account: '444455556666', region: origin, role, externalId: 'x' }]);
    expect(roleIn('444455556666')).toEqual({ role, externalId: 'x' });
    expect(roleIn(account)).toEqual({});
    expect(roleIn('777788889999')).toEqual({});
  });
});
