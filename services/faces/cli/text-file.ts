import { readFileSync } from 'node:fs';
import type { Fault } from '../../../contracts/execution-events.ts';
import { lostCharacter } from '../../core/kernel/json-misreadings.ts';

/** A fault with the line of the file at which it stands, from 1. */
export interface FileFault extends Fault {
  readonly line?: number;
  /** From 1; only where the whole document stands in one line. */
  readonly column?: number;
}

const newline = 0x0a;

const decoded = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** The first line whose bytes are no UTF-8; no line feed is ever a part of a longer character. */
const faultyLine = (bytes: Buffer): number => {
  for (let start = 0, line = 1; ; line++) {
    const end = bytes.indexOf(newline, start);
    if (end < 0 || decoded(bytes.subarray(start, end)) === undefined) return line;
    start = end + 1;
  }
};

const isUtf16 = (bytes: Buffer): boolean =>
  bytes.length >= 2 && ['fffe', 'feff'].includes(bytes.subarray(0, 2).toString('hex'));

const expected = 'text in UTF-8; save the file in that encoding';

/** The bytes of a document as text; what is no text, or has lost some of it before, is a fault. */
export const textOf = (bytes: Buffer): { readonly text: string } | { readonly fault: FileFault } => {
  const text = decoded(bytes);
  if (text === undefined) {
    const message = isUtf16(bytes) ? 'is UTF-16' : 'contains bytes that are not UTF-8';
    return { fault: { path: '', message, expected, line: faultyLine(bytes) } };
  }
  const lost = text.indexOf(lostCharacter);
  if (lost < 0) return { text };
  const line = text.slice(0, lost).split('\n').length;
  const message = 'contains U+FFFD, which stands for a character that was lost';
  return { fault: { path: '', message, expected: 'the original character', line } };
};

/** Text of a file, or the fault that it cannot be read. */
export const readText = (file: string): { readonly text: string } | { readonly fault: FileFault } => {
  try {
    return textOf(readFileSync(file));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^\w+: /, '') : String(error);
    return { fault: { path: '', message: reason, expected: 'a YAML or JSON file' } };
  }
};
