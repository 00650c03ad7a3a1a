import { isJsonObject } from './json.ts';

/** The steps of a JSON path: a member's name, an element's number, or `everyElement`. */
export type JsonPath = readonly (string | number | typeof everyElement)[];

const everyElement = Symbol('[*]');

const step = /\.([^.[\]'"\s]+)|\[(\d+)\]|\[\*\]|\['([^']+)'\]/y;

/** Reads the subset of JSONPath that EventBridge takes: `$.a.b`, `$.a[0]`, `$.a[*].b`, `$['a']`. */
export const parseJsonPath = (text: string): JsonPath | undefined => {
  if (!text.startsWith('$')) return undefined;
  const steps: (string | number | typeof everyElement)[] = [];
  step.lastIndex = 1;
  let end = 1;
  for (let match = step.exec(text); match !== null; match = step.exec(text)) {
    const [, dotted, index, quoted] = match;
    steps.push(index === undefined ? (dotted ?? quoted ?? everyElement) : Number(index));
    end = step.lastIndex;
  }
  return end === text.length ? steps : undefined;
};

/** The value at a path, or undefined where the path leads nowhere. */
export const valueAt = (path: JsonPath, root: unknown): unknown => {
  const [first, ...rest] = path;
  if (first === undefined) return root;
  if (first === everyElement)
    return Array.isArray(root) ? root.map((item: unknown) => valueAt(rest, item)) : undefined;
  if (typeof first === 'number') return Array.isArray(root) ? valueAt(rest, root[first]) : undefined;
  return isJsonObject(root) && Object.hasOwn(root, first) ? valueAt(rest, root[first]) : undefined;
};
