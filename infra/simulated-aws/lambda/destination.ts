import type { FunctionFault } from './function.ts';

/** What an on-failure destination gets ("Retaining records of asynchronous invocations"). */
export interface FailureRecord {
  readonly version: '1.0';
  readonly timestamp: string;
  readonly requestContext: {
    readonly requestId: string;
    readonly functionArn: string;
    readonly condition: 'RetriesExhausted' | 'EventAgeExceeded';
    readonly approximateInvokeCount: number;
  };
  readonly requestPayload: unknown;
  /** Absent when the function never ran. */
  readonly responseContext?: {
    readonly statusCode: 200;
    readonly executedVersion: '$LATEST';
    readonly functionError: 'Unhandled';
  };
  readonly responsePayload?: FunctionFault;
}

export interface FailedEvent {
  readonly requestId: string;
  readonly functionArn: string;
  /** JSON text. */
  readonly payload: string;
  readonly attempts: number;
  readonly fault?: FunctionFault;
}

export const failureRecordOf = (
  event: FailedEvent,
  condition: FailureRecord['requestContext']['condition'],
  at: number,
): FailureRecord => ({
  version: '1.0',
  timestamp: new Date(at).toISOString(),
  requestContext: {
    requestId: event.requestId,
    functionArn: `${event.functionArn}:$LATEST`,
    condition,
    approximateInvokeCount: event.attempts,
  },
  requestPayload: JSON.parse(event.payload),
  ...(event.fault !== undefined && {
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: event.fault,
  }),
});
