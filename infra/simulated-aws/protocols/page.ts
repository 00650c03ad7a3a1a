import { ServiceError } from './service-error.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

const encode = (offset: number): string => Buffer.from(`offset:${offset}`).toString('base64url');

const decode = (token: string): number => {
  const match = /^offset:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'));
  if (match === null) throw new ServiceError('InvalidNextToken', 'The specified token is not valid.');
  return Number(match[1]);
};

/** One page of a list. The token holds a position, so a list that grows at its head may repeat items, as AWS's may. */
export const pageOf = <T>(all: readonly T[], size: number, token: string | undefined): Page<T> => {
  const from = token === undefined ? 0 : decode(token);
  const items = all.slice(from, from + size);
  return { items, ...(from + size < all.length && { nextToken: encode(from + size) }) };
};
