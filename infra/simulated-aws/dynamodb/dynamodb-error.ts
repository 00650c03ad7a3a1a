const namespaces: Readonly<Record<string, string>> = {
  ValidationException: 'com.amazon.coral.validate',
  SerializationException: 'com.amazon.coral.service',
  UnknownOperationException: 'com.amazon.coral.service',
  InternalServerError: 'com.amazonaws.dynamodb.v20120810',
};

interface ErrorBody extends Readonly<Record<string, unknown>> {
  readonly __type: string;
}

/** An error as DynamoDB writes it: its code stands behind a namespace. Dynalite's own errors have the same form. */
export class DynamodbError extends Error {
  readonly statusCode: number;
  readonly body: ErrorBody;

  constructor(code: string, members: Readonly<Record<string, unknown>>, statusCode = 400) {
    super(code);
    this.name = 'DynamodbError';
    this.statusCode = statusCode;
    this.body = { __type: `${namespaces[code] ?? 'com.amazonaws.dynamodb.v20120810'}#${code}`, ...members };
  }
}

export const validationError = (message: string): DynamodbError =>
  new DynamodbError('ValidationException', { message });

const isAnswer = (error: unknown): error is Pick<DynamodbError, 'statusCode' | 'body'> =>
  error instanceof Error && 'statusCode' in error && 'body' in error;

/** The answer to give; whatever is no error of DynamoDB's is a fault of the simulation. */
export const answerTo = (error: unknown): Pick<DynamodbError, 'statusCode' | 'body'> =>
  isAnswer(error)
    ? error
    : new DynamodbError(
        'InternalServerError',
        { message: error instanceof Error ? error.message : String(error) },
        500,
      );

/** The code without its namespace. */
export const codeOf = (error: unknown): string => answerTo(error).body.__type.replace(/^.*#/, '');

export const messageOf = (error: unknown): string => {
  const { message, Message } = answerTo(error).body;
  return [message, Message].find((text) => typeof text === 'string') ?? '';
};
