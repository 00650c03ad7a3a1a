import { LineCounter } from 'yaml';
import type * as z from 'zod';
import type { Fault } from '../../../contracts/execution-events.ts';
import { faultsOf } from '../../../contracts/faults.ts';
import { readDocument } from '../../core/documents/read-document.ts';
import { InputError } from './input-error.ts';
import { type FileFault, readText } from './text-file.ts';

export type Parsed<T> =
  | { readonly status: 'valid'; readonly value: T }
  | { readonly status: 'faulty'; readonly faults: readonly FileFault[] };

/** Where an offset is for people. In a document of one line the line says nothing. */
const placer = (text: string) => {
  const lineCounter = new LineCounter();
  lineCounter.addNewLine(0);
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1))
    lineCounter.addNewLine(end + 1);
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
  const { value, faults } = readDocument(text, faultsIn);
  if (faults.length === 0) return { status: 'valid', value: schema.parse(value) };
  const placed = placer(text);
  return {
    status: 'faulty',
    faults: faults.map(({ place, ...fault }) => ({
      ...fault,
      ...(place !== undefined && placed(place.at)),
    })),
  };
};

/** What a file of YAML or JSON says; throws an InputError with everything that is wrong with it. */
export const readDocumentFile = <S extends z.ZodType>(
  file: string,
  schema: S,
  what: string,
  faultsIn?: (value: unknown) => readonly Fault[],
): z.output<S> => {
  const read = readText(file);
  if ('fault' in read) throw new InputError(what, file, [read.fault]);
  const parsed = parseText(read.text, schema, faultsIn);
  if (parsed.status === 'faulty') throw new InputError(what, file, parsed.faults);
  return parsed.value;
};
