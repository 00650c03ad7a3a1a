import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import type * as z from 'zod';
import type { Fault } from '../../contracts/execution-events.ts';
import { faultsOf } from '../../contracts/faults.ts';

/** A fault with the line of the file at which it stands, from 1. */
export interface FileFault extends Fault {
  readonly line?: number;
}

export type Parsed<T> =
  | { readonly status: 'valid'; readonly value: T; readonly locate: (fault: Fault) => FileFault }
  | { readonly status: 'faulty'; readonly faults: readonly FileFault[] };

/** `waves[0].servers` as the keys that lead there. */
const keysOf = (path: string): readonly (string | number)[] =>
  [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? (name ?? '') : Number(index),
  );

type Document = ReturnType<typeof parseDocument>;

/** The place of the node, or of the nearest one around it that is there. */
const offsetOf = (document: Document, keys: readonly (string | number)[]): number | undefined => {
  const node: unknown = document.getIn(keys, true);
  if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
    return Number(node.range[0]);
  return keys.length === 0 ? undefined : offsetOf(document, keys.slice(0, -1));
};

const valueOf = (document: Document): { readonly value: unknown } | { readonly fault: Fault } => {
  try {
    const value: unknown = document.toJS();
    // An alias may stand within what it names; JSON has no such thing, and neither has a plan.
    return { value: JSON.parse(JSON.stringify(value ?? null)) as unknown };
  } catch (error) {
    return { fault: { path: '', message: error instanceof Error ? error.message : String(error) } };
  }
};

/** Reads YAML, of which JSON is a part, and checks it. All faults come at once, each with its line. */
export const parseText = <S extends z.ZodType>(text: string, schema: S): Parsed<z.output<S>> => {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  if (document.errors.length > 0)
    return {
      status: 'faulty',
      faults: document.errors.map(({ message, pos }) => ({
        path: '',
        message,
        line: lineCounter.linePos(pos[0]).line,
      })),
    };
  const locate = (fault: Fault): FileFault => {
    const offset = offsetOf(document, keysOf(fault.path));
    return offset === undefined ? fault : { ...fault, line: lineCounter.linePos(offset).line };
  };
  const read = valueOf(document);
  if ('fault' in read) return { status: 'faulty', faults: [read.fault] };
  const parsed = schema.safeParse(read.value);
  if (parsed.success) return { status: 'valid', value: parsed.data, locate };
  return { status: 'faulty', faults: faultsOf(schema, read.value, parsed.error).map(locate) };
};

/** Text of a file, or the fault that it cannot be read. */
export const readText = (file: string): { readonly text: string } | { readonly fault: Fault } => {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^\w+: /, '') : String(error);
    return { fault: { path: '', message: reason, expected: 'a YAML or JSON file' } };
  }
};
