import type { Runtime } from '../../infra/local/runtime.ts';
import { type DomainEvent, parseDomainEvent } from '../streams/domain-event.ts';
import { createSequencer } from './sequencer.ts';

export type Ending =
  /** The execution has come to its end. */
  | 'over'
  /** It waits for an operator, and the caller said that there is none. */
  | 'operator-needed'
  /** Nothing has happened for so long that nothing will. */
  | 'silent';

export interface FollowOptions {
  readonly runtime: Pick<Runtime, 'subscribe' | 'after'>;
  readonly executionId: string;
  /** Whether somebody is there who can decide. */
  readonly attended: boolean;
  readonly onEvent: (event: DomainEvent) => void;
}

/** After one of these an execution says nothing more. */
export const lastWords: readonly DomainEvent['type'][] = [
  'ExecutionCompleted',
  'ExecutionFailed',
  'ExecutionCancelled',
  'ExecutionRejected',
];

/** The bus promises no order: what was said before the last word may come a little after it. */
const stragglersMs = 3_000;
/** Longer than any retry, quarantine or round of the reconciler. */
const silenceMaxMs = 6 * 3_600_000;

/** Follows one execution through the runtime in this process until there is nothing more to see. */
export const follow = ({ runtime, executionId, attended, onEvent }: FollowOptions): Promise<Ending> =>
  new Promise((resolve) => {
    const waiting: { cancel: () => void } = { cancel: () => undefined };
    const endAfter = (delayMs: number, ending: Ending): void => {
      waiting.cancel();
      waiting.cancel = runtime.after(delayMs, () => {
        unsubscribe();
        resolve(ending);
      });
    };
    let isOver = false;
    const sequence = createSequencer((event) => {
      onEvent(event);
      isOver ||= lastWords.includes(event.type);
      if (isOver) endAfter(stragglersMs, 'over');
      else if (event.type === 'OperatorNeeded' && !attended) endAfter(stragglersMs, 'operator-needed');
      else endAfter(silenceMaxMs, 'silent');
    });
    const unsubscribe = runtime.subscribe((event) => {
      const parsed = parseDomainEvent(event['detail-type'], event.detail);
      if (parsed?.metadata.executionId === executionId) sequence(parsed);
    });
    endAfter(silenceMaxMs, 'silent');
  });
