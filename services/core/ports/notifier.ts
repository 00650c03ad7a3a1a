/** One message, ready to go out. */
export type Delivery =
  | {
      readonly by: 'sns';
      readonly topicArn: string;
      /** At most 100 characters, without line breaks. */
      readonly subject: string;
      readonly text: string;
    }
  | {
      readonly by: 'https';
      /** A secret for most receivers: in no log and in no error. */
      readonly url: string;
      readonly body: unknown;
      readonly headers: Readonly<Record<string, string>>;
    };

/** Takes messages to people. */
export interface Notifier {
  /** What the receiver answered once it has accepted the message. Throws a NotDeliveredError otherwise, time-outs included. */
  deliver(delivery: Delivery): Promise<string>;
}

/** What a receiver said with its refusal. */
export interface RefusalTerms {
  /** A repetition will fare no better. */
  readonly isFinal: boolean;
  /** For how long it asks to be left alone. */
  readonly retryAfterMs?: number;
}

/** The receiver did not accept a message; the reason names no address. */
export class NotDeliveredError extends Error {
  readonly terms: RefusalTerms;
  constructor(reason: string, terms: RefusalTerms = { isFinal: false }) {
    super(reason);
    this.name = 'NotDeliveredError';
    this.terms = terms;
  }
}

/** Secrets by reference: `ssm:NAME` or `secretsmanager:NAME`. */
export interface Secrets {
  /** Throws when there is none, and to be retried. */
  read(reference: string): Promise<string>;
}

/** Saves a repeat of work that was done; it guards nothing that may not happen twice. */
export interface Once {
  /** Runs the work unless it was done under this key before. A failure frees the key. */
  run(key: string, work: () => Promise<void>): Promise<void>;
}
