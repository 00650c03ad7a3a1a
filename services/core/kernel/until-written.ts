import type { RecordKey, RecordStore } from '../ports/record-store.ts';

/** Contention beyond this is a fault: the delivery fails and comes back later. */
const conflictsMax = 25;

/**
 * Goes through a round of reading, deciding and writing until nobody else was faster: a round gives `conflict` where
 * somebody was. `what` names the record in the error of who is always slower.
 */
export const untilWritten = async <Answer>(
  what: string,
  round: () => Promise<Answer | 'conflict'>,
  roundsMax = conflictsMax,
): Promise<Answer> => {
  for (let rounds = 0; rounds < roundsMax; rounds++) {
    const answer = await round();
    if (answer !== 'conflict') return answer;
  }
  throw new Error(`${what} changed ${roundsMax} times under this handler`);
};

export interface RecordChange<Body, Answer> {
  /** The same body where nothing is to be written. */
  readonly body: Body;
  readonly answer: Answer;
}

/** Changes one record by a pure function of its body; `initial` stands for a record that is not there. */
export const changeRecord = <Body, Answer>(
  store: RecordStore,
  key: RecordKey,
  what: string,
  initial: Body,
  next: (body: Body) => RecordChange<Body, Answer>,
  roundsMax = conflictsMax,
): Promise<Answer> =>
  untilWritten(
    what,
    async () => {
      const stored = await store.read<Body>(key);
      const before = stored?.body ?? initial;
      const { body, answer } = next(before);
      if (body === before) return answer;
      return (await store.write(key, body, stored?.revision ?? 0)) === 'conflict' ? 'conflict' : answer;
    },
    roundsMax,
  );
