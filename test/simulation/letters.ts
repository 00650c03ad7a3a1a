import type { DeadLetter, DeadLetters } from '../../services/core/ports/dead-letters.ts';
import type { RecoveryPath } from './coverage.ts';
import type { Delivery } from './delivery.ts';
import type { Run } from './sandbox.ts';

/** What the dead-letter queues of AWS would hold of a delivery that was given up. */
const bodyOf = ({ type, wake, eventId, hostile, asked }: Delivery): string => {
  if (type === 'timer') return JSON.stringify({ wake });
  const { executionId } = wake ?? {};
  const detail = hostile === 'malformed' ? 'unreadable' : { metadata: { eventId, executionId }, data: asked };
  const source = type === 'hint' ? 'aws.drs' : 'groundswell';
  return JSON.stringify({ requestPayload: { source, 'detail-type': type, detail } });
};

/** The dead-letter queues: what is received and not removed comes again. */
export const createLetters = (now: () => number, reach: (path: RecoveryPath) => void) => {
  const letters = new Map<string, { readonly letter: DeadLetter; readonly since: number }>();
  let count = 0;

  return {
    add(delivery: Delivery): void {
      reach('delivery dead-lettered');
      const receipt = `letter-${++count}`;
      letters.set(receipt, { letter: { receipt, body: bodyOf(delivery) }, since: now() });
    },
    isEmpty: (): boolean => letters.size === 0,
    /** Letters that have waited longer than this, as text. */
    waitingFor: (ms: number): readonly string[] =>
      [...letters.values()].flatMap(({ letter, since }) => (now() - since > ms ? [letter.body] : [])),
    deadLettersOf: (run: Run): DeadLetters => ({
      receive: (lettersMax) =>
        run.call(() => [...letters.values()].slice(0, lettersMax).map(({ letter }) => letter)),
      remove: (letter) =>
        run.call(() => {
          if (letters.delete(letter.receipt)) reach('dead letter dealt with');
        }),
    }),
  };
};
