import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyFaults } from '../../../../services/core/kernel/json-keys.ts';

it.each([
  ['{"a":1,"a":2}', [['a']]],
  ['{"waves":[{"x":1},{"y":{"b":1,"c":[{}],"b":"{\\"b\\":1}"}}]}', [['waves', 1, 'y', 'b']]],
  ['{"a":1,"\\u0061":2}', [['a']]],
  ['[{"a":1},{"a":2},[1,2,{"c":{},"c":{}}]]', [[2, 2, 'c']]],
  ['{"a":1,"a":2,"a":3}', [['a'], ['a']]],
  ['{"a":{"a":{"a":"a"}}}', []],
  ['{"a,":":}","b":"{\\"a\\":1,\\"a\\":2}"}', []],
  ['[]', []],
  ['7', []],
])('of %s names what stands twice', (text, paths) => {
  expect(keyFaults(text)).toEqual(paths.map((path) => ({ path, problem: 'repeated' })));
});

it('names what would become a prototype', () => {
  expect(keyFaults('{"tags":{"Tier":"web","__proto__":"x"}}')).toEqual([
    { path: ['tags', '__proto__'], problem: 'reserved' },
  ]);
});

it('finds nothing in what was written from a value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(keyFaults(text).filter(({ problem }) => problem === 'repeated')).toEqual([]);
    }),
  );
});
