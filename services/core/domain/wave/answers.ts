import type { WaveFact } from '../../../../contracts/wave-events.ts';
import { kindOf } from '../actions/kinds.ts';
import type { Question } from '../actions/action-kind.ts';
import type { ExecutionState } from '../execution-state.ts';
import { completedAction, dueActions, failedAction } from './actions.ts';
import type { WaveState } from './state.ts';
import { actionOf, type Wave } from './wave.ts';

/** What an approver says to an approval. */
export interface ApprovalAnswer {
  readonly approved: boolean;
  readonly actionId: string;
  readonly by: string;
  readonly reason: string;
  /** The same answer is never acted on twice. */
  readonly decisionId: string;
}

/** Whether an answer was acted on, or refused, before. */
export const isAnswered = (
  { decisions = [] }: Pick<WaveState, 'decisions'>,
  { decisionId }: Pick<ApprovalAnswer, 'decisionId'>,
): boolean => decisions.includes(decisionId);

export const mayAnswer = ({ approvers }: Question, by: string): boolean =>
  approvers.length === 0 || approvers.includes(by);

const refusal = (answer: ApprovalAnswer, waveId: string, reason: string, attempt?: number) => ({
  type: 'DecisionRefused' as const,
  data: {
    decisionId: answer.decisionId,
    decision: answer.approved ? 'approve' : 'decline',
    by: answer.by,
    reason,
    waveId,
    actionId: answer.actionId,
    ...(attempt !== undefined && { attempt }),
  },
});

const stages = ['before', 'after', 'onFailure', 'onCancel'] as const;

const whyRefused = (wave: Wave, { actionId, by }: ApprovalAnswer): string | undefined => {
  const { waveId } = wave.definition;
  const defined = stages
    .map((stage) => actionOf(wave, stage, actionId))
    .find((action) => action !== undefined);
  const question = defined && kindOf(defined).question(defined);
  if (question === undefined) return `wave ${waveId} has no approval ${actionId}`;
  if (!mayAnswer(question, by)) return `only ${question.approvers.join(', ')} may answer ${actionId}`;
  const isWaiting = dueActions(wave).some(
    ({ action, state }) => action.actionId === actionId && state?.status === 'RUNNING',
  );
  if (isWaiting) return undefined;
  const known = Object.values(wave.state.actions).find((state) => state.actionId === actionId);
  return `the approval ${actionId} does not wait for an answer: it is ${known?.status ?? 'WAITING'}`;
};

/** What follows from an answer: the approval's end, or the reason why nothing does. A repeat is ignored. */
export const answered = (wave: Wave, answer: ApprovalAnswer): readonly WaveFact[] => {
  if (isAnswered(wave.state, answer)) return [];
  const why = whyRefused(wave, answer);
  if (why !== undefined) return [refusal(answer, wave.definition.waveId, why, wave.state.attempt)];
  const due = dueActions(wave).find(({ action }) => action.actionId === answer.actionId);
  if (due === undefined) return [];
  const { by, reason, decisionId } = answer;
  return [
    answer.approved
      ? completedAction(wave, due, { by, reason, decisionId })
      : failedAction(wave, due, 'declined', reason || 'declined', { by, decisionId }),
  ];
};

/** An answer to a wave that does not run, or is none of the plan's, is refused by its execution. */
export const answeredOutside = (
  state: ExecutionState,
  waveId: string,
  answer: ApprovalAnswer,
): readonly ReturnType<typeof refusal>[] => {
  if (state.status === 'NONE' || isAnswered(state, answer)) return [];
  const status = state.waves[waveId]?.status ?? 'WAITING';
  return [refusal(answer, waveId, `wave ${waveId} is ${status}; none of its approvals waits`)];
};
