import type { Problem } from '../../../../contracts/api.ts';
import { visibleIn, visibleLines } from '../../../../contracts/visible-text.ts';
import { isAnswered } from './connection.ts';
import { fetchSigned, SignedOutError } from './session.ts';

/** An answer of the API that says what is wrong. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** There was no answer, so it is unknown whether the request arrived. */
export class UnansweredError extends Error {
  constructor() {
    super('The server is not responding.');
    this.name = 'UnansweredError';
  }
}

const fetched = async (path: string, request?: RequestInit): Promise<Response> => {
  try {
    const response = await fetchSigned(`/api${path}`, request);
    isAnswered.value = true;
    return response;
  } catch (error) {
    isAnswered.value = false;
    throw error instanceof SignedOutError ? error : new UnansweredError();
  }
};

const read = async <T>(response: Response): Promise<T> => {
  const body: unknown = await response.json();
  // The API's answers follow its OpenAPI document, which the page was built with.
  if (response.ok) return body as T;
  throw new ProblemError(visibleIn(body as Problem, visibleLines));
};

/** An answer as it is, to be edited and sent back. */
export const getAsIs = async <T>(path: string): Promise<T> => read<T>(await fetched(path));

/** An answer to be shown: control characters from outside are written out. */
export const get = async <T>(path: string): Promise<T> => visibleIn(await getAsIs<T>(path), visibleLines);

/** A key under which a question is acted on once, however often it is sent. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );

export const send = async <T>(
  method: 'POST' | 'PUT',
  path: string,
  body: unknown,
  key?: string,
): Promise<T> =>
  read<T>(
    await fetched(path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      body: JSON.stringify(body),
    }),
  );

/** Fetches only what has changed since the last time; undefined when nothing has. */
export const createConditionalGet = <T>(path: string): (() => Promise<T | undefined>) => {
  let etag = '';
  return async () => {
    const response = await fetched(path, { headers: etag === '' ? {} : { 'if-none-match': etag } });
    if (response.status === 304) return undefined;
    const body = await read<T>(response);
    etag = response.headers.get('etag') ?? '';
    return body;
  };
};

export const messageOf = (error: unknown): string => {
  if (!(error instanceof ProblemError)) return error instanceof Error ? error.message : String(error);
  const faults = (error.problem.faults ?? []).map(({ path, message, expected }) =>
    [`${path === '' ? 'it' : path}: ${message}`, expected && `expected ${expected}`]
      .filter(Boolean)
      .join(' — '),
  );
  return [error.message, ...faults].join('\n');
};
