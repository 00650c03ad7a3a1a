/** What is different at one place of a plan; a side on which there is nothing is absent. */
export interface Difference {
  /** Waves, servers and actions are named by their ids, so that one that only moved is not told. */
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

const names = ['waveId', 'sourceServerId', 'actionId'] as const;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const nameOf = (value: unknown, index: number): string => {
  const name = isRecord(value)
    ? names.map((each) => value[each]).find((each) => each !== undefined)
    : undefined;
  return typeof name === 'string' ? name : String(index);
};

const membersOf = (value: unknown): readonly (readonly [name: string, value: unknown])[] | undefined => {
  if (Array.isArray(value))
    return value.every((each) => typeof each === 'string')
      ? undefined
      : value.map((each, index) => [nameOf(each, index), each]);
  return isRecord(value) ? Object.entries(value) : undefined;
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const differencesAt = (path: string, before: unknown, after: unknown): readonly Difference[] => {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const [old, fresh] = [membersOf(before), membersOf(after)];
  if (old === undefined || fresh === undefined)
    return [
      {
        path,
        ...(before !== undefined && { before: textOf(before) }),
        ...(after !== undefined && { after: textOf(after) }),
      },
    ];
  const [oldByName, freshByName] = [new Map(old), new Map(fresh)];
  return [...new Set([...oldByName.keys(), ...freshByName.keys()])].flatMap((name) =>
    differencesAt(path === '' ? name : `${path}.${name}`, oldByName.get(name), freshByName.get(name)),
  );
};

/** What is different between two versions of a plan, place by place. */
export const differencesOf = (before: unknown, after: unknown): readonly Difference[] =>
  differencesAt('', before, after);
