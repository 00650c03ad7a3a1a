import { gunzipSync, gzipSync } from 'node:zlib';

/** A body as an item holds it: gzip of its JSON, where that takes less. */
export interface PackedBody {
  readonly gzip: Uint8Array;
}

/** DynamoDB bills writes by the kilobyte: up to this many characters, packing saves nothing. */
const plainMax = 900;

const isPacked = (body: unknown): body is PackedBody =>
  typeof body === 'object' && body !== null && 'gzip' in body && body.gzip instanceof Uint8Array;

/**
 * The body to store; `text` is its JSON, for whoever has it already. AWS advises compression for large attribute values ("Best practices for storing large items and
 * attributes in DynamoDB"); gzip, because any shell can read it: `base64 -d | gunzip`.
 */
export const packBody = (body: unknown, text = JSON.stringify(body)): unknown =>
  // The fastest level: it saves as many kilobytes as the others.
  text.length <= plainMax ? body : ({ gzip: gzipSync(text, { level: 1 }) } satisfies PackedBody);

/** The body that was packed, or the plain one. */
export const unpackBody = (stored: unknown): unknown =>
  isPacked(stored) ? (JSON.parse(gunzipSync(stored.gzip).toString()) as unknown) : stored;
