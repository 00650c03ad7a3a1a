import type { DecisionFact } from '../../../contracts/decision-events.ts';
import type { Decision, DecisionName } from '../../core/domain/decision.ts';

const names: Readonly<Partial<Record<DecisionFact['type'], DecisionName>>> = {
  PauseRequested: 'pause',
  ResumeRequested: 'resume',
  CancelRequested: 'cancel',
  RetryWaveRequested: 'retry',
  SkipWaveRequested: 'skip',
  ContinueRequested: 'continue',
};

/** What the execution is asked to decide. Approvals are answered by the runner of actions and never come here. */
export const decisionOf = (asked: DecisionFact, eventId: string): Decision => {
  const { decisionId = eventId, by, reason } = asked.data;
  const decision = names[asked.type];
  if (decision === undefined) throw new Error(`${asked.type} is not a decision on an execution`);
  return {
    ...{ decision, decisionId, by, reason },
    ...('waveId' in asked.data && { waveId: asked.data.waveId }),
    ...('relaunch' in asked.data && asked.data.relaunch === true && { relaunch: true }),
  };
};
