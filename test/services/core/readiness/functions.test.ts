import { noWayHome } from '../../../memory/homeward-reader.ts';
import { describe, expect, it } from 'vitest';
import { planSchema } from '../../../../contracts/plan.ts';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import type { FunctionReader } from '../../../../services/core/ports/function-reader.ts';
import type { Allowed } from '../../../../services/core/readiness/allowed.ts';
import { examine } from '../../../../services/core/readiness/prepare.ts';
import { createMemoryAlarmReader } from '../../../memory/alarm-reader.ts';
import { createMemoryCalendarReader } from '../../../memory/calendar-reader.ts';
import { noTraffic } from '../../../memory/traffic-service.ts';
import { createMemoryFunctionService } from '../../../memory/function-service.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import { createMemoryRecoveryService, emptyModel } from '../../../memory/recovery-service.ts';
import { anythingAllowed } from '../../../support/anything-allowed.ts';

const home = { account: '111122223333', region: 'eu-west-1' };
const run = (): void => undefined;
const { reader } = createMemoryFunctionService(createManualClock(0), {
  'warm-cache': { qualifiers: ['live'], run },
  'warm-pages': { qualifiers: ['live'], isDurable: true, run },
});
const saying = (reading: Awaited<ReturnType<FunctionReader['read']>>): FunctionReader => ({
  read: async () => reading,
});

const recovery = createMemoryRecoveryService(createManualClock(0), {
  ...emptyModel,
  serversOf: () => [
    {
      ...{ sourceServerId: 's-00000000000000001', name: 'web-1', tags: { Tier: 'web' } },
      ...{ replicationState: 'CONTINUOUS', lagSeconds: 0, volumesMissing: false },
    },
  ],
});

const check = (
  action: object,
  {
    mode = 'DRILL',
    functions = reader,
    allowedFunctions = 'any',
  }: {
    readonly mode?: 'DRILL' | 'RECOVERY';
    readonly functions?: FunctionReader;
    readonly allowedFunctions?: Allowed['functions'];
  } = {},
) =>
  examine(
    {
      ...{ recovery, home, functions, clock: { now: () => 0 }, store: createMemoryRecordStore() },
      runbooks: { read: () => Promise.reject(new Error('the plan has no runbook')) },
      alarms: createMemoryAlarmReader(),
      calendars: createMemoryCalendarReader(),
      traffic: noTraffic,
      homeward: noWayHome,
      allowed: { ...anythingAllowed, functions: allowedFunctions },
    },
    planSchema.parse({
      planId: 'shop',
      waves: [
        {
          ...{ waveId: 'web', servers: { tags: { Tier: 'web' }, minimum: 1 } },
          after: [{ kind: 'lambda', actionId: 'warm', ...action }],
        },
      ],
    }),
    { mode },
  );
const at = 'waves[0].after[0]';

describe('the functions of a plan', () => {
  it.each([
    [{ function: 'warm-cache' }],
    [{ function: 'warm-cache:live', mode: 'poll' }],
    [{ function: 'warm-pages:live', mode: 'durable' }],
  ])('are ready when they are what the plan means: %j', async (action) => {
    expect(await check(action)).toMatchObject({ faults: [], findings: [] });
  });

  it.each([
    [{ function: 'warm-cash' }, `${at}.function`, 'there is no function warm-cash in 111122223333/eu-west-1'],
    [{ function: 'warm-cache:old' }, `${at}.function`, 'there is no function warm-cache:old'],
    [{ function: 'warm-cache:live', mode: 'durable' }, `${at}.mode`, 'is not a durable function'],
    [{ function: 'warm-pages:live', mode: 'poll' }, `${at}.mode`, 'each poll would start another execution'],
    [{ function: 'warm-pages', mode: 'durable' }, `${at}.function`, 'of a version or an alias only'],
    [
      { function: 'warm-cache', mode: 'poll', heartbeatMinutes: 5 },
      `${at}.heartbeatMinutes`,
      'no worker reports',
    ],
    [
      { function: 'warm-cache', timeoutMinutes: 600, heartbeatMinutes: 1 },
      `${at}.heartbeatMinutes`,
      'cannot go with',
    ],
    [{ function: 'warm-cache', target: 'nowhere' }, `${at}.target`, 'there is no target nowhere'],
  ])('are a fault when they are not: %j', async (action, path, message) => {
    const { faults } = await check(action);
    expect(faults).toEqual([expect.objectContaining({ path, message: expect.stringContaining(message) })]);
  });

  it('are a fault when the deployment does not allow them, or they may be its own, and nothing else is said', async () => {
    const allowedFunctions = ['warm-p*'];
    expect((await check({ function: 'warm-pages:live' }, { allowedFunctions })).faults).toEqual([]);
    expect((await check({ function: 'warm-cash' }, { allowedFunctions })).faults).toEqual([
      expect.objectContaining({ message: 'function warm-cash is not on the allow-list' }),
    ]);
    const own = { function: 'groundswell-launch-wave' };
    expect((await check(own, { allowedFunctions: ['*'] })).faults).toEqual([
      expect.objectContaining({ message: expect.stringContaining("Groundswell's own functions") }),
    ]);
  });

  it('block a drill and warn a recovery when Lambda does not say what they are', async () => {
    const functions = saying({ status: 'unknown', message: 'AccessDenied' });
    expect((await check({ function: 'warm-cache' }, { functions })).faults).toMatchObject([
      { message: expect.stringContaining('does not say what warm-cache is: AccessDenied') },
    ]);
    const recovering = await check({ function: 'warm-cache' }, { functions, mode: 'RECOVERY' });
    expect(recovering.findings).toMatchObject([{ level: 'warning', name: 'function' }]);
  });

  it('are a fault in a recovery too when they do not exist, unless their failure is passed over', async () => {
    const missing = { function: 'warm-cash' };
    expect((await check(missing, { mode: 'RECOVERY' })).faults).toHaveLength(1);
    const optional = await check({ ...missing, optional: true }, { mode: 'RECOVERY' });
    expect(optional).toMatchObject({ findings: [{ level: 'warning', name: 'function' }] });
  });

  it.each(['Pending', 'Failed'])('are a fault while they are %s', async (state) => {
    const functions = saying({ status: 'found', state, isDurable: false });
    expect((await check({ function: 'warm-cache' }, { functions })).faults).toMatchObject([
      { message: `warm-cache is ${state}` },
    ]);
  });
});
