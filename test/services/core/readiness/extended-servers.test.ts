import { noWayHome } from '../../../memory/homeward-reader.ts';
import { createMemoryAlarmReader } from '../../../memory/alarm-reader.ts';
import { createMemoryCalendarReader } from '../../../memory/calendar-reader.ts';
import { noFunctions } from '../../../memory/function-service.ts';
import { noTraffic } from '../../../memory/traffic-service.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planSchema } from '../../../../contracts/plan.ts';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import { createMemoryRecoveryService, emptyModel } from '../../../memory/recovery-service.ts';
import type { RecoveryService, SourceServer } from '../../../../services/core/ports/recovery-service.ts';
import { readInventory } from '../../../../services/core/readiness/inventory.ts';
import { examine } from '../../../../services/core/readiness/prepare.ts';
import { anythingAllowed } from '../../../support/anything-allowed.ts';
import { noRunbooks } from '../../../support/runbooks.ts';
import { openEndpoint } from '../ports/drs-endpoint.ts';
import { startAt, target as home } from '../ports/recovery-service.suite.ts';

/** More than a page of each staging account, and a server that DRS cannot reach in its own. */
const staging = [
  { account: '999900001111', tier: 'database', count: 210 },
  { account: '999900002222', tier: 'web', count: 205 },
];
const cutOff = { account: '999900003333', name: 'cut-off', error: 'access denied' };

const serverOf = (name: string, tier: string, stagingAccount: string): SourceServer => ({
  ...{ sourceServerId: `s-${name.padStart(17, '0')}`, name, tags: { Tier: tier }, stagingAccount },
  ...{ replicationState: 'CONTINUOUS', lagSeconds: 0, volumesMissing: false },
});

const memory = (): RecoveryService =>
  createMemoryRecoveryService(createManualClock(startAt), {
    ...emptyModel,
    serversOf: () => [
      ...staging.flatMap(({ account, tier, count }) =>
        Array.from({ length: count }, (_, n) => serverOf(`${tier}${n + 1}`, tier, account)),
      ),
      { ...serverOf(cutOff.name, 'archive', cutOff.account), extensionError: cutOff.error },
    ],
  });

const scenario = {
  servers: [
    ...staging.map(({ account, tier, count }) => ({
      ...{ name: `${tier}-{n}`, count, tags: { Tier: tier }, stagingAccountID: account },
    })),
    {
      ...{ name: cutOff.name, tags: { Tier: 'archive' } },
      ...{ stagingAccountID: cutOff.account, extensionError: cutOff.error },
    },
  ],
};

const waveOf = (tier: string, minimum: number) => ({
  waveId: tier,
  servers: { tags: { Tier: tier }, minimum },
});
const planOf = (...waves: readonly object[]) => planSchema.parse({ planId: 'staged', waves });
const drill = { mode: 'DRILL' as const, allowDrillOverRecovery: false };

const extendedServersSuite = (serviceOf: () => RecoveryService): void => {
  const ports = () => ({
    ...{ recovery: serviceOf(), home, clock: { now: () => startAt } },
    ...{
      store: createMemoryRecordStore(),
      runbooks: noRunbooks,
      alarms: createMemoryAlarmReader(),
      calendars: createMemoryCalendarReader(),
      functions: noFunctions.reader,
      traffic: noTraffic,
      homeward: noWayHome,
      allowed: anythingAllowed,
    },
  });

  it('are frozen into their waves by tag, those of every page and every staging account', async () => {
    const plan = planOf(waveOf('database', 210), waveOf('web', 205));
    const { waves, faults, findings } = await examine(ports(), plan, drill);
    expect({ faults, findings }).toEqual({ faults: [], findings: [] });
    const ids = waves.map(({ servers }) => servers.map(({ sourceServerId }) => sourceServerId));
    expect(ids.map((own) => new Set(own).size)).toEqual([210, 205]);
    expect(ids.map((own) => own.toSorted())).toEqual(ids);
  });

  it('are counted against the minimum of their wave, and one too few is a fault', async () => {
    const { faults } = await examine(ports(), planOf(waveOf('database', 211)), drill);
    expect(faults).toEqual([
      {
        path: 'waves[0].servers',
        message: '210 source servers carry these tags',
        expected: 'at least 211',
      },
    ]);
  });

  it('are shown with their staging account', async () => {
    const { servers, faults } = await readInventory(ports(), undefined, drill);
    expect(faults).toEqual([]);
    const shown = (account: string) => servers.filter(({ stagingAccount }) => stagingAccount === account);
    expect(staging.map(({ account }) => shown(account).length)).toEqual([210, 205]);
  });

  it('that DRS cannot reach are told of before anything is started', async () => {
    const { faults } = await examine(ports(), planOf(waveOf('archive', 1)), drill);
    expect(faults).toEqual([
      {
        path: 'waves.archive',
        message: expect.stringMatching(
          /^DRS cannot reach the source server that (.+ \()?s-.*\)? is extended from: access denied$/,
        ),
      },
    ]);
  });
};

describe('extended source servers in memory', () => {
  extendedServersSuite(memory);
});

describe('extended source servers on DRS behind a socket', () => {
  let endpoint: Awaited<ReturnType<typeof openEndpoint>>;
  beforeAll(async () => {
    endpoint = await openEndpoint(scenario);
  });
  afterAll(() => endpoint.close());
  extendedServersSuite(() => endpoint.service);
});
