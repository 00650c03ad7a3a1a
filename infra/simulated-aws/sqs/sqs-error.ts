import { ServiceError } from '../protocols/service-error.ts';

interface Names {
  /** Its code in the Query protocol, by which clients still go. */
  readonly query?: string;
  /** Its type in JSON, where that is another. */
  readonly json?: string;
  readonly statusCode?: number;
}

const older = (code: string, statusCode = 400): Names => ({
  query: `AWS.SimpleQueueService.${code}`,
  statusCode,
});

/** Errors whose names are not the same in both protocols. */
const names: Readonly<Record<string, Names>> = {
  BatchEntryIdsNotDistinct: older('BatchEntryIdsNotDistinct'),
  BatchRequestTooLong: older('BatchRequestTooLong'),
  EmptyBatchRequest: older('EmptyBatchRequest'),
  InvalidBatchEntryId: older('InvalidBatchEntryId'),
  MessageNotInflight: older('MessageNotInflight'),
  PurgeQueueInProgress: older('PurgeQueueInProgress', 403),
  QueueDeletedRecently: older('QueueDeletedRecently'),
  QueueDoesNotExist: older('NonExistentQueue'),
  QueueNameExists: { query: 'QueueAlreadyExists' },
  TooManyEntriesInBatchRequest: older('TooManyEntriesInBatchRequest'),
  UnsupportedOperation: older('UnsupportedOperation'),
  ResourceNotFoundException: { statusCode: 404 },
  InvalidParameterValue: { json: 'InvalidParameterValueException' },
  MissingParameter: { json: 'MissingRequiredParameterException' },
};

/** An error of SQS, by the name that its model has for it. */
export const sqsError = (code: string, message: string): ServiceError =>
  new ServiceError(code, message, names[code]?.statusCode ?? 400);

export const invalidParameter = (message: string): ServiceError => sqsError('InvalidParameterValue', message);

/** The most frequent of them: a value that a parameter must not have. */
export const invalidValue = (value: unknown, parameter: string, reason: string): ServiceError =>
  invalidParameter(`Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`);

export const missingParameter = (parameter: string): ServiceError =>
  sqsError('MissingParameter', `The request must contain the parameter ${parameter}.`);

/** The code of an error in the Query protocol. */
export const queryCodeOf = (code: string): string => names[code]?.query ?? code;

/** The type of an error in JSON. */
export const jsonTypeOf = (code: string): string => names[code]?.json ?? code;
