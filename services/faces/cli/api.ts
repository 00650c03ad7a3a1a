import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { executionSnapshotSchema, problemSchema } from '../../../contracts/api.ts';
import { executionIdSchema } from '../../../contracts/identifiers.ts';
import { isTerminal } from '../../core/domain/execution-state.ts';
import { apiAccessOf, type ApiAccess } from './api-access.ts';
import type { Console } from './console.ts';
import { exitCodes } from './help.ts';
import { InputError } from './input-error.ts';
import { readText } from './text-file.ts';

export type ApiMethod = 'get' | 'post' | 'put';

export interface ApiOptions {
  readonly context?: string;
  /** A file with the body, or - for the standard input. */
  readonly body?: string;
  /** Under which what is asked happens once, however often it is sent. */
  readonly key?: string;
  /** Wait until the execution that the answer names has ended. */
  readonly follow?: boolean;
}

interface Asked {
  readonly method: ApiMethod;
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** More than the API itself waits for news of an execution. */
const patienceMs = 30_000;

const bodyOf = (file: string): string => {
  if (file === '-') return readFileSync(0, 'utf8');
  const read = readText(file);
  if ('fault' in read) throw new InputError('The body cannot be read', file, [read.fault]);
  return read.text;
};

/** Asks the API as its machine, where there is one; a redirect is no answer, since it would take the token along. */
const createApi = async ({ url, machine }: ApiAccess) => {
  const tokenOf = machine && (await import('./machine-token.ts')).createMachineTokens(machine);
  return async ({ method, path, body, headers = {} }: Asked): Promise<Response> =>
    fetch(url + path, {
      method: method.toUpperCase(),
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
      headers: {
        ...headers,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(tokenOf !== undefined && { authorization: `Bearer ${await tokenOf()}` }),
      },
      ...(body !== undefined && { body }),
    });
};
type Api = Awaited<ReturnType<typeof createApi>>;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What the API says is wrong, in a line, and one for each fault. */
const problemLines = (status: number, text: string): readonly string[] => {
  const problem = problemSchema.safeParse(parsed(text));
  if (!problem.success) return [`${status}: ${text.slice(0, 200)}`];
  const { title, detail, faults = [] } = problem.data;
  return [
    `${status} ${title}${detail === undefined ? '' : `: ${detail}`}`,
    ...faults.map(({ path, message, expected }) =>
      [`  ${path === '' ? 'it' : path}: ${message}`, expected && `valid: ${expected}`]
        .filter(Boolean)
        .join('; '),
    ),
  ];
};

/** What the request itself is to blame for changed nothing. */
const codeOf = (status: number): number => {
  if (status < 400) return exitCodes.done;
  return [400, 404, 406, 413, 422].includes(status) ? exitCodes.invalid : exitCodes.failed;
};

const acceptedSchema = z.object({ executionId: executionIdSchema });

/** Waits until an execution has ended, and says each status that it comes to. */
const follow = async (ask: Api, executionId: string, console: Console): Promise<number> => {
  let tag: string | undefined;
  let said = '';
  for (;;) {
    const headers = tag === undefined ? {} : { 'if-none-match': tag };
    const answer = await ask({ method: 'get', path: `/executions/${executionId}?wait=20`, headers });
    const text = await answer.text();
    if (answer.status === 304) continue;
    if (!answer.ok) {
      for (const line of problemLines(answer.status, text)) console.warn(line);
      return codeOf(answer.status);
    }
    tag = answer.headers.get('etag') ?? undefined;
    const { status } = executionSnapshotSchema.pick({ status: true }).parse(JSON.parse(text));
    if (status !== said) console.warn(`${executionId} ${status}`);
    said = status;
    if (isTerminal(status)) return status === 'COMPLETED' ? exitCodes.done : exitCodes.failed;
  }
};

/** Asks the API of a deployment, as the machine that environment and context name. Returns the exit code. */
export const askApi = async (
  method: ApiMethod,
  path: string,
  options: ApiOptions,
  console: Console,
): Promise<number> => {
  const ask = await createApi(apiAccessOf(options.context));
  const answer = await ask({
    ...{ method, path: path.startsWith('/') ? path : `/${path}` },
    ...(options.body !== undefined && { body: bodyOf(options.body) }),
    ...(options.key !== undefined && { headers: { 'idempotency-key': options.key } }),
  });
  const text = await answer.text();
  if (!answer.ok) {
    for (const line of problemLines(answer.status, text)) console.warn(line);
    return codeOf(answer.status);
  }
  console.print(text);
  const accepted = acceptedSchema.safeParse(parsed(text));
  if (options.follow !== true || !accepted.success) return exitCodes.done;
  return follow(ask, accepted.data.executionId, console);
};
