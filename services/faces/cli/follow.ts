import type { Runtime } from '../../../infra/local/runtime.ts';
import type { DomainEvent } from '../../../contracts/catalogue.ts';
import { parseDomainEvent } from '../../core/streams/domain-event.ts';
import { createSequencer } from './sequencer.ts';

export type Ending =
  /** The execution has come to its end. */
  | 'over'
  /** It waits for an operator, and the caller said that there is none. */
  | 'operator-needed'
  /** Nothing has happened for so long after whatever was due that nothing will. */
  | 'silent';

export interface FollowOptions {
  readonly runtime: Pick<Runtime, 'subscribe' | 'after' | 'now'>;
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

/** Until when an event says that nothing need happen: the end of a wait, an answer's last moment, a time-out. Epoch ms. */
const dueAfter = ({ type, data, metadata }: DomainEvent): number => {
  if (type === 'ActionStarted' || type === 'TimeoutNear') return Date.parse(data.endsBy);
  if (type === 'ApprovalAwaited') return Date.parse(data.expiresAt);
  if (type === 'WaveStarted') return Date.parse(metadata.emittedAt) + data.definition.timeoutMinutes * 60_000;
  return 0;
};

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
    let dueAt = 0;
    const sequence = createSequencer((event) => {
      onEvent(event);
      dueAt = Math.max(dueAt, dueAfter(event));
      isOver ||= lastWords.includes(event.type);
      if (isOver) endAfter(stragglersMs, 'over');
      else if (event.type === 'OperatorNeeded' && !attended) endAfter(stragglersMs, 'operator-needed');
      else endAfter(silenceMaxMs + Math.max(0, dueAt - runtime.now()), 'silent');
    });
    const unsubscribe = runtime.subscribe((event) => {
      const parsed = parseDomainEvent(event['detail-type'], event.detail);
      if (parsed?.metadata.executionId === executionId) sequence(parsed);
    });
    endAfter(silenceMaxMs, 'silent');
  });
