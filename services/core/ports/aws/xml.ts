/** An element's children, by name and in order: elements, or the text of those that have no more. */
export type Tree = ReadonlyMap<string, readonly (Tree | string)[]>;
type Growing = Map<string, (Tree | string)[]>;

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const decoded = (text: string): string =>
  text.replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);

/** As much of XML as EC2 and STS write: elements, each with elements or with text; attributes do not matter. */
export const readXml = (xml: string): Tree => {
  const root: Growing = new Map();
  const open: { readonly name: string; readonly tree: Growing; text: string }[] = [
    { name: '', tree: root, text: '' },
  ];
  for (const [, closing, name = '', empty, text = ''] of xml.matchAll(
    /<(\/?)([\w:.-]+)[^<>]*?(\/?)>|<[?!][^<>]*>|([^<]+)/g,
  )) {
    const last = open.at(-1);
    if (last === undefined) break;
    if (name === '') last.text += decoded(text);
    else if (closing !== '/') {
      const element = { name, tree: new Map(), text: '' };
      open.push(element);
    }
    if (name === '' || (closing !== '/' && empty !== '/')) continue;
    const element = open.pop();
    const parent = open.at(-1);
    if (element === undefined || parent === undefined) break;
    const value = element.tree.size > 0 ? element.tree : element.text.trim();
    parent.tree.set(element.name, [...(parent.tree.get(element.name) ?? []), value]);
  }
  return root;
};

/** All elements on this path. */
export const treesAt = (trees: readonly Tree[], ...path: readonly string[]): readonly Tree[] =>
  path.reduce<readonly Tree[]>(
    (found, name) =>
      found.flatMap((tree) => (tree.get(name) ?? []).filter((child) => typeof child !== 'string')),
    trees,
  );

/** The text of a child; undefined if there is none, or it is empty. */
export const textAt = (tree: Tree | undefined, name: string): string | undefined => {
  const [child] = tree?.get(name) ?? [];
  return typeof child === 'string' && child !== '' ? child : undefined;
};
