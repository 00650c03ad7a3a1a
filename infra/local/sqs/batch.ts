import * as z from 'zod';
import { ServiceError, asServiceError } from '../protocols/service-error.ts';

const id = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{1,80}$/, 'must have 1 to 80 letters, digits, hyphens and underscores');

/** The entries of a batch: each the single operation's input with an id of its own. */
export const batchOf = <S extends z.ZodRawShape>(shape: S) => z.array(z.object({ Id: id, ...shape }));

/** Runs the entries one by one; one that fails does not fail the others. Answers in the shape of every SQS batch. */
export const runBatch = <E extends { readonly Id: string }>(
  entries: readonly E[],
  run: (entry: E) => Readonly<Record<string, unknown>>,
): unknown => {
  if (entries.length === 0)
    throw new ServiceError('EmptyBatchRequest', 'The batch request does not contain any entries.');
  if (entries.length > 10)
    throw new ServiceError('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.');
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    throw new ServiceError(
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries in the request have the same Id.',
    );
  const results = entries.map((entry) => {
    try {
      return { Id: entry.Id, ...run(entry) };
    } catch (raw) {
      const { code, message, statusCode } = asServiceError(raw);
      return { Id: entry.Id, SenderFault: statusCode < 500, Code: code, Message: message };
    }
  });
  const hasFailed = (result: object): boolean => 'SenderFault' in result;
  return { Successful: results.filter((result) => !hasFailed(result)), Failed: results.filter(hasFailed) };
};
