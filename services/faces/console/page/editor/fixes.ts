import type { PlacedFault } from '../../../../core/documents/read-document.ts';
import { nearest } from '../../../../core/view/nearest.ts';
import type { TextChange } from './text-change.ts';

/** What would mend a fault, as far as that can be told. */
export interface Fix {
  readonly label: string;
  readonly change: TextChange;
}

/** The names that would be valid, where a fault lists them. */
const validNames = (expected = ''): readonly string[] =>
  expected.startsWith('one of ') ? expected.slice('one of '.length).split(', ') : [];

/** The name or the value that is wrong, as it stands in the text, without its quotes. */
const wrongOf = (
  text: string,
  fault: PlacedFault,
): { readonly from: number; readonly word: string } | undefined => {
  if (fault.place === undefined) return undefined;
  const isField = fault.message.startsWith('unknown field ');
  const from = isField ? fault.place.from : fault.place.at;
  const [, quote = '', word = ''] = /^(['"]?)([\w.-]+)/.exec(text.slice(from, fault.place.to)) ?? [];
  return word === '' ? undefined : { from: from + quote.length, word };
};

/** The valid name that was most likely meant. */
export const fixOf = (text: string, fault: PlacedFault): Fix | undefined => {
  const [wrong, names] = [wrongOf(text, fault), validNames(fault.expected)];
  if (wrong === undefined) return undefined;
  const [near] = nearest(wrong.word, names);
  if (near === undefined || near === wrong.word) return undefined;
  const { from, word } = wrong;
  return { label: `Write ${near}`, change: { from, to: from + word.length, insert: near } };
};
