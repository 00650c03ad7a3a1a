/** A form-encoded request as a tree: `A.member.1.B=x` becomes `{A: {member: {1: {B: 'x'}}}}`. */
export interface FormTree {
  readonly [name: string]: string | FormTree;
}

const insert = (tree: FormTree, path: readonly string[], value: string): FormTree => {
  const [head, ...rest] = path;
  if (head === undefined) return tree;
  if (rest.length === 0) return { ...tree, [head]: value };
  const below = tree[head];
  return { ...tree, [head]: insert(typeof below === 'object' ? below : {}, rest, value) };
};

export const parseForm = (body: string): FormTree =>
  [...new URLSearchParams(body)].reduce<FormTree>(
    (tree, [name, value]) => insert(tree, name.split('.'), value),
    {},
  );

/** The members of a list, in the order of their numbers; nothing when the list is absent. */
export const listOf = (
  tree: string | FormTree | undefined,
  wrapper?: 'member',
): readonly (string | FormTree)[] => {
  if (tree === undefined || typeof tree === 'string') return [];
  const numbered = wrapper === undefined ? tree : tree[wrapper];
  if (numbered === undefined || typeof numbered === 'string') return [];
  return Object.entries(numbered)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, value]) => value);
};

/** A map written as `entry.N.key` and `entry.N.value` (SNS spells the members of attributes `Name` and `Value`). */
export const mapOf = (
  tree: string | FormTree | undefined,
  names: { readonly key: string; readonly value: string } = { key: 'key', value: 'value' },
): Readonly<Record<string, string | FormTree>> => {
  const entries = typeof tree === 'object' ? listOf(tree['entry']) : [];
  return Object.fromEntries(
    entries.flatMap((entry) => {
      if (typeof entry === 'string') return [];
      const [key, value] = [entry[names.key], entry[names.value]];
      return typeof key === 'string' && value !== undefined ? [[key, value]] : [];
    }),
  );
};
