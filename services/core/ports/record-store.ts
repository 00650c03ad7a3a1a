/** Kinds of which lists are asked for. */
const listedKinds = ['stream', 'plan', 'capacity', 'audit', 'notice', 'schedule', 'occurrence'] as const;
export type ListedKind = (typeof listedKinds)[number];

/** Whether a list can be asked for: an index holds these kinds alone, since each of its entries costs a write. */
export const isListed = (kind: RecordKey['kind']): boolean =>
  (listedKinds as readonly string[]).includes(kind);

/** A key of the one state table: what kind of record, and which. */
export interface RecordKey {
  readonly kind:
    | ListedKind
    | 'frozen'
    /** What a check has got answered so far. */
    | 'check'
    | 'lease'
    | 'job'
    | 'automation'
    /** An instance that a clean-up ends: of which drill it is. */
    | 'instance'
    /** Who is to look when an alarm of CloudWatch changes its state. */
    | 'alarm'
    /** Whom a Change Calendar holds up. */
    | 'calendar'
    /** When alarms that an execution watches went to ALARM. */
    | 'rises'
    /** A task of a worker: whose it is, and the hashes of its tokens. */
    | 'task'
    /** What a try of an action is told, at its first request and at each repeat. */
    | 'told'
    | 'pace'
    /** Of which lapse of a plan's proof people were told. */
    | 'lapse'
    | 'timer'
    | 'durations'
    | 'probe'
    /** A part of a large record, named by its content. */
    | 'page';
  readonly id: string;
}

export interface StoredRecord<Body = unknown> {
  /** Counts the writes of this record, from 1. */
  readonly revision: number;
  readonly body: Body;
}

/** By what an execution is found. */
export interface ExecutionIndex {
  readonly executionId: string;
  readonly planId: string;
  readonly status: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** True until the reconciler has closed its books: every event published, every lease given back. */
  readonly open: boolean;
}

export type WriteResult = 'written' | 'conflict';

/** What can never be stored, however often it is tried: refused by name and before any call. */
export class RecordTooLargeError extends Error {
  constructor(key: string, bytes: number, bytesMax: number) {
    super(`Record ${key} has ${bytes} bytes; at most ${bytesMax} can be stored.`);
    this.name = 'RecordTooLargeError';
  }
}

/**
 * Records with single-item conditional writes: all that the product needs of a database. A write
 * whose answer is lost throws, and may or may not have happened; read again to know. A body is as large as what
 * it says; no item that is stored for it comes near DynamoDB's limit.
 */
export interface RecordStore {
  /** Consistent: sees every write that was acknowledged before. */
  read<Body>(key: RecordKey): Promise<StoredRecord<Body> | undefined>;
  /**
   * Writes only if the record's revision is `expected`; 0 means that there is none yet. Throws a
   * RecordTooLargeError for a body that no item could hold.
   */
  write<Body>(key: RecordKey, body: Body, expected: number, index?: ExecutionIndex): Promise<WriteResult>;
  /** Removes only if the revision is `expected`; removing what is not there is `conflict`. */
  remove(key: RecordKey, expected: number): Promise<WriteResult>;
  /** Keys of one kind whose id starts with `prefix`, in order of id. May lag behind writes by seconds. */
  list(kind: ListedKind, prefix: string): Promise<readonly string[]>;
  /** Executions whose books are open, oldest first. May lag behind writes by seconds. */
  openExecutions(): Promise<readonly ExecutionIndex[]>;
  /** Executions of a status, newest first. May lag behind writes by seconds. */
  executionsByStatus(status: string, limit: number): Promise<readonly ExecutionIndex[]>;
}
