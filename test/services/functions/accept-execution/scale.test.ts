import { describe, expect, it } from 'vitest';
import { planSchema, type Target } from '../../../../contracts/plan.ts';
import type { SourceServer } from '../../../../services/core/ports/recovery-service.ts';
import { createDeployment } from '../../../support/memory-deployment.ts';
import { serverId } from '../../../support/frozen-wave.ts';
import { createThrottle, type Throttling } from '../../../support/throttled-recovery.ts';
import { wideModel } from '../../../support/wide-plans.ts';

const minute = 60_000;
const region = 'eu-west-1';
const accountOf = (nth: number): string => String(100_000_000_000 + nth);

/** Servers spread evenly over accounts of their own, in waves of two hundred. */
const estate = (accounts: number, servers: number) => {
  const each = Math.ceil(servers / accounts);
  const idsOf = (account: number) => Array.from({ length: each }, (_, n) => serverId(account * each + n + 1));
  const plan = planSchema.parse({
    planId: 'large',
    targets: Object.fromEntries(
      Array.from({ length: accounts }, (_, nth) => [`t${nth}`, { account: accountOf(nth), region }]),
    ),
    waves: Array.from({ length: accounts }, (_, nth) => ({
      waveId: `w${nth}`,
      target: `t${nth}`,
      servers: idsOf(nth).map((sourceServerId) => ({ sourceServerId })),
    })),
  });
  const known = new Map(
    Array.from({ length: accounts }, (_, nth) => [
      accountOf(nth),
      idsOf(nth).map((sourceServerId): SourceServer => ({
        ...{ sourceServerId, name: `server of account ${nth}`, tags: { Application: 'shop' } },
        ...{ replicationState: 'CONTINUOUS', lagSeconds: 1, volumesMissing: false },
      })),
    ]),
  );
  const model = { ...wideModel(0), serversOf: ({ account }: Target) => known.get(account) ?? [] };
  return { plan, model };
};

const accept = async (accounts: number, servers: number, throttling: Throttling) => {
  const { plan, model } = estate(accounts, servers);
  let throttle: ReturnType<typeof createThrottle> | undefined;
  const deployment = createDeployment({
    model,
    intakeSees: (recovery, after) => {
      throttle ??= createThrottle(deployment.now, throttling);
      return throttle.within(after)(recovery);
    },
  });
  const begun = deployment.now();
  const executionId = await deployment.request(plan);
  const execution = await deployment.runIntake(executionId, 60 * minute);
  const intake = deployment.costs.filter(({ service }) => service === 'accept-execution');
  return {
    status: execution.status,
    failures: deployment.failures,
    minutes: (deployment.now() - begun) / minute,
    runs: intake.length,
    calls: (throttle?.counts.answered ?? 0) + (throttle?.counts.refused ?? 0),
    inFlightMost: throttle?.counts.inFlightMost,
    writes: intake.reduce((sum, { writes }) => sum + writes, 0),
    largest: deployment.largest(),
    deployment,
  };
};

describe('the intake of 4,000 servers over 20 accounts', () => {
  it('accepts them under throttling, in bounded time, calls and writes', { timeout: 120_000 }, async () => {
    const it = await accept(20, 4_000, { latencyMs: 100, perSecond: 5, burst: 10 });
    expect([it.status, it.failures]).toEqual(['RUNNING', []]);
    // 200 servers in each account at 5 calls a second are 40 seconds at the least.
    expect(it.minutes).toBeLessThan(3);
    expect(it.inFlightMost).toBeLessThanOrEqual(20);
    // A call for each server and five for each account, and what was refused.
    expect(it.calls).toBeLessThan(2 * 4_100);
    expect(it.writes).toBeLessThan(4_000 + 500);
    for (const [kind, bytes] of it.largest) expect([kind, bytes < 200_000]).toEqual([kind, true]);
    if (process.env['FIGURES'] !== undefined) console.log({ ...it, deployment: undefined });
  });

  it('takes seconds where nothing is throttled, in one run', { timeout: 60_000 }, async () => {
    const it = await accept(20, 4_000, { latencyMs: 100, perSecond: 1_000, burst: 1_000 });
    expect([it.status, it.failures, it.runs]).toEqual(['RUNNING', [], 1]);
    expect(it.minutes * 60).toBeLessThan(3);
    if (process.env['FIGURES'] !== undefined) console.log({ ...it, deployment: undefined });
  });

  it('leaves no note behind once it has started', { timeout: 60_000 }, async () => {
    const { deployment } = await accept(2, 100, { latencyMs: 100, perSecond: 2, burst: 5 });
    const [event] = deployment.events.filter(({ type }) => type === 'ExecutionStarted');
    for (const round of ['before', 'leased'])
      expect(
        await deployment.store.read({ kind: 'check', id: `${event?.metadata.executionId}/${round}/0` }),
      ).toBeUndefined();
  });
});
