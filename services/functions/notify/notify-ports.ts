import type { Owed, Refusal } from '../../core/domain/waiting-notice.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import { InvalidRulesError } from '../../core/domain/notify-rules.ts';
import { NotDeliveredError, type Notifier, type Once, type Secrets } from '../../core/ports/notifier.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import type { NotifyRules } from '../../../contracts/notify-rules.ts';

export interface NotifyPorts {
  readonly store: RecordStore;
  readonly notifier: Notifier;
  readonly secrets: Secrets;
  readonly once: Once;
  readonly log: Log;
  readonly clock: Clock;
  /** As they are now: a changed rule is followed by the next message. Throws while they cannot be read. */
  readonly rules: () => Promise<NotifyRules>;
  /** Puts what was given up where an operator is notified, with the reason. */
  readonly park: (owed: Owed, reason: string) => Promise<void>;
  /** Options that lead a reader's command line to this deployment. */
  readonly commandOptions: string;
}

/** What may be said of a failure: an error that is not ours may quote an address or a key. */
export const refusalOf = (error: unknown): Refusal => {
  if (error instanceof InvalidRulesError) return { reason: error.message, isFinal: false };
  if (error instanceof NotDeliveredError) return { reason: error.message, ...error.terms };
  return { reason: error instanceof Error ? error.name : 'unknown', isFinal: false };
};

/** Why the rules are not there: what is wrong with them, where they can be read at all. */
export const whyUnread = (error: unknown): Refusal =>
  error instanceof InvalidRulesError
    ? refusalOf(error)
    : { reason: 'the rules cannot be read', isFinal: false };
