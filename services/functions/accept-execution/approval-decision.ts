import type { DecisionFact } from '../../../contracts/decision-events.ts';
import type { ApprovalDecision } from '../../core/domain/approval.ts';

/** What a second person decides of which execution. No other decision comes here. */
export const approvalDecisionOf = (
  asked: DecisionFact,
  eventId: string,
): { readonly executionId: string; readonly decision: ApprovalDecision } => {
  const { executionId, decisionId = eventId, by, reason } = asked.data;
  const said = { decisionId, by, reason };
  if (asked.type === 'ApproveExecutionRequested')
    return { executionId, decision: { decision: 'approve', ...said, planHash: asked.data.planHash } };
  if (asked.type === 'DeclineExecutionRequested')
    return { executionId, decision: { decision: 'decline', ...said } };
  throw new Error(`${asked.type} is not about an execution that awaits an approval`);
};
