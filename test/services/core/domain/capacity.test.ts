import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import {
  admitted,
  emptyLedger,
  isHeld,
  lessOthers,
  placeOf,
  releaseHolds,
  requestHold,
  yieldHold,
  type CapacityLedger,
  type Hold,
} from '../../../../services/core/domain/capacity.ts';
import { deepFreeze } from '../../../support/freeze.ts';

const limits = { jobsMax: 3, serversMax: 10 };
const hold = (holdId: string, servers = 1): Hold => ({ holdId, executionId: 'e', waveId: holdId, servers });
const asked = (holds: readonly Hold[]): CapacityLedger =>
  holds.reduce((ledger, each) => requestHold(ledger, each, limits), emptyLedger);

describe('capacity', () => {
  it('grants what fits, and queues the rest in order', () => {
    const ledger = asked(['a', 'b', 'c', 'd', 'e'].map((id) => hold(id)));
    expect(ledger.holds.map((each) => each.holdId)).toEqual(['a', 'b', 'c']);
    expect([placeOf(ledger, 'd'), placeOf(ledger, 'e')]).toEqual([0, 1]);
  });

  it('lets nobody overtake the first in the queue, so that a large wave is not starved', () => {
    const ledger = asked([hold('a', 6), hold('large', 5), hold('small', 1)]);
    expect(ledger.holds.map((each) => each.holdId)).toEqual(['a']);
    expect(ledger.waiting.map((each) => each.holdId)).toEqual(['large', 'small']);
  });

  it('admits those that fit when something is given back, and says who they are', () => {
    const before = asked([hold('a', 6), hold('large', 5), hold('small', 1)]);
    const after = releaseHolds(before, ({ holdId }) => holdId === 'a', limits);
    expect(admitted(before, after).map((each) => each.holdId)).toEqual(['large', 'small']);
  });

  it('wakes nobody who held before', () => {
    const before = asked([hold('a', 6), hold('b', 5)]);
    const after = releaseHolds(before, ({ holdId }) => holdId === 'other', limits);
    expect(admitted(before, after)).toEqual([]);
    expect(admitted(asked([hold('a')]), asked([hold('a'), hold('b')]))).toEqual([hold('b')]);
  });

  it('changes nothing when asked twice or given back twice', () => {
    const ledger = asked([hold('a'), hold('b', 10), hold('c', 10)]);
    for (const { holdId, servers } of [hold('a'), hold('b', 10), hold('c', 10)])
      expect(requestHold(ledger, hold(holdId, servers), limits)).toBe(ledger);
    expect(releaseHolds(ledger, ({ holdId }) => holdId === 'other', limits)).toBe(ledger);
  });

  it('lets go of what waits as well as of what holds', () => {
    const ledger = releaseHolds(
      asked([hold('a', 10), hold('b', 10)]),
      ({ holdId }) => holdId === 'b',
      limits,
    );
    expect(ledger.waiting).toEqual([]);
  });

  it('puts a hold that DRS refused in front of those who wait, under the limits as they are', () => {
    const before = asked([hold('a'), hold('b'), hold('c'), hold('d')]);
    const after = yieldHold(before, 'b', { ...limits, jobsMax: 2 });
    expect(after.holds.map((each) => each.holdId)).toEqual(['a', 'c']);
    expect(after.waiting.map((each) => each.holdId)).toEqual(['b', 'd']);
    expect(yieldHold(after, 'b', limits)).toBe(after);
  });

  it.each([
    [
      { jobs: 1, servers: 4 },
      { jobsMax: 2, serversMax: 6 },
    ],
    [{ jobs: 0, servers: 0 }, limits],
    [
      { jobs: 4, servers: 11 },
      { jobsMax: 0, serversMax: 0 },
    ],
  ])('leaves of a quota, of which others use %j, %j', (others, left) => {
    expect(lessOthers(limits, others)).toEqual(left);
  });

  it('never exceeds a limit, never loses anybody, keeps the order of asking, and lets in whom it can', () => {
    const step = fc.record({
      id: fc.integer({ min: 0, max: 12 }).map(String),
      servers: fc.integer({ min: 1, max: 10 }),
      give: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let wanted: readonly string[] = [];
        let ledger = deepFreeze(emptyLedger);
        for (const { id, servers, give } of steps) {
          const change = (before: CapacityLedger): CapacityLedger =>
            give
              ? releaseHolds(before, ({ holdId }) => holdId === id, limits)
              : requestHold(before, hold(id, servers), limits);
          if (give) wanted = wanted.filter((each) => each !== id);
          else if (!wanted.includes(id)) wanted = [...wanted, id];
          const before = ledger;
          ledger = deepFreeze(change(before));
          expect(change(ledger)).toBe(ledger);
          const held = ledger.holds.reduce((sum, each) => sum + each.servers, 0);
          expect(ledger.holds.length).toBeLessThanOrEqual(limits.jobsMax);
          expect(held).toBeLessThanOrEqual(limits.serversMax);
          expect([...ledger.holds, ...ledger.waiting].map(({ holdId }) => holdId)).toEqual(wanted);
          expect(wanted.map((each) => isHeld(ledger, each))).toEqual(
            wanted.map((each) => placeOf(ledger, each) < 0),
          );
          expect(admitted(before, ledger).every(({ holdId }) => !isHeld(before, holdId))).toBe(true);
          const [next] = ledger.waiting;
          if (next !== undefined)
            expect(ledger.holds.length === limits.jobsMax || held + next.servers > limits.serversMax).toBe(
              true,
            );
        }
      }),
    );
  });
});

describe('a clean-up in the queue', () => {
  const limits = { jobsMax: 1, serversMax: 100 };
  const held = requestHold(
    emptyLedger,
    { holdId: 'first', executionId: 'e', waveId: 'w', servers: 1 },
    limits,
  );
  const cleanUp = {
    holdId: 'end',
    executionId: 'e',
    waveId: '',
    servers: 1,
    service: 'clean-up-drill' as const,
  };
  const drill = { holdId: 'drill', executionId: 'f', waveId: 'w', servers: 1 };
  const recovery = { ...drill, holdId: 'recovery', isRecovery: true as const };
  const queue = (ledger: typeof held) => ledger.waiting.map(({ holdId }) => holdId);

  it('is overtaken by a real recovery, and by no drill', () => {
    const waiting = requestHold(requestHold(held, cleanUp, limits), drill, limits);
    expect(queue(waiting)).toEqual(['end', 'drill']);
    expect(queue(requestHold(waiting, recovery, limits))).toEqual(['recovery', 'end', 'drill']);
  });

  it('waits behind all launches once DRS has refused it', () => {
    const begun = requestHold(requestHold(emptyLedger, cleanUp, limits), drill, limits);
    expect(queue(yieldHold(begun, 'end', { jobsMax: 0, serversMax: 0 }))).toEqual(['drill', 'end']);
  });
});
