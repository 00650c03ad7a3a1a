import type { ExecutionFact } from '../../../contracts/execution-events.ts';
import type { ExecutionState } from './execution-state.ts';

/** What somebody notes on an execution; with `to`, to whom it is handed over. */
export interface Note {
  readonly decisionId: string;
  readonly by: string;
  readonly text: string;
  readonly to?: string;
}

/** So many notes an execution takes, since the id of each stays in its record. */
export const notesMax = 200;

/** Answers a note in every state, also after the end: nothing of the run follows from it. A repeat is ignored. */
export const decideOnNote = (
  { status, decisions, notes = 0 }: Pick<ExecutionState, 'status' | 'decisions' | 'notes'>,
  { decisionId, by, text, to }: Note,
): readonly ExecutionFact[] => {
  if (status === 'NONE' || decisions.includes(decisionId)) return [];
  if (notes < notesMax)
    return [{ type: 'NoteAdded', data: { decisionId, by, text, ...(to !== undefined && { to }) } }];
  const decision = to === undefined ? 'note' : 'hand over';
  return [
    {
      type: 'DecisionRefused',
      data: { decisionId, decision, by, reason: `the execution has ${notesMax} notes, and takes no more` },
    },
  ];
};
