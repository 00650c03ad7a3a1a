import { type FormTree, listOf } from '../protocols/form.ts';
import { ServiceError } from '../protocols/service-error.ts';

export interface Filter {
  readonly name: string;
  readonly values: readonly string[];
}

/** What a filter of this name looks at; undefined for a filter that is not simulated. */
export type TextsOf<T> = (item: T, name: string) => readonly string[] | undefined;

/** EC2 takes so many values in all filters of a call. */
const valuesMax = 200;

export const textsIn = (tree: string | FormTree | undefined): readonly string[] =>
  listOf(tree).filter((value) => typeof value === 'string');

/** The filters of a request: `Filter.1.Name` and `Filter.1.Value.1`. */
export const filtersIn = (form: FormTree): readonly Filter[] => {
  const filters = listOf(form['Filter']).flatMap((tree) =>
    typeof tree === 'object' && typeof tree['Name'] === 'string'
      ? [{ name: tree['Name'], values: textsIn(tree['Value']) }]
      : [],
  );
  if (filters.some(({ values }) => values.length > valuesMax))
    throw new ServiceError('FilterLimitExceeded', `The maximum number of filter values is ${valuesMax}`);
  return filters;
};

/** What filters look at in the tags of any resource. */
export const tagTexts = (
  tags: Readonly<Record<string, string>>,
  name: string,
): readonly string[] | undefined => {
  if (name.startsWith('tag:')) return [tags[name.slice(4)]].filter((value) => value !== undefined);
  return name === 'tag-key' ? Object.keys(tags) : undefined;
};

/** Filter values may hold `*` for any text and `?` for any one character. */
const patternOf = (value: string): RegExp => {
  const escaped = value
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 's');
};

/** Those that match all filters; throws for a filter that is not simulated. */
export const filtered = <T>(
  items: readonly T[],
  filters: readonly Filter[],
  textsOf: TextsOf<T>,
): readonly T[] => {
  const rules = filters.map(({ name, values }) => ({ name, patterns: values.map(patternOf) }));
  return items.filter((item) =>
    rules.every(({ name, patterns }) => {
      const texts = textsOf(item, name);
      if (texts === undefined)
        throw new ServiceError('InvalidParameterValue', `The filter '${name}' is not simulated`);
      return patterns.some((pattern) => texts.some((text) => pattern.test(text)));
    }),
  );
};
