import { codeOf, DynamodbError, messageOf } from './dynamodb-error.ts';
import type { Item } from './store.ts';

/** Why one operation of a transaction could not be done; `None` for those that could. */
export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

export const noReason: CancellationReason = { Code: 'None' };

export const conflictReason: CancellationReason = {
  Code: 'TransactionConflict',
  Message: 'Transaction is ongoing for the item',
};

/** Codes by which an operation cancels its transaction; every other error fails the request. */
const reasonCodes: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  ValidationException: 'ValidationError',
};

/** The reason that an error of one operation is for its transaction, or the error itself, thrown. */
export const reasonFor = (error: unknown, item?: Item): CancellationReason => {
  const Code = reasonCodes[codeOf(error)];
  if (Code === undefined) throw error;
  return { Code, Message: messageOf(error), ...(item !== undefined && { Item: item }) };
};

/** Throws unless there is no reason against any of the operations. */
export const cancelFor = (reasons: readonly CancellationReason[]): void => {
  if (reasons.every(({ Code }) => Code === 'None')) return;
  const codes = reasons.map(({ Code }) => Code).join(', ');
  throw new DynamodbError('TransactionCanceledException', {
    CancellationReasons: reasons,
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
  });
};
