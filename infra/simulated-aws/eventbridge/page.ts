import { invalidParameter } from './errors.ts';

export interface PageRequest {
  readonly Limit?: number | undefined;
  readonly NextToken?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly NextToken?: string;
}

const encode = (name: string): string => Buffer.from(name, 'utf8').toString('base64');

const decode = (token: string): string => {
  const name = Buffer.from(token, 'base64').toString('utf8');
  if (encode(name) !== token) throw invalidParameter('NextToken');
  return name;
};

/** One page of resources in the order of their names; the token is the last name that was shown. */
export const pageOf = <T>(all: Iterable<T>, nameOf: (item: T) => string, request: PageRequest): Page<T> => {
  const after = request.NextToken === undefined ? undefined : decode(request.NextToken);
  const sorted = [...all].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((item) => nameOf(item) > after);
  const items = rest.slice(0, request.Limit ?? 100);
  const last = items.at(-1);
  return last !== undefined && items.length < rest.length
    ? { items, NextToken: encode(nameOf(last)) }
    : { items };
};
