import { signal } from '@preact/signals';
import type { ExecutionSnapshot } from '../../../../contracts/api.ts';
import type { DomainEvent } from '../../../../contracts/catalogue.ts';
import { createConditionalGet, messageOf, ProblemError, UnansweredError } from './api.ts';

const readAgainMs = 700;
const tries = 30;
/** A request is picked up within moments; whoever waits longer is shown what is in the way. */
const silentTries = 4;

interface Events {
  readonly events: readonly DomainEvent[];
}

interface Reader {
  readonly plan: (snapshot: ExecutionSnapshot) => void;
  readonly take: (events: readonly DomainEvent[]) => void;
}

/** Reads an execution from the API, again while it is not there yet or the server does not respond. */
export const readExecution = (executionId: string, { plan, take }: Reader) => {
  const fault = signal('');
  const readSnapshot = createConditionalGet<ExecutionSnapshot>(`/executions/${executionId}`);
  const readEvents = createConditionalGet<Events>(`/executions/${executionId}/events`);
  let isClosed = false;

  const failed = (error: unknown, left: number): void => {
    const isUnanswered = error instanceof UnansweredError;
    const isMissing = error instanceof ProblemError && error.problem.status === 404;
    const isHopeful = isUnanswered || (isMissing && left > 0);
    if (!isHopeful || tries - left >= silentTries) fault.value = messageOf(error);
    if (isHopeful && !isClosed) setTimeout(() => void read(isUnanswered ? left : left - 1), readAgainMs);
  };

  const read = async (left: number): Promise<void> => {
    try {
      const [snapshot, events] = [await readSnapshot(), await readEvents()];
      if (snapshot !== undefined) plan(snapshot);
      take(events?.events ?? []);
      fault.value = '';
    } catch (error) {
      failed(error, left);
    }
  };

  return {
    /** What stands in the way of reading it; empty while nothing does. */
    fault,
    refresh: (): void => void read(tries),
    close: (): void => void (isClosed = true),
  };
};
