import type { DecisionFact } from '../../../contracts/decision-events.ts';
import type { DrillDecision, DrillDecisionName } from '../../core/domain/clean-up/decide.ts';

const names: Readonly<Partial<Record<DecisionFact['type'], DrillDecisionName>>> = {
  CleanUpRequested: 'clean-up',
  ExtendDrillRequested: 'extend',
  KeepDrillRequested: 'keep',
};

/** What is asked of the instances of a drill. */
export const drillDecisionOf = (asked: DecisionFact, eventId: string): DrillDecision => {
  const decision = names[asked.type];
  if (decision === undefined || !('reason' in asked.data))
    throw new Error(`${asked.type} is not a decision on the instances of a drill`);
  const { decisionId = eventId, by, reason } = asked.data;
  return {
    ...{ decision, decisionId, by, reason },
    ...(asked.type === 'ExtendDrillRequested' && { minutes: asked.data.minutes }),
    ...(asked.type === 'KeepDrillRequested' &&
      asked.data.instances !== undefined && { instances: asked.data.instances }),
    ...(asked.type === 'CleanUpRequested' && asked.data.includeKept === true && { includeKept: true }),
    ...(asked.type === 'CleanUpRequested' && asked.data.skipActions === true && { skipActions: true }),
  };
};
