import * as z from 'zod';
import { asServiceError } from '../protocols/service-error.ts';
import { queryCodeOf, sqsError } from './sqs-error.ts';

/** The entries of a batch: each the single operation's input with an id of its own. */
export const batchOf = <S extends z.ZodRawShape>(shape: S) =>
  z.array(z.object({ Id: z.string(), ...shape })).default([]);

/** All entries of a batch together may have as many bytes as one message. */
const bytesMax = 1_048_576;

/** Refuses a batch as a whole, before any of its entries is looked at. */
export const checkBatch = (ids: readonly string[], bytes = 0): void => {
  if (ids.length === 0)
    throw sqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (ids.length > 10)
    throw sqsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${ids.length}.`,
    );
  if (ids.some((id) => !/^[a-zA-Z0-9_-]{1,80}$/.test(id)))
    throw sqsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  const repeated = ids.find((id, index) => ids.indexOf(id) < index);
  if (repeated !== undefined) throw sqsError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  if (bytes > bytesMax)
    throw sqsError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${bytesMax} bytes. You have sent ${bytes} bytes.`,
    );
};

/** Runs the entries one by one; one that fails does not fail the others. Answers in the shape of every SQS batch. */
export const runBatch = <E extends { readonly Id: string }>(
  entries: readonly E[],
  run: (entry: E) => Readonly<Record<string, unknown>>,
): unknown => {
  const results = entries.map((entry) => {
    try {
      return { Id: entry.Id, ...run(entry) };
    } catch (raw) {
      const { code, message, statusCode } = asServiceError(raw);
      return { Id: entry.Id, SenderFault: statusCode < 500, Code: queryCodeOf(code), Message: message };
    }
  });
  const hasFailed = (result: object): boolean => 'SenderFault' in result;
  return { Successful: results.filter((result) => !hasFailed(result)), Failed: results.filter(hasFailed) };
};
