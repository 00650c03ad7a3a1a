import type * as z from 'zod';
import type { Fault } from '../../../contracts/execution-events.ts';
import { faultsOf } from '../../../contracts/faults.ts';
import { jsonMisreadings } from '../kernel/json-misreadings.ts';

/** What a JSON text says by a schema, or everything that is wrong with it: a name that stands there twice would be lost in silence. */
export const judgeJson = <Schema extends z.ZodType>(
  schema: Schema,
  text: string,
): { readonly data: z.output<Schema> } | { readonly faults: readonly Fault[] } => {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { faults: [{ path: '', message, expected: 'a JSON document' }] };
  }
  const misread = jsonMisreadings(text);
  const parsed = schema.safeParse(input);
  if (parsed.success && misread.length === 0) return { data: parsed.data };
  return { faults: [...misread, ...(parsed.success ? [] : faultsOf(schema, input, parsed.error))] };
};
