/** The operations of a choice ("Using conditional statements in runbooks"). */
const operations: Readonly<Record<string, (value: unknown, wanted: unknown) => boolean>> = {
  StringEquals: (value, wanted) => text(value) === text(wanted),
  EqualsIgnoreCase: (value, wanted) => text(value).toLowerCase() === text(wanted).toLowerCase(),
  StartsWith: (value, wanted) => text(value).startsWith(text(wanted)),
  EndsWith: (value, wanted) => text(value).endsWith(text(wanted)),
  Contains: (value, wanted) => text(value).includes(text(wanted)),
  NumericEquals: (value, wanted) => Number(value) === Number(wanted),
  NumericGreater: (value, wanted) => Number(value) > Number(wanted),
  NumericLesser: (value, wanted) => Number(value) < Number(wanted),
  NumericGreaterOrEquals: (value, wanted) => Number(value) >= Number(wanted),
  NumericLesserOrEquals: (value, wanted) => Number(value) <= Number(wanted),
  BooleanEquals: (value, wanted) => text(value).toLowerCase() === text(wanted).toLowerCase(),
};

function text(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

type Condition = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Condition =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly Condition[] =>
  (Array.isArray(value) ? value : [value]).filter(isObject);

const choicesOf = (inputs: Condition): readonly Condition[] => listOf(inputs['Choices'] ?? []);

/** The steps that a branch names. */
export const targetsOf = (inputs: Condition): readonly string[] =>
  [...choicesOf(inputs).map(({ NextStep }) => NextStep), inputs['Default']].filter(
    (name) => typeof name === 'string',
  );

const conditionFaults = (condition: Condition): readonly string[] => {
  const nested = ['And', 'Or', 'Not'].filter((operator) => condition[operator] !== undefined);
  if (nested.length > 0)
    return nested.flatMap((operator) => listOf(condition[operator]).flatMap(conditionFaults));
  const named = Object.keys(condition).filter((name) => name !== 'NextStep' && name !== 'Variable');
  const unknown = named.filter((name) => !Object.hasOwn(operations, name));
  return [
    ...(condition['Variable'] === undefined ? ['a choice has no Variable'] : []),
    ...(named.length === 0 ? ['a choice has no operation'] : []),
    ...unknown.map((name) => `there is no operation ${name}`),
  ];
};

export const choicesFaults = (inputs: Condition): readonly string[] =>
  choicesOf(inputs).flatMap((choice) => [
    ...(typeof choice['NextStep'] === 'string' ? [] : ['a choice has no NextStep']),
    ...conditionFaults(choice),
  ]);

/** A variable that nothing has put out is equal to nothing. */
const holds = (condition: Condition, resolve: (value: unknown) => unknown): boolean => {
  if (condition['And'] !== undefined) return listOf(condition['And']).every((each) => holds(each, resolve));
  if (condition['Or'] !== undefined) return listOf(condition['Or']).some((each) => holds(each, resolve));
  if (condition['Not'] !== undefined) return !listOf(condition['Not']).every((each) => holds(each, resolve));
  const value = resolve(condition['Variable']);
  return Object.entries(operations).every(
    ([name, compare]) =>
      condition[name] === undefined || (value !== undefined && compare(value, resolve(condition[name]))),
  );
};

/** The step of the first choice that holds, or the default; undefined where the branch names none. */
export const chosenStep = (inputs: Condition, resolve: (value: unknown) => unknown): string | undefined => {
  const choice = choicesOf(inputs).find((each) => holds(each, resolve));
  const name = choice?.['NextStep'] ?? inputs['Default'];
  return typeof name === 'string' ? name : undefined;
};
