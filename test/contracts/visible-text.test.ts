import fc from 'fast-check';
import { expect, it } from 'vitest';
import { visible, visibleIn, visibleLines } from '../../contracts/visible-text.ts';

it.each([
  ['plain text, with ümläuts, 日本語 and 👩‍💻', 'plain text, with ümläuts, 日本語 and 👩‍💻'],
  ['\u001b[2Jgone\n2026-01-01  forged', '\\u001b[2Jgone\\n2026-01-01  forged'],
  ['a\r\tb\u0000\u007f\u0085\u009b31m', 'a\\r\\tb\\u0000\\u007f\\u0085\\u009b31m'],
  ['srv-\u202etxt.exe\u2066\u200f', 'srv-\\u202etxt.exe\\u2066\\u200f'],
  ['one\u2028two\u2029three\ufeff\u00ad', 'one\\u2028two\\u2029three\\ufeff\\u00ad'],
  ['hidden \u{e0041} and half \ud800', 'hidden \\udb40\\udc41 and half \\ud800'],
])('%j is shown as %j', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

it('leaves line breaks and tabs where a text may have them', () => {
  expect(visibleLines('one\n\ttwo\r\u001b[0m')).toBe('one\n\ttwo\\r\\u001b[0m');
});

it('leaves JSON with the meaning that it had', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(JSON.parse(visible(text))).toEqual(JSON.parse(text));
    }),
  );
});

it('reaches every text of a value, and nothing else', () => {
  const at = new Date(0);
  expect(visibleIn({ 'a\u001b': ['b\n', { c: 'd\u202e', e: 1, f: null, at }] })).toEqual({
    'a\\u001b': ['b\\n', { c: 'd\\u202e', e: 1, f: null, at }],
  });
});
