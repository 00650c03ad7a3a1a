import { type Document, isScalar, type Node, type Pair, Scalar, visit } from 'yaml';
import type { Fault } from '../../../contracts/execution-events.ts';
import { reservedName } from '../kernel/json-keys.ts';

/** A fault at an offset of the text. */
interface FaultAt extends Fault {
  readonly offset: number;
}

const plainTags = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);

const offsetOf = ({ range }: Node): number => range?.[0] ?? 0;

const tagFaults = (node: Node): readonly FaultAt[] =>
  node.tag === undefined || plainTags.has(node.tag)
    ? []
    : [
        {
          ...{ path: '', offset: offsetOf(node) },
          message: `the tag ${node.tag.replace('tag:yaml.org,2002:', '!!')} is not supported`,
          expected: 'the value itself, without a tag',
        },
      ];

/** What a name would be in quotes; undefined where it is read as it is written. */
const quotedName = (key: Scalar): string | undefined =>
  key.type === Scalar.PLAIN && key.source !== undefined && String(key.value) !== key.source
    ? `'${key.source}'`
    : undefined;

const keyFaults = ({ key }: Pair): readonly FaultAt[] => {
  if (!isScalar(key)) {
    const offset = typeof key === 'object' && key !== null && 'range' in key ? offsetOf(key as Node) : 0;
    return [
      { path: '', offset, message: 'a name that is a list or an object', expected: 'a text as the name' },
    ];
  }
  const at = { path: '', offset: offsetOf(key) };
  if (key.value === reservedName)
    return [{ ...at, message: `the name ${reservedName} cannot be kept`, expected: 'another name' }];
  const quoted = quotedName(key);
  if (quoted === undefined) return [];
  const message = `the name ${key.source ?? ''} is read as ${String(key.value)}`;
  return [{ ...at, message, expected: `quotes around it: ${quoted}` }];
};

/** What YAML reads in another way than it is written, and says nothing about. */
export const misreadings = (document: Document.Parsed): readonly FaultAt[] => {
  const faults: FaultAt[] = [];
  visit(document, {
    Node: (_key, node) => void faults.push(...tagFaults(node)),
    Pair: (_key, pair) => void faults.push(...keyFaults(pair)),
  });
  const version = document.directives.yaml.explicit === true ? document.directives.yaml.version : '1.2';
  if (version !== '1.2')
    faults.push({
      ...{ path: '', offset: 0 },
      message: `YAML ${version}, in which no and 010 mean something else`,
      expected: 'YAML 1.2, or no %YAML line',
    });
  return faults;
};
