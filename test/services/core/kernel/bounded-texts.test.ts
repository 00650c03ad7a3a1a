import { describe, expect, it } from 'vitest';
import { boundedList, boundedText, boundedTexts } from '../../../../services/core/kernel/bounded-texts.ts';

describe('a text that is too long', () => {
  it('is cut, and says of itself what is missing', () => {
    expect(boundedText('x'.repeat(9_871))).toBe(`${'x'.repeat(4_096)}… (cut, 4,096 of 9,871 characters)`);
    expect(boundedText('short')).toBe('short');
    expect(boundedText('x'.repeat(1_234_567), 3)).toBe('xxx… (cut, 3 of 1,234,567 characters)');
  });

  it('is not cut within a character', () => {
    expect(boundedText('ab😀cd', 3)).toBe('ab… (cut, 2 of 6 characters)');
  });

  it('is cut once: what was cut before stays as it is', () => {
    const [once] = [boundedTexts({ text: 'x'.repeat(9_871) })];
    expect(boundedTexts(once)).toBe(once);
  });

  it('is found wherever it stands, and what is short is not copied', () => {
    const short = { list: ['a', { b: 'c' }], n: 1, none: null };
    expect(boundedTexts(short)).toBe(short);
    const long = { ...short, deep: [{ why: 'y'.repeat(5_000) }] };
    const bounded = boundedTexts(long);
    expect(bounded.list).toBe(short.list);
    expect(bounded.deep[0]?.why).toMatch(/^y{4096}… \(cut, 4,096 of 5,000 characters\)$/);
  });
});

describe('a list of texts that is too long', () => {
  const rest = (count: number) => `and ${count} more`;
  it('ends with how many are left out', () => {
    expect(boundedList(['aaa', 'bbb', 'ccc'], 6, rest)).toEqual(['aaa', 'bbb', 'and 1 more']);
    expect(boundedList(['aaa', 'bbb'], 6, rest)).toEqual(['aaa', 'bbb']);
    expect(boundedList(['aaaaaaaa', 'bbb'], 6, rest)).toEqual(['aaaaaaaa', 'and 1 more']);
    expect(boundedList([], 6, rest)).toEqual([]);
  });
});
