import type { DecidedBy, ExecutionFact } from '../../../contracts/execution-events.ts';
import { isTerminal, type ExecutionState } from './execution-state.ts';
import { waveStart } from './listed-servers.ts';
import { descendantsOf, type Graph } from './graph.ts';

export const decisionNames = ['pause', 'resume', 'cancel', 'retry', 'skip', 'continue'] as const;
export type DecisionName = (typeof decisionNames)[number];

/** What an operator wants of an execution, or of one of its waves. */
export interface Decision extends DecidedBy {
  readonly decision: DecisionName;
  readonly waveId?: string;
  /** Of a retry: launch servers again whose instance runs. */
  readonly relaunch?: boolean;
}

const refusal = ({ decisionId, decision, by }: Decision, reason: string): readonly ExecutionFact[] => [
  { type: 'DecisionRefused', data: { decisionId, decision, by, reason } },
];

const whyTooLate = (state: ExecutionState): string | undefined => {
  if (state.status === 'AWAITING_APPROVAL')
    return 'the execution has not started: it awaits an approval, which can be declined';
  if (state.status === 'NONE' || state.status === 'REQUESTED') return 'the execution has not started';
  if (isTerminal(state.status)) return `the execution has ended: ${state.status}`;
  return undefined;
};

/** Answers a decision in every state: with the facts that follow, or with the reason why nothing does. A repeat is ignored. */
export const decideOnDecision = (
  graph: Graph,
  state: ExecutionState,
  decision: Decision,
): readonly ExecutionFact[] => {
  if (state.decisions.includes(decision.decisionId)) return [];
  const tooLate = whyTooLate(state);
  if (tooLate !== undefined) return state.status === 'NONE' ? [] : refusal(decision, tooLate);
  switch (decision.decision) {
    case 'pause':
      return state.status === 'RUNNING'
        ? [{ type: 'ExecutionPaused', data: by(decision) }]
        : refusal(decision, `the execution is ${state.status}, not RUNNING`);
    case 'resume':
      return state.status === 'PAUSED'
        ? [{ type: 'ExecutionResumed', data: by(decision) }]
        : refusal(decision, `the execution is ${state.status}, not PAUSED`);
    case 'cancel':
      return state.status === 'CANCELLING'
        ? refusal(decision, 'the execution is being cancelled already')
        : cancelling(graph, state, decision);
    case 'retry':
    case 'skip':
    case 'continue':
      return state.status === 'CANCELLING'
        ? refusal(decision, 'the execution is being cancelled')
        : onWave(graph, state, decision);
  }
};

const by = ({ decisionId, by: who, reason }: Decision): DecidedBy => ({ decisionId, by: who, reason });

/** Nothing new starts: waves that wait are skipped, waves that are held are given up; running work finishes. */
const cancelling = (graph: Graph, state: ExecutionState, decision: Decision): readonly ExecutionFact[] => {
  const given = graph.waveIds.filter((waveId) => canBeSkipped(state, waveId));
  return [
    { type: 'ExecutionCancelling', data: by(decision) },
    ...given.map((waveId): ExecutionFact => ({
      type: 'WaveSkipped',
      data: { waveId, reason: 'the execution was cancelled', satisfiesDependants: false },
    })),
  ];
};

/** What runs is not skipped, and neither is what has ended. */
export const canBeSkipped = ({ waves }: ExecutionState, waveId: string): boolean =>
  waves[waveId] === undefined || waves[waveId].status === 'HELD';

const onWave = (graph: Graph, state: ExecutionState, decision: Decision): readonly ExecutionFact[] => {
  if (decision.waveId === undefined)
    return refusal(decision, `the waveId is missing: say which wave, one of ${graph.waveIds.join(', ')}`);
  const definition = graph.waves[decision.waveId];
  if (definition === undefined)
    return refusal(decision, `the plan has no wave ${decision.waveId}; it has ${graph.waveIds.join(', ')}`);
  const { waveId } = definition;
  const progress = state.waves[waveId];
  const status = progress?.status ?? 'WAITING';
  if (decision.decision === 'skip') {
    if (!canBeSkipped(state, waveId))
      return refusal(decision, `wave ${waveId} is ${status}; only a waiting or held wave can be skipped`);
    return [
      {
        type: 'WaveSkipped',
        data: { waveId, reason: decision.reason, satisfiesDependants: true, decidedBy: by(decision) },
      },
    ];
  }
  if (progress?.status !== 'HELD')
    return refusal(decision, `wave ${waveId} is ${status}; only a held wave can be decided on`);
  if (decision.decision === 'retry') {
    if (state.status === 'PAUSED') return refusal(decision, 'the execution is PAUSED; resume it first');
    const relaunch = decision.relaunch === true;
    if (progress.needsRelaunch === true && !relaunch)
      return refusal(
        decision,
        `each server that wave ${waveId} misses runs as an instance, and a retry would launch nothing; retry with relaunch to launch them again, which ends those instances, or skip the wave to go on with them as they are`,
      );
    return waveStart(definition, progress.attempt + 1, state.mode, by(decision), relaunch);
  }
  const accepted: ExecutionFact = {
    type: 'WaveSkipped',
    data: { waveId, reason: decision.reason, satisfiesDependants: false, decidedBy: by(decision) },
  };
  const descendants = descendantsOf(graph, waveId).filter((id) => state.waves[id] === undefined);
  return [
    accepted,
    ...descendants.map((id): ExecutionFact => ({
      type: 'WaveSkipped',
      data: { waveId: id, reason: `the failure of wave ${waveId} was accepted`, satisfiesDependants: false },
    })),
  ];
};
