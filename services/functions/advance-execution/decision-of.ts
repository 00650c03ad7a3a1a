import type { createAdvanceExecution } from './service.ts';
import type { DecisionFact } from '../../../contracts/decision-events.ts';
import type { Decision, DecisionName } from '../../core/domain/decision.ts';
import type { Note } from '../../core/domain/notes.ts';

type NoteFact = Extract<DecisionFact, { readonly type: 'NoteRequested' | 'HandoverRequested' }>;

const isNote = (asked: DecisionFact): asked is NoteFact =>
  asked.type === 'NoteRequested' || asked.type === 'HandoverRequested';

/** What somebody wants to be noted, or to whom it is handed over. */
const noteOf = ({ type, data }: NoteFact, eventId: string): Note => {
  const { decisionId = eventId, by, text } = data;
  return { decisionId, by, text, ...(type === 'HandoverRequested' && { to: data.to }) };
};

const names: Readonly<Partial<Record<DecisionFact['type'], DecisionName>>> = {
  PauseRequested: 'pause',
  ResumeRequested: 'resume',
  CancelRequested: 'cancel',
  RetryWaveRequested: 'retry',
  SkipWaveRequested: 'skip',
  ContinueRequested: 'continue',
};

/** What the execution is asked to decide. Approvals are answered by the runner of actions and never come here. */
const decisionOf = (asked: Exclude<DecisionFact, NoteFact>, eventId: string): Decision => {
  const { decisionId = eventId, by, reason } = asked.data;
  const decision = names[asked.type];
  if (decision === undefined) throw new Error(`${asked.type} is not a decision on an execution`);
  return {
    ...{ decision, decisionId, by, reason },
    ...('waveId' in asked.data && { waveId: asked.data.waveId }),
    ...('relaunch' in asked.data && asked.data.relaunch === true && { relaunch: true }),
  };
};

/** Acts on what an operator published: a note is put on record, everything else is decided. */
export const actOn = (
  service: Pick<ReturnType<typeof createAdvanceExecution>, 'decide' | 'note'>,
  asked: DecisionFact,
  eventId: string,
): Promise<void> => {
  const { executionId } = asked.data;
  return isNote(asked)
    ? service.note(executionId, noteOf(asked, eventId), eventId)
    : service.decide(executionId, decisionOf(asked, eventId), eventId);
};
