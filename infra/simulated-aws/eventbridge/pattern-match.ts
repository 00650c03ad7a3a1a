import { isJsonObject, isScalar, type JsonObject, type Scalar } from './json.ts';
import { compileMatcher, type Test } from './matcher.ts';
import type { Alternative, Pattern } from './pattern.ts';

/** Which element of which array of the event a value stands in. */
interface Position {
  readonly array: number;
  readonly element: number;
}

interface Leaf {
  readonly value: Scalar;
  readonly positions: readonly Position[];
}

/** An event as its leaves by dotted path: what is computed once and then matched against every rule. */
export type Leaves = ReadonlyMap<string, readonly Leaf[]>;

export type Predicate = (leaves: Leaves) => boolean;

/** Lists an event's leaves. Elements of an array that are plain values belong to no particular element. */
export const leavesOf = (event: JsonObject): Leaves => {
  const leaves = new Map<string, Leaf[]>();
  let arrays = 0;
  const add = (path: string, value: Scalar, positions: readonly Position[]): void => {
    const known = leaves.get(path);
    if (known === undefined) leaves.set(path, [{ value, positions }]);
    else known.push({ value, positions });
  };
  const walk = (path: string, value: unknown, positions: readonly Position[]): void => {
    if (isScalar(value)) add(path, value, positions);
    else if (Array.isArray(value)) {
      const array = arrays++;
      value.forEach((item: unknown, element) =>
        isScalar(item) ? add(path, item, positions) : walk(path, item, [...positions, { array, element }]),
      );
    } else if (isJsonObject(value))
      for (const [name, member] of Object.entries(value))
        walk(path === '' ? name : `${path}.${name}`, member, positions);
  };
  walk('', event, []);
  return leaves;
};

interface CompiledField {
  readonly path: string;
  readonly tests: readonly Test[];
  readonly matchesAbsence: boolean;
}

/** The positions of both, or nothing if they name different elements of the same array. */
const merge = (soFar: readonly Position[], added: readonly Position[]): readonly Position[] | undefined => {
  const fresh: Position[] = [];
  for (const position of added) {
    const known = soFar.find((other) => other.array === position.array);
    if (known === undefined) fresh.push(position);
    else if (known.element !== position.element) return undefined;
  }
  return fresh.length === 0 ? soFar : [...soFar, ...fresh];
};

/** Fields that are met inside one array of objects must be met in the same element of it. */
const matchesFrom = (
  fields: readonly CompiledField[],
  index: number,
  leaves: Leaves,
  soFar: readonly Position[],
): boolean => {
  const field = fields[index];
  if (field === undefined) return true;
  let present = false;
  let triedHere = false;
  for (const leaf of leaves.get(field.path) ?? []) {
    const positions = merge(soFar, leaf.positions);
    if (positions === undefined) continue;
    present = true;
    if (positions === soFar && triedHere) continue;
    if (!field.tests.some((test) => test(leaf.value))) continue;
    if (matchesFrom(fields, index + 1, leaves, positions)) return true;
    triedHere ||= positions === soFar;
  }
  return field.matchesAbsence && !present && matchesFrom(fields, index + 1, leaves, soFar);
};

const compileAlternative = (alternative: Alternative): Predicate => {
  // AWS goes through the fields in the order of their names, which decides what `exists: false`
  // inside an array of objects refers to.
  const fields = [...alternative]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, matchers }) => ({
      path,
      tests: matchers.map(compileMatcher),
      matchesAbsence: matchers.some((matcher) => matcher.kind === 'exists' && !matcher.present),
    }));
  return (leaves) => matchesFrom(fields, 0, leaves, []);
};

/** Turns a pattern into a predicate, once, to be applied to the leaves of many events. */
export const compilePattern = (pattern: Pattern): Predicate => {
  const alternatives = pattern.alternatives.map(compileAlternative);
  return (leaves) => alternatives.some((matches) => matches(leaves));
};
