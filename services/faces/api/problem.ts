import type { Problem } from '../../../contracts/api.ts';
import type { Fault } from '../../../contracts/execution-events.ts';
import type { Answer } from './route.ts';

const titles: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  401: 'Who asks is not known',
  403: 'This caller may not do this',
  404: 'There is no such thing',
  405: 'This cannot be done here',
  406: 'This form cannot be given',
  409: 'This does not apply now',
  413: 'The request is too large',
  415: 'This form cannot be read',
  422: 'The key was used for something else',
  500: 'The API failed',
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

export const planNotFound = (planId: string, version?: number): Answer =>
  problem(404, `There is no plan ${planId}${version === undefined ? '' : ` of version ${version}`}.`);
