/** What can be wrong with archived events. One word per kind; `message` says the rest. */
export type DiscrepancyKind =
  /** It is no event of the catalogue, or its data do not fit. */
  | 'unreadable'
  /** Its content is not what its hash was made of. */
  | 'changed'
  /** Its hashes are right in themselves, and not those that the stream went on with. */
  | 'rewritten'
  | 'removed'
  | 'missing-tail'
  | 'missing-stream'
  /** It has no place in the stream. */
  | 'inserted'
  /** It stands at another place than the one that it was said at. */
  | 'renumbered'
  /** A second history that continues the same event. */
  | 'forked'
  /** A copy under the same hash with other content. */
  | 'duplicated'
  /** No state machine of the product says this in that state. */
  | 'illegal-transition'
  | 'state-differs'
  /** Something was done without a known cause, actor or decision. */
  | 'unexplained-effect';

export interface Discrepancy {
  readonly kind: DiscrepancyKind;
  readonly stream: string;
  /** Absent where it concerns the whole stream. */
  readonly version?: number;
  readonly message: string;
}

/** A stream's record in the state table, with what an audit compares. */
export interface StoredStream {
  readonly stream: string;
  readonly version: number;
  readonly hash: string;
  readonly state: unknown;
}

/** Something that was done to the world, and why. */
export interface Effect {
  readonly eventId: string;
  readonly what: string;
  /** ISO 8601. */
  readonly at: string;
  /** The event, timer or request that caused it. */
  readonly cause: string;
  /** Who asked for it: the execution's requester, or who decided on the retry. */
  readonly actor: string;
  /** The event by which it was decided. */
  readonly decision: string;
}

export interface Verdict {
  readonly sound: boolean;
  readonly streams: number;
  readonly events: number;
  /** Deliveries beyond the first of the same event: harmless. */
  readonly doubled: number;
  readonly discrepancies: readonly Discrepancy[];
  readonly effects: readonly Effect[];
  /** Streams whose events are too damaged to be folded. */
  readonly unfolded: readonly string[];
}
