import type { Problem } from '../../../contracts/api.ts';
import type { Fault } from '../../../contracts/execution-events.ts';
import type { Answer } from './route.ts';

const titles: Readonly<Record<number, string>> = {
  400: 'Invalid request',
  401: 'Authentication required',
  403: 'Permission denied',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Format not available',
  409: 'Conflict with the current state',
  413: 'Request too large',
  415: 'Format not supported',
  422: 'Cannot be done as requested',
  500: 'Internal error',
};

/** An answer that says what is wrong, in the form of RFC 9457, with every fault at once. */
export const problem = (status: number, detail: string, faults?: readonly Fault[]): Answer => {
  const body: Problem = {
    type: 'about:blank',
    title: titles[status] ?? 'The request failed',
    status,
    detail,
    ...(faults && { faults: [...faults] }),
  };
  return { status, headers: { 'content-type': 'application/problem+json' }, body };
};

/** What an execution says of itself is text in a page of ours; the header keeps it so even if that should fail. */
export const lockedIn = { 'content-security-policy': "sandbox; frame-ancestors 'none'" };

export const planNotFound = (planId: string, version?: number): Answer =>
  problem(404, `There is no plan ${planId}${version === undefined ? '' : ` of version ${version}`}.`);

export const noExecution = (executionId: string): Answer =>
  problem(404, `There is no execution ${executionId}.`);
export const noSchedule = (scheduleId: string): Answer => problem(404, `There is no schedule ${scheduleId}.`);
export const noTask = (taskId: string): Answer => problem(404, `There is no task ${taskId}.`);
