import * as z from 'zod';
import type { LocalClock } from '../clock.ts';
import type { DeliveryResult, DeliveryTarget } from './delivery-target.ts';
import { eventCall, type HttpCall, tokenCall } from './http-call.ts';
import type { ApiDestinationTarget } from './local-eventbridge.ts';

export interface HttpTargetDeps {
  readonly clock: LocalClock;
  readonly find: (arn: string) => ApiDestinationTarget | undefined;
  /** Whether events may leave this machine. */
  readonly isOutboundAllowed: boolean;
  /** "EventBridge requests to an API destination endpoint must have a maximum client execution timeout of 5 seconds." */
  readonly timeoutMs?: number;
}

type Failed = Exclude<DeliveryResult, { status: 'accepted' }>;

const permanent = (errorCode: string, message: string): Failed => ({
  status: 'permanent',
  errorCode,
  message,
});
const passing = (errorCode: string, message: string, retryAfterMs?: number): Failed => ({
  ...{ status: 'retry', errorCode, message },
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

/** Names do not count, whatever they resolve to: only addresses that cannot leave this machine. */
const isLoopback = (url: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(new URL(url).hostname);

/** RFC 9110, Retry-After: seconds or a date. Negative: EventBridge stops trying. */
const retryAfterOf = ({ headers }: Response, now: number): number | undefined => {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const ms = /^-?\d+$/.test(value.trim()) ? Number(value) * 1_000 : Math.max(0, Date.parse(value) - now);
  return Number.isNaN(ms) ? undefined : ms;
};

/** "API destination error codes", EventBridge user guide; 401 and 407 have the token of OAuth made anew. */
const resultOf = (answer: Response): DeliveryResult => {
  const { status, ok } = answer;
  if (ok) return { status: 'accepted' };
  const message = `The endpoint answered ${status}.`;
  const afterMs = retryAfterOf(answer, Date.now());
  const isPassing = status >= 500 || [401, 407, 409, 429].includes(status);
  if (!isPassing || (afterMs !== undefined && afterMs < 0)) return permanent('ERROR_FROM_TARGET', message);
  return passing(status === 429 ? 'THROTTLING' : 'ERROR_FROM_TARGET', message, afterMs);
};

/** An error of fetch may quote the address, in which a key may stand. */
const failureOf = (error: unknown): Failed =>
  error instanceof Error && error.name === 'TimeoutError'
    ? passing('TIMEOUT', 'The endpoint gave no answer in time.')
    : passing('CONNECTION_FAILURE', 'The endpoint could not be reached.');

const tokenSchema = z.object({ access_token: z.string(), expires_in: z.number().optional() });
const tokenLifeSeconds = 300;
const tokenMarginMs = 30_000;

interface Token {
  readonly value: string;
  readonly until: number;
}

const whyBarred = (urls: readonly string[], isOutboundAllowed: boolean): Failed | undefined => {
  if (!urls.every((url) => URL.canParse(url)))
    return permanent('INVALID_PARAMETER', 'The endpoint is no URL.');
  if (isOutboundAllowed || urls.every(isLoopback)) return undefined;
  return permanent('NO_PERMISSIONS', 'Only addresses of this machine are called unless --outbound is given.');
};

/** Hands events to API destinations over HTTP, at the rate of each destination. */
export const createHttpTarget = (deps: HttpTargetDeps) => {
  const { clock, find, isOutboundAllowed, timeoutMs = 5_000 } = deps;
  const turns = new Map<string, number>();
  const tokens = new Map<string, Token>();

  const send = (call: HttpCall): Promise<Response> =>
    clock.busy(() =>
      fetch(call.url, {
        method: call.method,
        headers: call.headers,
        ...(call.body !== undefined && { body: call.body }),
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      }),
    );

  const turnOf = (arn: string, perSecond: number): Promise<void> => {
    const at = Math.max(clock.now(), turns.get(arn) ?? 0);
    turns.set(arn, at + 1_000 / perSecond);
    const waitMs = at - clock.now();
    return waitMs <= 0 ? Promise.resolve() : new Promise((resolve) => void clock.after(waitMs, resolve));
  };

  /** A token that is fresh, or why there is none; undefined where none is needed. */
  const tokenFor = async (key: string, call: HttpCall | undefined): Promise<string | undefined | Failed> => {
    if (call === undefined) return undefined;
    const known = tokens.get(key);
    if (known !== undefined && known.until > clock.now()) return known.value;
    const answer = await send(call);
    const read = tokenSchema.safeParse(answer.ok ? await answer.json().catch(() => undefined) : undefined);
    if (!read.success) return passing('ERROR_FROM_TARGET', 'The authorization endpoint gave no token.');
    const { access_token: value, expires_in: seconds = tokenLifeSeconds } = read.data;
    tokens.set(key, { value, until: clock.now() + seconds * 1_000 - tokenMarginMs });
    return value;
  };

  const deliver = async (
    { destination, connection }: ApiDestinationTarget,
    { arn, http = {} }: DeliveryTarget,
    payload: string,
  ): Promise<DeliveryResult> => {
    if (connection === undefined) return permanent('NO_RESOURCE', 'The connection does not exist.');
    const forToken = tokenCall(connection);
    const endpoint = destination.invocationEndpoint.replaceAll('*', 'x');
    const barred = whyBarred(
      [endpoint, ...(forToken === undefined ? [] : [forToken.url])],
      isOutboundAllowed,
    );
    if (barred !== undefined) return barred;
    await turnOf(arn, destination.ratePerSecondMax);
    const tokenKey = `${connection.id}/${connection.changedAt}`;
    const token = await tokenFor(tokenKey, forToken);
    if (typeof token === 'object') return token;
    const answer = await send(eventCall(destination, connection, http, payload, token));
    await answer.body?.cancel();
    if (answer.status === 401 || answer.status === 407) tokens.delete(tokenKey);
    return resultOf(answer);
  };

  return {
    async deliver(target: DeliveryTarget, payload: string): Promise<DeliveryResult> {
      const found = find(target.arn);
      if (found === undefined) return permanent('NO_RESOURCE', 'The API destination does not exist.');
      return deliver(found, target, payload).catch(failureOf);
    },
  };
};

export type HttpTarget = ReturnType<typeof createHttpTarget>;
