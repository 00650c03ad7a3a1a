import type { Random } from '../identifiers.ts';
import type { DrsError } from './errors.ts';
import { validationError } from './errors.ts';
import type { DrsScenario } from './scenario.ts';

export interface PageRequest {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

const tokenOf = (key: string): string => Buffer.from(`after ${key}`).toString('base64url');

/**
 * One page of a list. A token names the last item that was given out, so items that join the list at
 * its front meanwhile neither double nor hide any. A truncated page may hold nothing and still be
 * followed by more, as AWS's pages may.
 */
export const pageOf = <T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  request: PageRequest,
  settings: DrsScenario['pages'],
  random: Random,
): Page<T> | DrsError => {
  const isFirst = request.nextToken === undefined || request.nextToken === tokenOf('');
  const last = isFirst ? -1 : all.findIndex((item) => tokenOf(keyOf(item)) === request.nextToken);
  if (!isFirst && last < 0)
    return validationError([{ name: 'nextToken', message: 'The token is not valid' }]);
  const full = Math.min(request.maxResults ?? settings.sizeMax, settings.sizeMax);
  const isCut = settings.truncateRate > 0 && random() < settings.truncateRate;
  const size = isCut ? Math.floor(random() * full) : full;
  const items = all.slice(last + 1, last + 1 + size);
  const end = last + 1 + items.length;
  if (end >= all.length) return { items };
  const lastItem = all[end - 1];
  return { items, nextToken: tokenOf(lastItem === undefined ? '' : keyOf(lastItem)) };
};
