import { beforeEach, describe, expect, it } from 'vitest';
import type { TrafficAction } from '../../../../contracts/actions/traffic.ts';
import type { Mode } from '../../../../contracts/identifiers.ts';
import type { TrafficService } from '../../../../services/core/ports/traffic-service.ts';
import { openActions } from '../../../support/action-bench.ts';
import { aWave } from '../../../support/frozen-wave.ts';

const zone = 'Z0SHOP';
const www = `${zone}/www.example.com/A`;
const old = { ttlSeconds: 300, values: ['203.0.113.7'] };
const fresh = { ttlSeconds: 60, values: ['198.51.100.9'] };
const control = 'arn:aws:route53-recovery-control::111122223333:controlpanel/shop/routingcontrol/web';

const aMove = (actionId: string, changes: Partial<TrafficAction> = {}): TrafficAction => ({
  ...{ kind: 'traffic', actionId, when: 'BOTH', optional: false, drillTraffic: true },
  ...{ timeoutMinutes: 15, triesMax: 1 },
  move: {
    what: 'records',
    hostedZoneId: zone,
    records: [{ name: 'www.example.com', type: 'A', ...fresh }],
  },
  ...changes,
});
const toWeb = aMove('to-web', {
  move: {
    what: 'routing-controls',
    endpoints: ['https://e1.route53-recovery-cluster.eu-west-1.amazonaws.com/v1'],
    controls: [{ arn: control, state: 'On' }],
  },
});
const back = (actionId: string): TrafficAction => aMove('back', { move: { what: 'back', actionId } });

let bench: Awaited<ReturnType<typeof openActions>>;
const open = async (
  action: TrafficAction,
  changes: Parameters<typeof aWave>[1] = {},
  mode: Mode = 'DRILL',
) => {
  bench = await openActions(aWave('web', { before: [action], ...changes }), {}, {}, mode);
  bench.traffic.values.set(www, old);
};
beforeEach(() => open(aMove('to-recovery')));

const moved = (stage = 'before', actionId = 'to-recovery') => bench.action(`${stage}/${actionId}`);
const lookAfter = async (seconds: number, traffic: Partial<TrafficService> = {}): Promise<void> => {
  await bench.clock.advance(seconds * 1_000);
  await bench.run({}, {}, {}, traffic);
};
/** A run that dies as it asks for the change, after it has been made or before. */
const dying = (isMade: boolean): Partial<TrafficService> => ({
  change: async (...asked) => {
    if (isMade) await bench.traffic.change(...asked);
    throw new Error('the run died');
  },
});
const claims = () => bench.said.filter(({ type }) => type === 'ActionClaimed').map(({ data }) => data);

describe('a record', () => {
  it('is put on record as it was before it is changed, and is moved once it is INSYNC', async () => {
    await bench.run();
    expect(claims()).toMatchObject([{ moves: [{ before: old, after: fresh }] }]);
    expect(bench.traffic.values.get(www)).toEqual(fresh);
    expect(await moved()).toMatchObject({ status: 'RUNNING', changeId: 'C1' });
    await lookAfter(20);
    expect(await moved()).toMatchObject({ status: 'RUNNING' });
    await lookAfter(20);
    expect(await moved()).toMatchObject({ status: 'SUCCEEDED' });
    expect(bench.said.at(-1)?.data).toMatchObject({
      reason: 'www.example.com A: 203.0.113.7 (TTL 300 s) → 198.51.100.9 (TTL 60 s)',
      moves: [{ point: { name: 'www.example.com' }, before: old, after: fresh }],
    });
  });

  it.each([true, false])('is moved once by a run that died as it asked (made: %s)', async (isMade) => {
    await expect(bench.run({}, {}, {}, dying(isMade))).rejects.toThrow('the run died');
    expect(await moved()).toMatchObject({ status: 'CLAIMED' });
    await lookAfter(10);
    await lookAfter(40);
    expect(await moved()).toMatchObject({ status: 'SUCCEEDED' });
    expect(claims()).toHaveLength(1);
    expect(bench.traffic.values.get(www)).toEqual(fresh);
  });

  it('is not overwritten where somebody else has changed it since the claim', async () => {
    await expect(bench.run({}, {}, {}, dying(false))).rejects.toThrow('the run died');
    const byHand = { ttlSeconds: 60, values: ['192.0.2.1'] };
    bench.traffic.values.set(www, byHand);
    await lookAfter(10);
    expect(await moved()).toMatchObject({ status: 'CLAIMED' });
    await lookAfter(600);
    expect(await moved()).toMatchObject({ status: 'FAILED', cause: 'refused' });
    expect((await moved())?.message).toMatch(/www\.example\.com A is 192\.0\.2\.1 .* somebody else/);
    expect(bench.traffic.values.get(www)).toEqual(byHand);
  });

  it('is not overwritten where somebody else changes it between the look and the change', async () => {
    const byHand = { ttlSeconds: 60, values: ['192.0.2.1'] };
    await bench.run(
      {},
      {},
      {},
      {
        change: async (...asked) => {
          bench.traffic.values.set(www, byHand);
          return bench.traffic.change(...asked);
        },
      },
    );
    await lookAfter(600);
    await lookAfter(600);
    expect(bench.traffic.values.get(www)).toEqual(byHand);
    expect(await moved()).toMatchObject({ status: 'FAILED', cause: 'refused' });
  });

  it('keeps its first old value on record through a second try', async () => {
    await open(aMove('to-recovery', { triesMax: 2, timeoutMinutes: 1 }));
    await bench.run({}, {}, {}, { isInSync: async () => false });
    await lookAfter(61, { isInSync: async () => false });
    expect(await moved()).toMatchObject({ status: 'AGAIN', cause: 'timed-out' });
    await lookAfter(10);
    expect(claims()).toMatchObject([
      { tryNumber: 1, moves: [{ before: old, after: fresh }] },
      { tryNumber: 2, moves: [{ before: old, from: fresh, after: fresh }] },
    ]);
  });

  it('is moved later where Route 53 is busy', async () => {
    const busy: Partial<TrafficService> = {
      change: async () => ({ status: 'later', message: 'PriorRequestNotComplete' }),
    };
    await bench.run({}, {}, {}, busy);
    expect(await moved()).toMatchObject({ status: 'CLAIMED' });
    await lookAfter(60);
    await lookAfter(60);
    expect(await moved()).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('is refused with the words of Route 53 where nothing else stands there', async () => {
    await bench.run(
      {},
      {},
      {},
      { change: async () => ({ status: 'refused', message: 'InvalidChangeBatch' }) },
    );
    expect(await moved()).toMatchObject({
      status: 'FAILED',
      cause: 'refused',
      message: 'InvalidChangeBatch',
    });
  });

  it('is refused where it cannot be put back whole, before anything is claimed', async () => {
    await bench.run({}, {}, {}, { read: async () => [{ why: 'it is not a simple record' }] });
    expect(await moved()).toMatchObject({ status: 'FAILED', cause: 'refused' });
    expect(claims()).toEqual([]);
  });

  it('is not moved in a drill that was not told twice', async () => {
    await open(aMove('to-recovery', { drillTraffic: false }));
    await bench.run();
    expect(await moved()).toMatchObject({ status: 'FAILED', cause: 'refused' });
    expect(bench.traffic.values.get(www)).toEqual(old);
  });

  it('of a wave that is stopped as it is claimed is told of once nobody can still ask', async () => {
    await expect(bench.run({}, {}, {}, dying(true))).rejects.toThrow('the run died');
    await bench.stopWave();
    await lookAfter(10);
    expect(await moved()).toMatchObject({ status: 'CLAIMED' });
    await lookAfter(600);
    expect(await moved()).toMatchObject({ status: 'FAILED', cause: 'stopped' });
  });
});

describe('a way back', () => {
  const failing = { before: [aMove('to-recovery'), toWeb], onFailureActions: [back('to-recovery')] };
  const conflict: Partial<TrafficService> = {
    change: async (target, route, changes) =>
      route.what === 'records'
        ? bench.traffic.change(target, route, changes)
        : { status: 'refused', message: 'a safety rule asserts that one control is Off' },
  };

  it('restores the value that stood there before, once the wave has failed', async () => {
    await open(toWeb, failing);
    await bench.run();
    await lookAfter(40);
    await lookAfter(5, conflict);
    expect(await bench.action('before/to-web')).toMatchObject({
      status: 'FAILED',
      message: 'a safety rule asserts that one control is Off',
    });
    await lookAfter(5);
    await lookAfter(60);
    expect(await moved('onFailure', 'back')).toMatchObject({ status: 'SUCCEEDED' });
    expect(bench.traffic.values.get(www)).toEqual(old);
  });

  it('removes what did not exist before', async () => {
    await open(toWeb, failing);
    bench.traffic.values.delete(www);
    await bench.run();
    await lookAfter(40);
    await lookAfter(5, conflict);
    await lookAfter(5);
    await lookAfter(60);
    expect(await moved('onFailure', 'back')).toMatchObject({ status: 'SUCCEEDED' });
    expect(bench.traffic.values.get(www)).toBe('no record');
  });

  it('leaves what somebody else has put there, and says so', async () => {
    await open(toWeb, failing);
    await bench.run();
    await lookAfter(40);
    await lookAfter(5, conflict);
    const byHand = { ttlSeconds: 60, values: ['192.0.2.1'] };
    bench.traffic.values.set(www, byHand);
    await lookAfter(5);
    expect(await moved('onFailure', 'back')).toMatchObject({ status: 'FAILED', cause: 'refused' });
    expect(bench.traffic.values.get(www)).toEqual(byHand);
  });

  it('has nothing to do where nothing was moved', async () => {
    await open(toWeb, { before: [toWeb, aMove('to-recovery')], onFailureActions: [back('to-recovery')] });
    await bench.run({}, {}, {}, conflict);
    await lookAfter(5);
    expect(await moved('onFailure', 'back')).toMatchObject({ status: 'SUCCEEDED' });
    expect(bench.said.at(-1)?.data).toMatchObject({ reason: 'nothing had been moved' });
  });
});

describe('a routing control', () => {
  it('is moved once its cluster says so', async () => {
    await open(toWeb);
    await bench.run();
    await bench.run();
    expect(await moved('before', 'to-web')).toMatchObject({ status: 'SUCCEEDED' });
    expect(bench.said.at(-1)?.data).toMatchObject({ reason: 'routing control web: Off → On' });
  });

  it('is looked up where the answer was lost', async () => {
    await open(toWeb);
    await expect(bench.run({}, {}, {}, dying(true))).rejects.toThrow('the run died');
    await lookAfter(10);
    await lookAfter(10);
    expect(await moved('before', 'to-web')).toMatchObject({ status: 'SUCCEEDED' });
  });
});
