import { packBody } from '../../../services/core/ports/aws/packed-body.ts';
import type { ExecutionIndex, RecordKey } from '../../../services/core/ports/record-store.ts';

/** What a run used of AWS. */
export interface Meter {
  readonly drsCalls: Record<string, number>;
  readonly events: Record<string, number>;
  readonly writes: Record<string, number>;
  writeUnits: number;
  readUnits: number;
  queueRequests: number;
  invocations: number;
  billedMs: number;
}

export const createMeter = (): Meter => ({
  drsCalls: {},
  events: {},
  writes: {},
  writeUnits: 0,
  readUnits: 0,
  queueRequests: 0,
  invocations: 0,
  billedMs: 0,
});

export const count = (of: Record<string, number>, name: string, times = 1): void =>
  void (of[name] = (of[name] ?? 0) + times);

export const total = (of: Readonly<Record<string, number>>): number =>
  Object.values(of).reduce((sum, each) => sum + each, 0);

/** Bytes of a value in DynamoDB: names and values, and one byte for each number, list and map more. */
const bytesOf = (value: unknown): number => {
  if (value === undefined) return 0;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(Math.abs(value)).length / 2) + 1;
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 1;
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + 1 + bytesOf(each), 3);
  return Object.entries(value).reduce((sum, [name, each]) => sum + 1 + name.length + bytesOf(each), 3);
};

/** DynamoDB: "Item sizes and formats". Key, kind, id, revision and the index's attributes stand beside the packed body. */
export const itemBytes = ({ kind, id }: RecordKey, body: unknown, index?: ExecutionIndex): number =>
  bytesOf({ pk: `${kind}#${id}`, kind, id, revision: 1, body: packBody(body), ...index });

/** DynamoDB: a write unit is 1 KB, a consistent read's 4 KB. What is not there costs one. */
export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1_024));
export const readUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 4_096));

/**
 * Units that a write causes in the table's three indexes: one for a new entry or a changed one, two where the
 * entry's key changes. KindIndex holds the kinds that are listed and its entry never changes; the others hold executions.
 */
export const indexUnits = (
  isNewInKindIndex: boolean,
  before: ExecutionIndex | undefined,
  after: ExecutionIndex | undefined,
): number => {
  const kindIndex = isNewInKindIndex ? 1 : 0;
  if (after === undefined) return kindIndex;
  if (before === undefined) return kindIndex + 1 + (after.open ? 1 : 0);
  const moved = before.status !== after.status || before.startedAt !== after.startedAt;
  if (!moved && before.open === after.open) return kindIndex;
  const statusIndex = moved ? 2 : 1;
  const openIndex = before.open || after.open ? 1 : 0;
  return kindIndex + statusIndex + openIndex;
};
