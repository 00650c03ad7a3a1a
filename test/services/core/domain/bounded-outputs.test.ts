import { expect, it } from 'vitest';
import { boundedOutputs } from '../../../../services/core/domain/bounded-outputs.ts';

it('outputs of ordinary size stay as they are', () => {
  const outputs = { 'step.ids': ['i-1', 'i-2'], none: [] };
  expect(boundedOutputs(outputs)).toEqual(outputs);
});

it('outputs that fill no event say what is left out', () => {
  const many = Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => [`out${n}`, Array.from({ length: 900 }, () => '値'.repeat(3_000))]),
  );
  const bounded = boundedOutputs(many);
  expect(Buffer.byteLength(JSON.stringify(bounded))).toBeLessThan(160 * 1_024);
  expect(bounded['out0']?.[0]).toMatch(/^値{2000}… \(cut, 2,000 of 3,000 characters\)$/);
  expect(bounded['out0']?.[1]).toBe('… (cut, 899 more values)');
  expect(bounded['…']).toEqual(['(cut, 15 more outputs)']);
});
