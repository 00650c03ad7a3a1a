/**
 * Controls (C0, DEL, C1), line and paragraph separators, lone surrogates, and characters that are not seen but
 * change what is, such as those that turn the direction of a text. The two joiners that many scripts need stay.
 */
const hidden = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const shortNames: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** As JSON writes it, so that a text in JSON stays the same text. */
const escaped = (character: string): string =>
  shortNames[character] ??
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');

/** A text from outside on one line, with every control character written out: it can neither act on a terminal nor forge a line. */
export const visible = (text: string): string => text.replace(hidden, escaped);

/** The same for a text whose line breaks and tabs belong to it, where they do no harm. */
export const visibleLines = (text: string): string =>
  text.replace(hidden, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );

/** A value with every text in it shown by `show`, names too. What is neither text, list nor plain object stays. */
export const visibleIn = <T>(value: T, show: (text: string) => string = visible): T => {
  const shown = (part: unknown): unknown => {
    if (typeof part === 'string') return show(part);
    if (Array.isArray(part)) return part.map(shown);
    if (typeof part !== 'object' || part === null || Object.getPrototypeOf(part) !== Object.prototype)
      return part;
    return Object.fromEntries(Object.entries(part).map(([name, each]) => [show(name), shown(each)]));
  };
  return shown(value) as T;
};
