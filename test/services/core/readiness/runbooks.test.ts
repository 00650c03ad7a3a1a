import { noWayHome } from '../../../memory/homeward-reader.ts';
import { createMemoryAlarmReader } from '../../../memory/alarm-reader.ts';
import { createMemoryCalendarReader } from '../../../memory/calendar-reader.ts';
import { noFunctions } from '../../../memory/function-service.ts';
import { noTraffic } from '../../../memory/traffic-service.ts';
import { describe, expect, it } from 'vitest';
import { planSchema } from '../../../../contracts/plan.ts';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { createAwsRunbookReader } from '../../../../services/core/ports/aws/runbook-reader.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import { createMemoryRecoveryService, emptyModel } from '../../../memory/recovery-service.ts';
import type { RunbookReader } from '../../../../services/core/ports/runbook-reader.ts';
import { examine } from '../../../../services/core/readiness/prepare.ts';
import { ssmFixture } from '../../../infra/simulated-aws/ssm/fixture.ts';
import { anythingAllowed } from '../../../support/anything-allowed.ts';
import { signedCallTo } from '../../../support/runbooks.ts';
import { startAt, target as home } from '../ports/recovery-service.suite.ts';

const elsewhere = {
  account: '444455556666',
  region: 'eu-central-1',
  role: 'arn:aws:iam::444455556666:role/R',
};

const recovery = (count: number) =>
  createMemoryRecoveryService(createManualClock(startAt), {
    ...emptyModel,
    serversOf: () =>
      Array.from({ length: count }, (_, n) => ({
        ...{ sourceServerId: `s-${String(n).padStart(17, '0')}`, name: `srv-${n}`, tags: { Tier: 'web' } },
        ...{ replicationState: 'CONTINUOUS', lagSeconds: 0, volumesMissing: false },
      })),
  });

/** SSM in both places; only the home account has a runbook of its own. */
const ssm = (): RunbookReader => {
  const here = ssmFixture({ documents: { 'Our-Own': { parameters: { Names: { type: 'StringList' } } } } });
  const there = ssmFixture();
  const readerOf = ({ local }: ReturnType<typeof ssmFixture>) =>
    createAwsRunbookReader({
      access: async ({ region }) => ({ region, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }),
      call: signedCallTo(local.service),
    });
  return {
    read: (target, document, version) =>
      readerOf(target.account === home.account ? here : there).read(target, document, version),
  };
};
const silent: RunbookReader = { read: async () => ({ status: 'unknown', message: 'AccessDenied' }) };

interface Setting {
  readonly servers?: number;
  readonly mode?: 'DRILL' | 'RECOVERY';
  readonly runbooks?: RunbookReader;
  readonly plan?: object;
}

const check = (action: object, { servers = 2, mode = 'DRILL', runbooks = ssm(), plan }: Setting = {}) => {
  const wave = { waveId: 'web', servers: { tags: { Tier: 'web' }, minimum: 1 } };
  const after = [{ kind: 'automation', actionId: 'check', ...action }];
  const parsed = planSchema.parse({
    ...{ planId: 'shop', targets: { dr: elsewhere }, waves: [{ ...wave, after }] },
    ...plan,
  });
  const ports = {
    runbooks,
    alarms: createMemoryAlarmReader(),
    calendars: createMemoryCalendarReader(),
    functions: noFunctions.reader,
    traffic: noTraffic,
    homeward: noWayHome,
    allowed: anythingAllowed,
    recovery: recovery(servers),
    home,
    clock: { now: () => startAt },
  };
  return examine({ ...ports, store: createMemoryRecordStore() }, parsed, {
    mode,
    allowDrillOverRecovery: false,
  });
};

const healthCheck = {
  document: 'Groundswell-HealthCheck',
  parameters: { InstanceIds: ['${servers.instanceIds}'] },
};

describe('the runbooks of a plan', () => {
  it('are ready when they exist and take what they are told', async () => {
    expect(await check(healthCheck)).toMatchObject({ faults: [], findings: [] });
    expect(await check({ ...healthCheck, documentVersion: '$LATEST' })).toMatchObject({ faults: [] });
  });

  it('are a fault when there is no such runbook, nor such a version', async () => {
    const at = 'waves[0].after[0].document';
    const { faults } = await check({ ...healthCheck, document: 'Groundswell-HealtCheck' });
    expect(faults).toEqual([{ path: at, message: expect.any(String), expected: expect.any(String) }]);
    expect(faults[0]?.message).toContain('there is no runbook Groundswell-HealtCheck in 1');
    const other = await check({ ...healthCheck, documentVersion: '7' });
    expect(other.faults).toEqual([expect.objectContaining({ path: at })]);
  });

  it('are a fault when they have no such parameter', async () => {
    const { faults } = await check({ ...healthCheck, parameters: { InstanceIDs: ['x'] } });
    expect(faults).toEqual([expect.objectContaining({ path: 'waves[0].after[0].parameters.InstanceIDs' })]);
  });

  it('are a fault when they would be told of more servers than SSM takes', async () => {
    expect((await check(healthCheck, { servers: 50 })).faults).toEqual([]);
    expect((await check(healthCheck, { servers: 51 })).faults).toEqual([
      expect.objectContaining({ message: expect.stringContaining('51 values') }),
    ]);
  });

  it('are looked for where their actions run', async () => {
    const own = { document: 'Our-Own', parameters: { Names: ['a'] } };
    expect((await check(own)).faults).toEqual([]);
    expect((await check({ ...own, target: 'dr' })).faults).toEqual([
      expect.objectContaining({ message: expect.stringContaining('444455556666/eu-central-1') }),
    ]);
  });

  it('are checked among the last actions of a plan, too', async () => {
    const last = (actionId: string, document: string) => [{ kind: 'automation', actionId, document }];
    const plan = { onFailureActions: last('a', 'No-Such'), onCancelActions: last('b', 'Nor-Such') };
    expect((await check(healthCheck, { plan })).faults.map(({ path }) => path)).toEqual([
      'onFailureActions[0].document',
      'onCancelActions[0].document',
    ]);
  });

  it('are told before a clean-up of at most as many instances as SSM takes', async () => {
    const beforeCleanUp = [{ kind: 'automation', actionId: 'leave', ...healthCheck }];
    const quiet = { document: 'Our-Own', parameters: { Names: ['a'] } };
    const found = (servers: number) => check(quiet, { servers, mode: 'DRILL', plan: { beforeCleanUp } });
    expect((await found(50)).faults).toEqual([]);
    expect((await found(51)).faults).toEqual([
      expect.objectContaining({
        path: 'beforeCleanUp[0].parameters.InstanceIds',
        message: expect.stringContaining('51 values'),
      }),
    ]);
  });

  it('count only in the mode in which they run', async () => {
    const action = { ...healthCheck, document: 'No-Such', when: 'RECOVERY' };
    expect((await check(action)).faults).toEqual([]);
    expect((await check(action, { mode: 'RECOVERY' })).faults).toHaveLength(1);
  });

  it('refuse a drill, and warn a recovery, when SSM does not say anything of them', async () => {
    const drill = await check(healthCheck, { runbooks: silent });
    expect(drill.faults).toEqual([
      expect.objectContaining({ message: expect.stringContaining('AccessDenied') }),
    ]);
    const real = await check(healthCheck, { runbooks: silent, mode: 'RECOVERY' });
    expect(real.faults).toEqual([]);
    expect(real.findings).toEqual([
      expect.objectContaining({ level: 'warning', name: 'runbook', waveId: 'web' }),
    ]);
  });

  it('only warn a recovery when their action may fail', async () => {
    const optional = { ...healthCheck, document: 'No-Such', optional: true };
    expect((await check(optional)).faults).toHaveLength(1);
    const real = await check(optional, { mode: 'RECOVERY' });
    expect([real.faults, real.findings.map(({ name }) => name)]).toEqual([[], ['runbook']]);
  });

  it('are asked of SSM once, however many actions run them', async () => {
    const asked: string[] = [];
    const reader = ssm();
    const counting: RunbookReader = {
      read: (target, document, version) => {
        asked.push(document);
        return reader.read(target, document, version);
      },
    };
    const step = (actionId: string) => ({ kind: 'automation', actionId, document: 'Groundswell-NotifyTeam' });
    await check(healthCheck, { runbooks: counting, plan: { onFailureActions: [step('a'), step('b')] } });
    expect(asked).toEqual(['Groundswell-HealthCheck', 'Groundswell-NotifyTeam']);
  });
});
