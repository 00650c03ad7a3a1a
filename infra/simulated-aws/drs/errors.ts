/** What DRS answers when it refuses: a value, rendered to the wire by its name. */
export interface DrsError {
  readonly name: string;
  readonly statusCode: number;
  readonly members: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number;
}

export interface BadField {
  readonly name: string;
  readonly message: string;
}

export const validationError = (fields: readonly BadField[]): DrsError => ({
  name: 'ValidationException',
  statusCode: 400,
  members: {
    message: fields.map(({ name, message }) => `${name}: ${message}`).join('; '),
    code: 'ValidationException',
    reason: 'fieldValidationFailed',
    fieldList: fields,
  },
});

/** The text that callers see in the field, for a launch and for a termination alike. */
const busyText =
  'One or more of the Source Servers included in API call are currently being processed by a Job';

export const conflictError = (message: string, resourceId: string, resourceType: string): DrsError => ({
  name: 'ConflictException',
  statusCode: 409,
  members: { message, code: 'ConflictException', resourceId, resourceType },
});

export const busyError = (sourceServerID: string): DrsError =>
  conflictError(busyText, sourceServerID, 'SOURCE_SERVER');

export const quotas = {
  jobsInProgress: { code: 'L-D88FAC3A', text: 'Concurrent jobs in progress' },
  serversPerJob: { code: 'L-B827C881', text: 'Source servers in a single job' },
  serversInJobs: { code: 'L-05AFA8C6', text: 'Source servers in all jobs' },
  jobsPerServer: { code: 'L-DD6D028C', text: 'Concurrent jobs per source server' },
  // The codes of these are not published.
  launchActions: { code: '', text: 'Launch actions per resource' },
  recoveryPlans: { code: '', text: 'Recovery plans' },
  stepsPerPlan: { code: '', text: 'Steps in a recovery plan' },
  serversPerPlan: { code: '', text: 'Source servers in a recovery plan' },
  launchTemplates: { code: '', text: 'Launch configuration templates' },
} as const;

export const quotaError = (quota: keyof typeof quotas, limit: number, resourceId = ''): DrsError => ({
  name: 'ServiceQuotaExceededException',
  statusCode: 402,
  members: {
    message: `${quotas[quota].text}: the limit is ${limit}`,
    code: 'ServiceQuotaExceededException',
    resourceId,
    resourceType: 'JOB',
    serviceCode: 'drs',
    quotaCode: quotas[quota].code,
  },
});

export const throttlingError = (retryAfterSeconds: number): DrsError => ({
  name: 'ThrottlingException',
  statusCode: 429,
  members: { message: 'Rate exceeded', serviceCode: 'drs', quotaCode: '' },
  retryAfterSeconds,
});

export const internalError = (retryAfterSeconds: number): DrsError => ({
  name: 'InternalServerException',
  statusCode: 500,
  members: { message: 'The request processing has failed because of an unknown error' },
  retryAfterSeconds,
});

export const notFoundError = (resourceId: string, resourceType: string): DrsError => ({
  name: 'ResourceNotFoundException',
  statusCode: 404,
  members: {
    message: `${resourceId} does not exist`,
    code: 'ResourceNotFoundException',
    resourceId,
    resourceType,
  },
});

export const uninitializedError: DrsError = {
  name: 'UninitializedAccountException',
  statusCode: 400,
  members: { message: 'Account not initialized', code: 'UninitializedAccountException' },
};

export const accessDeniedError = (operation: string): DrsError => ({
  name: 'AccessDeniedException',
  statusCode: 403,
  members: { message: `User is not authorized to perform: drs:${operation}`, code: 'AccessDeniedException' },
});
