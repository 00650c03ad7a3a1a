import type { WaveFact } from '../../../contracts/wave-events.ts';
import { kindOf } from '../../core/domain/actions/kinds.ts';
import { actionOf, type Wave } from '../../core/domain/wave.ts';
import { createTransact, type TransactPorts } from '../../core/kernel/transact.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Wake } from '../../core/ports/timers.ts';
import { executionAddress, executionKind } from '../../core/streams/execution-stream.ts';
import { readWaveState } from '../../core/streams/wave-stream.ts';
import { completedAction, dueActions, failedAction } from './next-actions.ts';

/** What an approver says to an approval. */
export interface ApprovalAnswer {
  readonly approved: boolean;
  readonly actionId: string;
  readonly by: string;
  readonly reason: string;
  /** The same answer is never acted on twice. */
  readonly decisionId: string;
}

const isKnown = (decisions: readonly string[] | undefined, { decisionId }: ApprovalAnswer): boolean =>
  decisions?.includes(decisionId) ?? false;

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
  const { approvers } = question;
  if (approvers.length > 0 && !approvers.includes(by))
    return `only ${approvers.join(', ')} may answer ${actionId}`;
  const isWaiting = dueActions(wave).some(
    ({ action, state }) => action.actionId === actionId && state?.status === 'RUNNING',
  );
  if (isWaiting) return undefined;
  const known = Object.values(wave.state.actions).find((state) => state.actionId === actionId);
  return `the approval ${actionId} does not wait for an answer: it is ${known?.status ?? 'WAITING'}`;
};

/** What follows from an answer: the approval's end, or the reason why nothing does. A repeat is ignored. */
export const answered = (wave: Wave, answer: ApprovalAnswer): readonly WaveFact[] => {
  if (isKnown(wave.state.decisions, answer)) return [];
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
export const refuseOutside = async (
  ports: TransactPorts & { readonly log: Log },
  { executionId, waveId = '' }: Wake,
  answer: ApprovalAnswer,
  causationId: string,
): Promise<void> => {
  const wave = await readWaveState(ports.store, executionId, waveId);
  if (isKnown(wave.decisions, answer)) return;
  const transact = createTransact('run-actions', ports, executionKind);
  const { facts } = await transact(executionAddress(executionId), causationId, (state) => {
    if (state.status === 'NONE' || isKnown(state.decisions, answer)) return [];
    const status = state.waves[waveId]?.status ?? 'WAITING';
    return [refusal(answer, waveId, `wave ${waveId} is ${status}; none of its approvals waits`)];
  });
  const { actionId, by } = answer;
  ports.log.warn('an approval answer did not apply', {
    ...{ executionId, waveId, actionId, by },
    refused: facts.length > 0,
  });
};
