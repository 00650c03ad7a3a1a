import type * as z from 'zod';
import { parseText } from './document-file.ts';
import { InputError } from './input-error.ts';
import { readText } from './text-file.ts';

/** What a file of YAML or JSON says; throws an InputError with everything that is wrong with it. */
export const readDocument = <S extends z.ZodType>(file: string, schema: S, what: string): z.output<S> => {
  const read = readText(file);
  if ('fault' in read) throw new InputError(what, file, [read.fault]);
  const parsed = parseText(read.text, schema);
  if (parsed.status === 'faulty') throw new InputError(what, file, parsed.faults);
  return parsed.value;
};
