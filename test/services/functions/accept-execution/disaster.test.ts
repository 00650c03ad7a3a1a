import { describe, expect, it } from 'vitest';
import type { RecoverySnapshot, SourceServer } from '../../../../services/core/ports/recovery-service.ts';
import { createDeployment } from '../../../support/memory-deployment.ts';
import { wideModel, widePlan } from '../../../support/wide-plans.ts';

const hour = 3_600_000;
const began = Date.UTC(2026, 0, 5);

/** A source that went down two hours ago: DRS lags behind it, and keeps the points that it took before. */
const down = (server: SourceServer): SourceServer => ({
  ...server,
  replicationState: 'STALLED',
  lagSeconds: 7_200,
});
const lastPoint: RecoverySnapshot = { snapshotId: 'pit-00000000000000001', takenAt: began - 2 * hour };

const deploymentIn = (disaster: { readonly points: readonly RecoverySnapshot[] }) => {
  const model = wideModel(2);
  return createDeployment({
    model: {
      ...model,
      serversOf: (target) => model.serversOf(target).map(down),
      snapshotsOf: () => disaster.points,
    },
  });
};

const outcome = async (
  mode: 'DRILL' | 'RECOVERY',
  more: { readonly acceptWarnings?: readonly string[] } = {},
  points: readonly RecoverySnapshot[] = [lastPoint],
) => {
  const deployment = deploymentIn({ points });
  const plan = { ...widePlan(1, 2), rpoMinutes: 15 };
  const executionId = await deployment.request(plan, mode, 'request', more);
  const { status } = await deployment.run(executionId, 2 * hour);
  const said = (type: string) => deployment.events.find((event) => event.type === type)?.data;
  return { status, started: said('ExecutionStarted'), rejected: said('ExecutionRejected') };
};

describe('a source that is down', () => {
  it('does not refuse the recovery from it, which records what it was warned of', async () => {
    const { status, started } = await outcome('RECOVERY');
    expect(status).toBe('COMPLETED');
    expect(started).toMatchObject({
      overrides: [],
      warnings: ['replication', 'lag', 'recovery-point-age'],
    });
  });

  it('refuses a drill, and names the options by which each warning is accepted', async () => {
    const { status, rejected } = await outcome('DRILL');
    expect(status).toBe('REJECTED');
    const { faults } = rejected as { faults: readonly { message: string; expected?: string }[] };
    // What is accepted is no value that would be valid in place of another.
    expect(faults.flatMap(({ expected = [] }) => expected)).toEqual([]);
    expect(new Set(faults.map(({ message }) => message.replace(/^.*; to accept it: /, '')))).toEqual(
      new Set([
        'acceptWarnings with lag, on the command line --accept-warning lag',
        'acceptWarnings with recovery-point-age, on the command line --accept-warning recovery-point-age',
      ]),
    );
  });

  it('is drilled once these warnings are accepted by name', async () => {
    const { status, started } = await outcome('DRILL', { acceptWarnings: ['lag', 'recovery-point-age'] });
    expect(status).toBe('COMPLETED');
    expect(started).toMatchObject({ overrides: ['lag', 'recovery-point-age'], warnings: ['replication'] });
  });

  it('refuses even the recovery of a server of which DRS keeps no point to launch from', async () => {
    const { status, rejected } = await outcome('RECOVERY', {}, []);
    expect(status).toBe('REJECTED');
    expect(JSON.stringify(rejected)).toContain('DRS keeps no recovery point');
  });
});

describe('a recovery over a recovery', () => {
  it('still needs its acceptance by name: it destroys machines that run', async () => {
    const deployment = createDeployment({ model: wideModel(1) });
    const first = await deployment.request(widePlan(1, 1), 'RECOVERY', 'first');
    expect((await deployment.run(first, 2 * hour)).status).toBe('COMPLETED');
    const second = await deployment.request(widePlan(1, 1), 'RECOVERY', 'second');
    expect((await deployment.run(second, 2 * hour)).status).toBe('REJECTED');
    const accepted = { acceptWarnings: ['recovery-over-recovery'] };
    const third = await deployment.request(widePlan(1, 1), 'RECOVERY', 'third', accepted);
    expect((await deployment.run(third, 2 * hour)).status).toBe('COMPLETED');
  });
});
