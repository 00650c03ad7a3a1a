/** An error that a simulated service answers with; thrown inside the service, rendered by its protocol. */
export class ServiceError extends Error {
  readonly code: string;
  readonly statusCode: number;
  /** Further members of the error's shape, as its service model names them. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    statusCode = 400,
    members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
    this.statusCode = statusCode;
    this.members = members;
  }
}

/** What a fault of the simulation itself looks like from outside: a 500, which every SDK treats as AWS's own. */
export const asServiceError = (error: unknown): ServiceError =>
  error instanceof ServiceError
    ? error
    : new ServiceError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
