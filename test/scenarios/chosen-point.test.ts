import { afterAll, beforeAll, expect, it } from 'vitest';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import type { ExecutionReport } from '../../services/faces/report/report-model.ts';
import { type OperatedRuntime, operateRuntime, patienceMs } from '../support/operated-runtime.ts';

/** A day of which DRS keeps nothing: the plan's own point, which nothing can be launched from. */
const longAgo = '2001-01-01T00:00:00.000Z';
const sourceServerId = 's-feb569732d596d1ec';
let operated: OperatedRuntime;

beforeAll(async () => {
  operated = await operateRuntime({ speed: 1_000 });
  await operated.store({
    ...{ planId: 'chosen', recoveryNeedsApproval: true },
    waves: [{ waveId: 'database', servers: [{ sourceServerId }], pointInTime: { newestBefore: longAgo } }],
  });
}, patienceMs);
afterAll(() => operated.close());

const request = (id: string, mode: string, ...args: string[]): Promise<string> =>
  operated.groundswell('request', 'chosen', '--mode', mode, '--request-id', id, ...args);

it(
  'what the request says holds for all servers, and what the plan says where it says nothing',
  async () => {
    await request('as-planned', 'drill');
    expect(await operated.said(executionIdOf('as-planned'), 'ExecutionRejected')).toMatchObject({
      faults: [{ path: 'waves[0].servers', message: `${sourceServerId} has no such point in time` }],
    });
    const drill = await request('latest', 'drill', '--point-in-time', 'latest');
    expect(await operated.said(drill, 'ExecutionStarted')).toMatchObject({ pointInTime: 'latest' });
    expect(await operated.said(drill, 'WaveCompleted')).toMatchObject({
      servers: [{ recoveryPoint: { from: 'new-snapshot' } }],
    });
    await operated.said(drill, 'ExecutionCompleted');
  },
  patienceMs,
);

it(
  'what no server has is refused by the check and by the start, each with its reason',
  async () => {
    const checked = await operated.ending(1, 'check', 'chosen', '--point-in-time', longAgo);
    const fault = `${sourceServerId} has no snapshot of ${longAgo} or before`;
    expect(checked).toContain(fault);
    await request('too-old', 'drill', '--point-in-time', longAgo);
    const { faults } = await operated.said(executionIdOf('too-old'), 'ExecutionRejected');
    expect(faults).toMatchObject([{ path: 'pointInTime.newestBefore', message: fault }]);
    const later = await operated.ending(1, 'check', 'chosen', '--point-in-time', '2999-01-01');
    expect(later).toContain('is still to come');
    const url = `${operated.runtime.endpoint}/api/plans/chosen/check?pointInTime=${longAgo}`;
    expect(JSON.stringify(await (await fetch(url)).json())).toContain(fault);
  },
  patienceMs,
);

it(
  'an older point is approved by its hash, launched from, and reported with what it cost',
  async () => {
    const at = new Date(operated.runtime.now() - 20 * 60_000).toISOString();
    const real = await request('older', 'recovery', '--point-in-time', at, '--by', 'ops', ...confirmed);
    const { planHash, pointInTime } = await operated.said(real, 'ApprovalAwaited');
    expect(pointInTime).toEqual({ newestBefore: at });
    const plan = (await (await fetch(`${operated.runtime.endpoint}/api/plans/chosen`)).json()) as {
      readonly hash: string;
    };
    expect(plan.hash).not.toBe(planHash);
    await operated.ending(1, 'approve', real, '--plan-hash', plan.hash, '--by', 'lead');
    await operated.groundswell('approve', real, '--plan-hash', planHash, '--by', 'lead');
    const { servers } = await operated.said(real, 'WaveCompleted');
    expect(servers[0]?.recoveryPoint?.from).toBe('chosen-snapshot');
    expect(Date.parse(servers[0]?.recoveryPoint?.at ?? '')).toBeLessThanOrEqual(Date.parse(at));
    await operated.said(real, 'ExecutionCompleted');
    expect(await operated.groundswell('report', real, '--format', 'md')).toContain(
      `Data chosen for all servers: the newest snapshot before ${at}`,
    );
    const report = await operated.groundswell('report', real, '--format', 'json');
    const { rpo, pointInTime: told } = JSON.parse(report) as ExecutionReport;
    expect(told).toEqual({ newestBefore: at });
    expect(rpo.achievedMinutes).toBeGreaterThanOrEqual(20);
  },
  patienceMs,
);

const confirmed = ['--confirm', 'chosen', '--reason', 'the data of the last minutes are damaged'];
