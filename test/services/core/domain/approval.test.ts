import { describe, expect, it } from 'vitest';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import { planSchema } from '../../../../contracts/plan.ts';
import {
  type ApprovalDecision,
  awaiting,
  decideOnApproval,
  expiring,
  needsApproval,
} from '../../../../services/core/domain/approval.ts';
import { approvalHash } from '../../../../services/core/domain/chosen-point.ts';
import {
  evolveExecution,
  type ExecutionState,
  initialExecution,
} from '../../../../services/core/domain/execution-state.ts';
import { deepFreeze } from '../../../support/freeze.ts';

const now = Date.parse('2026-03-01T08:00:00Z');
const hash = 'a'.repeat(64);
const plan = planSchema.parse({
  planId: 'shop',
  waves: [{ waveId: 'web', servers: [{ sourceServerId: 's-00000000000000001' }] }],
});
const version = { planId: 'shop', version: 3, hash, plan, storedAt: '2026-03-01T07:00:00Z' };

const after = (facts: readonly ExecutionFact[], before = initialExecution): ExecutionState =>
  deepFreeze(facts.reduce((state, fact) => evolveExecution(state, fact, now), before));

const accepted: Extract<ExecutionFact, { type: 'ExecutionAccepted' }> = {
  type: 'ExecutionAccepted',
  data: { requestId: 'r-1', planId: 'shop', mode: 'RECOVERY', requestedBy: 'Ann' },
};
/** A recovery that was asked for, and one that waits for a second person. */
const requested = () => after([accepted]);
const waiting = () => after(awaiting(requested(), version, 60, now), requested());
const approve: ApprovalDecision = {
  ...{ decision: 'approve', decisionId: 'd-1', by: 'Bob', reason: 'checked', planHash: hash },
};
const refusalOf = (decision: ApprovalDecision, state = waiting(), at = now): string | undefined => {
  const [first] = decideOnApproval(state, decision, at);
  return first?.type === 'DecisionRefused' ? first.data.reason : undefined;
};

const rejected = (message: string, decidedBy?: object) => ({
  type: 'ExecutionRejected',
  data: {
    ...{ requestId: 'r-1', planId: 'shop', faults: [{ path: 'approval', message }] },
    ...(decidedBy !== undefined && { decidedBy }),
  },
});

describe('a recovery that needs a second person', () => {
  it('is approved with the data in mind that the request chose for all servers', () => {
    const pointInTime = { newestBefore: '2026-03-01T07:00:00Z' };
    const asked = after([{ ...accepted, data: { ...accepted.data, pointInTime } }]);
    const [awaited] = awaiting(asked, version, 60, now);
    const planHash = approvalHash(hash, pointInTime);
    expect(awaited).toMatchObject({ data: { planHash, pointInTime } });
    const state = after(awaited === undefined ? [] : [awaited], asked);
    expect(refusalOf(approve, state)).toContain(`what waits is ${planHash}`);
    expect(refusalOf({ ...approve, planHash }, state)).toBeUndefined();
  });

  it('is one that its plan or the deployment says so of, and never a drill', () => {
    const asking = { ...version, plan: { ...plan, recoveryNeedsApproval: true } };
    expect(needsApproval(requested(), version, false)).toBe(false);
    expect(needsApproval(requested(), version, true)).toBe(true);
    expect(needsApproval(requested(), asking, false)).toBe(true);
    expect(needsApproval({ mode: 'DRILL' }, asking, true)).toBe(false);
    expect(needsApproval(requested(), undefined, false)).toBe(false);
    expect(needsApproval(requested(), undefined, true)).toBe(true);
  });

  it('waits for one, until a time, with exactly one version of the plan', () => {
    expect(waiting()).toMatchObject({ status: 'AWAITING_APPROVAL', planVersion: 3, planHash: hash });
    expect(waiting().approval).toEqual({ expiresAt: now + 3_600_000 });
    expect(awaiting(waiting(), version, 60, now)).toEqual([]);
    expect(awaiting(requested(), version, 60, now)).toStrictEqual([
      {
        type: 'ApprovalAwaited',
        data: {
          ...{ requestId: 'r-1', planId: 'shop', planVersion: 3, planHash: hash, requestedBy: 'Ann' },
          expiresAt: '2026-03-01T09:00:00.000Z',
        },
      },
    ]);
  });

  it('is approved by somebody else, once', () => {
    const facts = decideOnApproval(waiting(), approve, now);
    expect(facts).toEqual([
      {
        type: 'ExecutionApproved',
        data: { decisionId: 'd-1', by: 'Bob', reason: 'checked', planHash: hash },
      },
    ]);
    const approved = after(facts, waiting());
    expect(approved).toMatchObject({ status: 'REQUESTED', approval: { approvedBy: 'Bob' } });
    expect(needsApproval(approved, version, true)).toBe(false);
    expect(decideOnApproval(approved, approve, now)).toEqual([]);
    expect(refusalOf({ ...approve, decisionId: 'd-2' }, approved)).toContain('awaits no approval');
  });

  it.each(['Ann', 'ann', ' ANN '])('is not approved by who asked for it, as %j', (by) => {
    expect(refusalOf({ ...approve, by })).toContain('somebody else');
    expect(decideOnApproval(waiting(), { ...approve, by }, now)).toHaveLength(1);
  });

  it('is not approved by who asked for it under a name with blanks', () => {
    const blanks = { ...waiting(), requestedBy: ' Ann ' };
    expect(refusalOf({ ...approve, by: 'Ann' }, blanks)).toContain('somebody else');
  });

  it('is not approved with another plan in mind', () => {
    expect(refusalOf({ ...approve, planHash: 'b'.repeat(64) })).toContain('it is for plan bbbb');
    const { planHash: _none, ...without } = approve;
    expect(refusalOf(without)).toContain('it is for plan unknown');
  });

  it('is refused when it was declined, by whomever, and a repeat of that changes nothing', () => {
    const facts = decideOnApproval(waiting(), { ...approve, decision: 'decline', by: 'Ann' }, now);
    expect(facts).toMatchObject([
      { type: 'ExecutionRejected', data: { faults: [{ message: 'declined by Ann: checked' }] } },
    ]);
    const byAnn = { decisionId: 'd-1', by: 'Ann', reason: '' };
    expect(
      decideOnApproval(waiting(), { ...approve, decision: 'decline', by: 'Ann', reason: '' }, now),
    ).toStrictEqual([rejected('declined by Ann', byAnn)]);
    const declined = after(facts, waiting());
    expect(declined.status).toBe('REJECTED');
    expect(decideOnApproval(declined, { ...approve, decision: 'decline', by: 'Ann' }, now)).toEqual([]);
    expect(refusalOf({ ...approve, decisionId: 'd-2' }, declined)).toContain('is REJECTED');
  });

  it('is refused when nobody approved it in time, and an approval at that moment is too late', () => {
    const end = now + 3_600_000;
    expect(expiring(waiting(), end - 1)).toEqual([]);
    const silence = rejected('nobody approved it until 2026-03-01T09:00:00.000Z');
    expect(expiring(waiting(), end)).toStrictEqual([silence]);
    expect(decideOnApproval(waiting(), approve, end)).toStrictEqual([
      {
        type: 'DecisionRefused',
        data: {
          ...{ decisionId: 'd-1', decision: 'approve', by: 'Bob' },
          reason: 'the time for an approval is over',
        },
      },
      silence,
    ]);
  });

  it('is not refused for its silence before it waits, nor once it was approved', () => {
    const later = now + 7_200_000;
    const approved = after(decideOnApproval(waiting(), approve, now), waiting());
    expect(approved.approval).toEqual({ expiresAt: now + 3_600_000, approvedBy: 'Bob' });
    expect(expiring(requested(), later)).toEqual([]);
    expect(expiring(approved, later)).toEqual([]);
    expect(expiring({ ...requested(), status: 'AWAITING_APPROVAL' }, later)).toEqual([]);
  });

  it('is nobody’s to approve before there is any', () => {
    expect(decideOnApproval(initialExecution, approve, now)).toEqual([]);
    expect(refusalOf(approve, requested())).toContain('is REQUESTED');
  });
});
