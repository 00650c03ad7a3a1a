import type { DecidedBy, ExecutionFact, Fault } from '../../../contracts/execution-events.ts';
import { approvalHash } from './chosen-point.ts';
import type { ExecutionState } from './execution-state.ts';
import type { PlanVersion } from './plan-version.ts';

/** What a second person says of a real recovery that waits for one. */
export interface ApprovalDecision extends DecidedBy {
  readonly decision: 'approve' | 'decline';
  /** The plan that was reviewed; an approval is valid for no other. */
  readonly planHash?: string;
}

/** Whether a second person has to approve: the plan or the deployment says so, and only of a real recovery. */
export const needsApproval = (
  { mode, approval }: Pick<ExecutionState, 'mode' | 'approval'>,
  version: PlanVersion | undefined,
  always: boolean,
): boolean =>
  mode === 'RECOVERY' &&
  approval?.approvedBy === undefined &&
  (always || version?.plan.recoveryNeedsApproval === true);

/** Asks for a second person, who has so many minutes. */
export const awaiting = (
  state: ExecutionState,
  { version: planVersion, hash }: PlanVersion,
  minutes: number,
  now: number,
): readonly ExecutionFact[] => {
  if (state.status !== 'REQUESTED' || state.approval?.approvedBy !== undefined) return [];
  const { requestId, planId, requestedBy, request } = state;
  const expiresAt = new Date(now + minutes * 60_000).toISOString();
  const pointInTime = request?.pointInTime;
  const planHash = approvalHash(hash, pointInTime);
  const asked = { requestId, planId, planVersion, planHash, requestedBy, expiresAt };
  return [{ type: 'ApprovalAwaited', data: { ...asked, ...(pointInTime !== undefined && { pointInTime }) } }];
};

/** Names of people differ in case and blanks before the people do. */
export const isSamePerson = (a: string, b: string): boolean =>
  a.trim().toLowerCase() === b.trim().toLowerCase();

const refused = (decision: ApprovalDecision, reason: string): ExecutionFact => ({
  type: 'DecisionRefused',
  data: { decisionId: decision.decisionId, decision: decision.decision, by: decision.by, reason },
});

const rejected = (
  { requestId, planId }: ExecutionState,
  message: string,
  decidedBy?: DecidedBy,
): ExecutionFact => {
  const faults: Fault[] = [{ path: 'approval', message }];
  return {
    type: 'ExecutionRejected',
    data: { requestId, planId, faults, ...(decidedBy !== undefined && { decidedBy }) },
  };
};

/** A request that no approval in time is refused. */
export const expiring = (state: ExecutionState, now: number): readonly ExecutionFact[] => {
  const { status, approval } = state;
  if (status !== 'AWAITING_APPROVAL' || approval === undefined || now < approval.expiresAt) return [];
  return [rejected(state, `nobody approved it until ${new Date(approval.expiresAt).toISOString()}`)];
};

/**
 * Answers a second person's decision in every state. An approval is good once, for exactly the plan that was
 * reviewed, until it expires, and never from its requester. A repeat is ignored.
 */
export const decideOnApproval = (
  state: ExecutionState,
  decision: ApprovalDecision,
  now: number,
): readonly ExecutionFact[] => {
  if (state.status === 'NONE' || state.decisions.includes(decision.decisionId)) return [];
  if (state.status !== 'AWAITING_APPROVAL')
    return [refused(decision, `the execution is ${state.status}, and awaits no approval`)];
  const expired = expiring(state, now);
  if (expired.length > 0) return [refused(decision, 'the time for an approval is over'), ...expired];
  const { decisionId, by, reason } = decision;
  if (decision.decision === 'decline') {
    const message = reason === '' ? `declined by ${by}` : `declined by ${by}: ${reason}`;
    return [rejected(state, message, { decisionId, by, reason })];
  }
  if (isSamePerson(by, state.requestedBy))
    return [refused(decision, `${by} asked for it; somebody else has to approve`)];
  if (decision.planHash !== state.planHash)
    return [
      refused(
        decision,
        `it is for plan ${decision.planHash ?? 'unknown'}, and what waits is ${state.planHash}`,
      ),
    ];
  return [{ type: 'ExecutionApproved', data: { decisionId, by, reason, planHash: state.planHash } }];
};
