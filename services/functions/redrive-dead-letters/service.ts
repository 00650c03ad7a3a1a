import type { DeadLetter, DeadLetters } from '../../core/ports/dead-letters.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Timers } from '../../core/ports/timers.ts';
import { subjectOf } from './subject.ts';

export interface RedrivePorts {
  readonly deadLetters: DeadLetters;
  readonly timers: Timers;
  readonly log: Log;
  /** Puts a letter where an operator finds it, with the reason. */
  readonly park: (letter: DeadLetter, reason: string) => Promise<void>;
}

/** As many as one run can deal with in its time; the next run takes up the rest. */
export const lettersMax = 100;

/**
 * Empties the dead-letter queues by looking at the executions that the letters are about. No letter is put
 * back where it came from: it may be hours old, and what it asked for may have happened since, or must not
 * happen any more. A letter is removed only after its execution's look is certain; one that fails is left
 * for the next run and fails this one at its end, so that the failure is seen.
 */
export const createRedriveDeadLetters = ({ deadLetters, timers, log, park }: RedrivePorts) => {
  const settle = async (letter: DeadLetter): Promise<void> => {
    const subject = subjectOf(letter.body, letter.service);
    switch (subject.kind) {
      case 'execution':
        await timers.ensure({ service: 'reconcile', executionId: subject.executionId }, 0);
        log.warn('A dead letter is reconciled', { executionId: subject.executionId });
        break;
      case 'expendable':
        log.info('A dead letter was dropped', { why: subject.why });
        break;
      case 'operator':
        if (subject.executionId !== undefined)
          await timers.ensure({ service: 'reconcile', executionId: subject.executionId }, 0);
        await park(letter, subject.why);
        log.warn('A dead letter was parked', { why: subject.why });
        break;
    }
    await deadLetters.remove(letter);
  };

  return async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const letter of await deadLetters.receive(lettersMax))
      await settle(letter).catch((error: unknown) => void failures.push(error));
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} dead letters could not be dealt with`);
  };
};
