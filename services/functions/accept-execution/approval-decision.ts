import type { DecisionFact } from '../../../contracts/decision-events.ts';
import type { ApprovalDecision } from '../../core/domain/approval.ts';

/** What a second person decides of which execution. No other decision comes here. */
export const approvalDecisionOf = (
  asked: DecisionFact,
  eventId: string,
): { readonly executionId: string; readonly decision: ApprovalDecision } => {
  if (asked.type !== 'ApproveExecutionRequested' && asked.type !== 'DeclineExecutionRequested')
    throw new Error(`${asked.type} is not about an execution that awaits an approval`);
  const { executionId, decisionId = eventId, by, reason } = asked.data;
  const said = { decisionId, by, reason };
  if (asked.type === 'ApproveExecutionRequested')
    return { executionId, decision: { decision: 'approve', ...said, planHash: asked.data.planHash } };
  return { executionId, decision: { decision: 'decline', ...said } };
};
