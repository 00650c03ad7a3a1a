import type { HomewardAnswer } from '../homeward-caller.ts';
import { answerOfFailure } from './start-answer.ts';
import { withinTimeout } from './within-timeout.ts';

/** What is known of the effect of a call that failed. That there is nothing of this name may be its very effect. */
const ofFailure = (error: unknown): HomewardAnswer => {
  const { status, message } = answerOfFailure(error);
  if (error instanceof Error && error.name === 'ResourceNotFoundException')
    return { status: 'unknown', message };
  return { status: status === 'quota' ? 'conflict' : status, message };
};

/** Makes a call, and sorts its answer. */
export const homewardAnswerOf = async (
  call: (abortSignal: AbortSignal) => Promise<unknown>,
): Promise<HomewardAnswer> => {
  try {
    await withinTimeout(call);
    return { status: 'accepted' };
  } catch (error) {
    return ofFailure(error);
  }
};
