import { describe, expect, it } from 'vitest';
import { illegalInExecution } from '../../../../services/core/domain/audit/legal-execution.ts';
import {
  evolveExecution,
  executionStates,
  initialExecution,
  type ExecutionState,
} from '../../../../services/core/domain/execution-state.ts';
import { decideOnNote, notesMax, type Note } from '../../../../services/core/domain/notes.ts';
import { deepFreeze } from '../../../support/freeze.ts';

const at = Date.parse('2026-01-01T00:00:00Z');
const note: Note = { decisionId: 'n-1', by: 'alice', text: 'database-2 is being looked at' };
const handover: Note = { ...note, decisionId: 'n-2', to: 'bob' };
const executionIn = (status: ExecutionState['status']): ExecutionState =>
  deepFreeze({ ...initialExecution, status, requestedBy: 'alice', startedAt: at });
const known = executionStates.filter((status) => status !== 'NONE');

const folded = (state: ExecutionState, given: Note): ExecutionState =>
  decideOnNote(state, given).reduce((before, fact) => evolveExecution(before, fact, at), state);

describe('a note', () => {
  it.each(known)('is taken of an execution that is %s, and changes nothing of it', (status) => {
    const state = executionIn(status);
    expect(decideOnNote(state, note)).toEqual([{ type: 'NoteAdded', data: note }]);
    const { notes, decisions, inCharge, ...rest } = folded(state, note);
    expect({ notes, decisions, inCharge }).toEqual({ notes: 1, decisions: ['n-1'], inCharge: undefined });
    const { decisions: _none, ...before } = state;
    expect(rest).toEqual(before);
  });

  it('of what nobody has heard of is ignored', () => {
    expect(decideOnNote(initialExecution, note)).toEqual([]);
  });

  it('that is said again, or whose id was a decision, is ignored', () => {
    const state = folded(executionIn('RUNNING'), note);
    expect(decideOnNote(state, note)).toEqual([]);
    expect(decideOnNote({ ...state, decisions: ['n-2'] }, handover)).toEqual([]);
  });

  it('is refused with the reason once there are as many as an execution takes', () => {
    const full = { ...executionIn('COMPLETED'), notes: notesMax };
    expect(decideOnNote(full, note)).toMatchObject([
      { type: 'DecisionRefused', data: { decisionId: 'n-1', decision: 'note' } },
    ]);
    expect(decideOnNote(full, handover)).toMatchObject([{ data: { decision: 'hand over' } }]);
  });

  it('that hands over says who is in charge, until the next one does', () => {
    const first = folded(executionIn('PAUSED'), handover);
    expect(first.inCharge).toEqual({ name: 'bob', from: 'alice', since: at });
    const plain = folded(first, { ...note, decisionId: 'n-3', by: 'bob' });
    expect(plain.inCharge).toEqual(first.inCharge);
    const next = folded(plain, { decisionId: 'n-4', by: 'bob', text: '', to: 'carol' });
    expect(next.inCharge).toEqual({ name: 'carol', from: 'bob', since: at });
  });
});

describe('the audit of a note', () => {
  const fact = { type: 'NoteAdded' as const, data: { ...note } };
  it.each(known)('takes it for legal in an execution that is %s', (status) => {
    expect(illegalInExecution(executionIn(status), fact, at)).toBeUndefined();
  });

  it('finds one before the request, one that is there twice, and one too many', () => {
    expect(illegalInExecution(initialExecution, fact, at)).toContain('had not begun');
    expect(illegalInExecution(folded(executionIn('RUNNING'), note), fact, at)).toContain('acted on before');
    expect(illegalInExecution({ ...executionIn('FAILED'), notes: notesMax }, fact, at)).toContain('as many');
  });
});
