import { isScalar, LineCounter, parseDocument, Scalar, type YAMLError } from 'yaml';
import type * as z from 'zod';
import type { Fault } from '../../../contracts/execution-events.ts';
import { faultsOf } from '../../../contracts/faults.ts';
import type { FileFault } from './text-file.ts';
import { misreadings } from './yaml-misreadings.ts';

export type Parsed<T> =
  | { readonly status: 'valid'; readonly value: T }
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

/** What the parser's words do not say: what to write instead. */
const syntaxFault = ({ code, message }: YAMLError): Fault => {
  if (code === 'MULTIPLE_DOCS')
    return {
      path: '',
      message: 'a second document starts here',
      expected: 'one plan or scenario per file',
    };
  return {
    path: '',
    message,
    ...(code === 'DUPLICATE_KEY' && { expected: 'each name once in an object' }),
  };
};

/** A number or the like where a text belongs was meant as it is written, and needs quotes. */
const quoting = (document: Document, fault: Fault, quote: string): Fault => {
  const node: unknown = document.getIn(keysOf(fault.path), true);
  const isText = fault.expected === 'string' || fault.expected?.startsWith('a text; quote it') === true;
  if (!isText || !isScalar(node) || node.type !== Scalar.PLAIN) return fault;
  const { source = '', value } = node;
  if (source === '' || typeof value === 'string') return fault;
  const message = `${source} without quotes is read as ${JSON.stringify(value)}`;
  return { ...fault, message, expected: `a text; quote it: ${quote}${source}${quote}` };
};

/** In a document of one line the line says nothing. */
const placer = (text: string, lineCounter: LineCounter) => {
  const isOneLine = !text.trimEnd().includes('\n');
  return (offset: number): Pick<FileFault, 'line' | 'column'> => {
    const { line, col: column } = lineCounter.linePos(offset);
    return isOneLine ? { line, column } : { line };
  };
};

/**
 * Reads YAML, of which JSON is a part, and checks it. All faults come at once, each with its line; `faultsIn` finds
 * what the schema cannot say, in documents too that the schema refuses.
 */
export const parseText = <S extends z.ZodType>(
  text: string,
  schema: S,
  faultsIn: (value: unknown) => readonly Fault[] = (value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? [] : faultsOf(schema, value, parsed.error);
  },
): Parsed<z.output<S>> => {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const placeOf = placer(text, lineCounter);
  if (document.errors.length > 0)
    return {
      status: 'faulty',
      faults: document.errors.map((error) => ({
        ...syntaxFault(error),
        ...placeOf(error.pos[0]),
      })),
    };
  const locate = (fault: Fault): FileFault => {
    const offset = offsetOf(document, keysOf(fault.path));
    return offset === undefined ? fault : { ...fault, ...placeOf(offset) };
  };
  const misread = misreadings(document).map(({ offset, ...fault }): FileFault => ({
    ...fault,
    ...placeOf(offset),
  }));
  const read = valueOf(document);
  if ('fault' in read) return { status: 'faulty', faults: [read.fault] };
  const faults = faultsIn(read.value);
  if (faults.length === 0 && misread.length === 0)
    return { status: 'valid', value: schema.parse(read.value) };
  const quote = text.trimStart().startsWith('{') ? '"' : "'";
  const said = faults.map((fault) => locate(quoting(document, fault, quote)));
  return { status: 'faulty', faults: [...misread, ...said] };
};
