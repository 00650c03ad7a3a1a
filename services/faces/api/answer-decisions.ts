import type { DecisionFact } from '../../../contracts/decision-events.ts';
import type { ExecutionFact } from '../../../contracts/execution-events.ts';
import { kindOf } from '../../core/domain/actions/kinds.ts';
import { decideOnApproval } from '../../core/domain/approval.ts';
import { decideOnDrill, type DrillDecision } from '../../core/domain/clean-up/decide.ts';
import { initialCleanUp } from '../../core/domain/clean-up/state.ts';
import { isClosing } from '../../core/domain/closing.ts';
import { decideOnDecision, type DecisionName } from '../../core/domain/decision.ts';
import { decideOnNote, type Note } from '../../core/domain/notes.ts';
import { mayAnswer } from '../../core/domain/wave/answers.ts';
import { graphOf } from '../../core/domain/graph.ts';
import { noExecution, problem } from './problem.ts';
import { createExecutionReader, type ReadExecution } from '../../core/streams/read-execution.ts';
import { readExecution } from '../../core/streams/execution-stream.ts';
import type { Answer, ApiPorts } from './route.ts';

export interface DecisionOrder {
  readonly executionId: string;
  readonly decisionId: string;
  readonly by: string;
  readonly reason: string;
  readonly waveId?: string;
  readonly actionId?: string;
  readonly planHash?: string;
  readonly relaunch?: boolean;
  readonly includeKept?: boolean;
  readonly skipActions?: boolean;
  readonly minutes?: number;
  readonly instances?: readonly string[];
}

const drillWords = { cleanUp: 'clean-up', extend: 'extend', keep: 'keep' } as const;

export type DecisionWord =
  DecisionName | 'approve' | 'decline' | 'approveExecution' | 'declineExecution' | keyof typeof drillWords;

const eventNames: Readonly<Record<DecisionWord, DecisionFact['type']>> = {
  pause: 'PauseRequested',
  resume: 'ResumeRequested',
  cancel: 'CancelRequested',
  retry: 'RetryWaveRequested',
  skip: 'SkipWaveRequested',
  continue: 'ContinueRequested',
  approve: 'ApproveRequested',
  decline: 'DeclineRequested',
  approveExecution: 'ApproveExecutionRequested',
  declineExecution: 'DeclineExecutionRequested',
  cleanUp: 'CleanUpRequested',
  extend: 'ExtendDrillRequested',
  keep: 'KeepDrillRequested',
};

/** Why the decision would be refused as things stand; undefined when nothing speaks against it. */
const refusalOf = (
  execution: ReadExecution,
  word: DecisionWord,
  order: DecisionOrder,
  now: number,
): string | undefined => {
  if (word === 'approveExecution' || word === 'declineExecution') {
    const decision = word === 'approveExecution' ? 'approve' : 'decline';
    return refusedReason(decideOnApproval(execution.state, { ...order, decision }, now));
  }
  if (word === 'approve' || word === 'decline') return approvalRefusal(execution, order);
  if (word === 'cleanUp' || word === 'extend' || word === 'keep')
    return drillRefusal(execution, { ...order, decision: drillWords[word] }, now);
  const graph = graphOf(
    execution.waves.map(({ definition }) => definition).filter(({ waveId }) => !isClosing(waveId)),
    0,
  );
  return refusedReason(decideOnDecision(graph, execution.state, { ...order, decision: word }));
};

const drillRefusal = (
  { state, waves, cleanUp = initialCleanUp }: ReadExecution,
  decision: DrillDecision,
  now: number,
): string | undefined => {
  const launched = new Set(
    waves.flatMap((wave) => Object.values(wave.state.results).flatMap(({ instanceId }) => instanceId ?? [])),
  );
  const [first] = decideOnDrill(state, cleanUp, decision, launched, now);
  return first?.type === 'DecisionRefused' ? first.data.reason : undefined;
};

const refusedReason = ([first]: readonly ExecutionFact[]): string | undefined =>
  first?.type === 'DecisionRefused' ? first.data.reason : undefined;

const approvalRefusal = (
  { waves }: ReadExecution,
  { waveId, actionId, by }: DecisionOrder,
): string | undefined => {
  const wave = waves.find(({ definition }) => definition.waveId === waveId);
  if (wave === undefined) return `the plan has no wave ${waveId}`;
  const { before, after, onFailureActions, onCancelActions } = wave.definition;
  const definitions = [before, after, onFailureActions, onCancelActions].flat(2);
  const action = definitions.find((each) => each.actionId === actionId);
  const question = action && kindOf(action).question(action);
  if (question === undefined) return `wave ${waveId} has no approval ${actionId}`;
  const isWaiting = Object.values(wave.state.actions).some(
    (state) => state.actionId === actionId && state.status === 'RUNNING',
  );
  if (!isWaiting) return `the approval ${actionId} is not waiting for an answer`;
  return mayAnswer(question, by) ? undefined : `only ${question.approvers.join(', ')} may answer ${actionId}`;
};

/**
 * Publishes an operator's decision. What plainly does not apply is refused at once with the reason; the
 * deciders have the last word, since the execution may have moved on before they read it.
 */
export const decide = async (
  { store, requests, clock }: ApiPorts,
  word: DecisionWord,
  order: DecisionOrder,
  base: string,
): Promise<Answer> => {
  const execution = await createExecutionReader(store)(order.executionId);
  if (execution.state.status === 'NONE') return noExecution(order.executionId);
  const refusal = refusalOf(execution, word, order, clock.now());
  if (refusal !== undefined) return problem(409, `The decision does not apply: ${refusal}.`);
  await requests.say(eventNames[word], order);
  return accepted(order, base);
};

const accepted = (
  { executionId, decisionId }: Pick<DecisionOrder, 'executionId' | 'decisionId'>,
  base: string,
): Answer => {
  const statusUrl = `${base}/executions/${executionId}`;
  return { status: 202, headers: { location: statusUrl }, body: { decisionId, executionId, statusUrl } };
};

/** Publishes a note on an execution, or to whom it is handed over: in every state, also after the end. */
export const addNote = async (
  { store, requests }: ApiPorts,
  order: Note & { readonly executionId: string },
  base: string,
): Promise<Answer> => {
  const state = await readExecution(store, order.executionId);
  if (state.status === 'NONE') return noExecution(order.executionId);
  const refusal = refusedReason(decideOnNote(state, order));
  if (refusal !== undefined) return problem(409, `The note is not taken: ${refusal}.`);
  await requests.say(order.to === undefined ? 'NoteRequested' : 'HandoverRequested', order);
  return accepted(order, base);
};
