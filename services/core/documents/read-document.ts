import { type Document, isScalar, parseDocument, Scalar, type YAMLError } from 'yaml';
import type { Fault } from '../../../contracts/execution-events.ts';
import { keysOf, placeOf, type Place } from './places.ts';
import { misreadings } from './yaml-misreadings.ts';

/** A fault, and where it stands; one of a document that says nothing stands nowhere. */
export interface PlacedFault extends Fault {
  readonly place?: Place;
}

export interface ReadDocument {
  readonly document: Document.Parsed;
  /** As JSON would have it; absent where the text cannot be read. */
  readonly value?: unknown;
  /** Everything that is wrong with it, at once. */
  readonly faults: readonly PlacedFault[];
}

const valueOf = (document: Document.Parsed): { readonly value: unknown } | { readonly fault: Fault } => {
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
const quoting = (document: Document.Parsed, fault: Fault, quote: string): Fault => {
  const node: unknown = document.getIn(keysOf(fault.path), true);
  const isText = fault.expected === 'string' || fault.expected?.startsWith('a text; quote it') === true;
  if (!isText || !isScalar(node) || node.type !== Scalar.PLAIN) return fault;
  const { source = '', value } = node;
  if (source === '' || typeof value === 'string') return fault;
  const message = `${source} without quotes is read as ${JSON.stringify(value)}`;
  return { ...fault, message, expected: `a text; quote it: ${quote}${source}${quote}` };
};

/** The rest of the line behind a place where the text cannot be read on. */
const restOfLine = (text: string, at: number): Place => {
  const end = text.indexOf('\n', at);
  return { at, from: at, to: end < 0 ? text.length : end };
};

/**
 * Reads YAML, of which JSON is a part. All faults come at once, each with its place; `faultsIn` says what is wrong
 * with the value.
 */
export const readDocument = (text: string, faultsIn: (value: unknown) => readonly Fault[]): ReadDocument => {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0)
    return {
      document,
      faults: document.errors.map((error) => ({
        ...syntaxFault(error),
        place: restOfLine(text, error.pos[0]),
      })),
    };
  const read = valueOf(document);
  if ('fault' in read) return { document, faults: [read.fault] };
  const misread = misreadings(document).map(({ offset, ...fault }): PlacedFault => ({
    ...fault,
    place: restOfLine(text, offset),
  }));
  const quote = text.trimStart().startsWith('{') ? '"' : "'";
  const said = faultsIn(read.value).map((fault): PlacedFault => {
    const place = placeOf(document, text, fault.path);
    return { ...quoting(document, fault, quote), ...(place !== undefined && { place }) };
  });
  return { document, value: read.value, faults: [...misread, ...said] };
};
