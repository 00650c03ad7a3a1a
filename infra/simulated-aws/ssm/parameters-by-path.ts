import * as z from 'zod';
import { operation } from '../protocols/operation.ts';
import { pageOf } from '../protocols/page.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { Place } from './notification.ts';
import { atVersion, type FoundParameter, renderParameter } from './parameter.ts';
import type { SsmStore, StoredParameter } from './store.ts';

const filter = z.object({
  Key: z.string().min(1).max(132),
  Option: z.string().min(1).max(10).default('Equals'),
  Values: z.array(z.string().min(1).max(1024)).min(1).max(50).default([]),
});
type Filter = z.output<typeof filter>;

const input = z.object({
  Path: z.string().min(1).max(2048),
  Recursive: z.boolean().default(false),
  ParameterFilters: z.array(filter).default([]),
  WithDecryption: z.boolean().default(false),
  MaxResults: z.int().min(1).max(10).default(10),
  NextToken: z.string().optional(),
});

const keys = ['Type', 'KeyId', 'Label'];

const checkFilter = ({ Key, Option }: Filter): void => {
  if (!keys.includes(Key))
    throw new ServiceError(
      'InvalidFilterKey',
      `The following filter key is not valid: ${Key}. Valid filter keys include: [${keys.join(', ')}].`,
    );
  if (Option !== 'Equals' && Option !== 'BeginsWith')
    throw new ServiceError(
      'InvalidFilterOption',
      `The following filter option is not valid: ${Option}. Valid options include: [BeginsWith, Equals].`,
    );
};

const matches = ({ Option, Values }: Filter, text: string): boolean =>
  Values.some((value) => (Option === 'BeginsWith' ? text.startsWith(value) : text === value));

/** Here, as in a new account, every secure parameter is encrypted with AWS's own key. */
const keyOf = ({ type }: StoredParameter): string | undefined =>
  type === 'SecureString' ? 'alias/aws/ssm' : undefined;

/** What a filter leaves of a parameter: a label leaves the version that carries it. */
const left = (found: FoundParameter, wanted: Filter): readonly FoundParameter[] => {
  const { parameter } = found;
  if (wanted.Key === 'Label')
    return Object.keys(parameter.labels ?? {})
      .filter((label) => matches(wanted, label))
      .map((label) => atVersion(parameter, label));
  const text = wanted.Key === 'Type' ? parameter.type : keyOf(parameter);
  return text !== undefined && matches(wanted, text) ? [found] : [];
};

/** Names without a slash lie at the root. */
const isBelow = (path: string, isRecursive: boolean, name: string): boolean => {
  const folder = path.endsWith('/') ? path : `${path}/`;
  const whole = name.startsWith('/') ? name : `/${name}`;
  if (!whole.startsWith(folder)) return false;
  return isRecursive || !whole.slice(folder.length).includes('/');
};

const byName = (a: StoredParameter, b: StoredParameter): number => (a.name < b.name ? -1 : 1);

/** The parameters right below a path, or all below it, by their names. */
export const getParametersByPath = (store: SsmStore, place: Place) =>
  operation(input, ({ Path, Recursive, ParameterFilters, WithDecryption, MaxResults, NextToken }) => {
    if (!Path.startsWith('/'))
      throw new ServiceError(
        'ValidationException',
        'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
      );
    ParameterFilters.forEach(checkFilter);
    const found = [...store.parameters.values()]
      .filter(({ name }) => isBelow(Path, Recursive, name))
      .sort(byName)
      .flatMap((parameter) =>
        ParameterFilters.reduce<readonly FoundParameter[]>(
          (soFar, wanted) => soFar.flatMap((each) => left(each, wanted)),
          [atVersion(parameter, undefined)],
        ),
      );
    const { items, nextToken } = pageOf(found, MaxResults, NextToken);
    return {
      Parameters: items.map((each) => renderParameter(place, each, WithDecryption)),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
  });
