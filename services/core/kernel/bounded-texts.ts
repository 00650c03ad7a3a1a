/** No text of an event is longer, in characters; what cut it short stands at its end. */
export const textCharactersMax = 4_096;

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** A surrogate half alone would be no text. */
const cutAt = (text: string, end: number): number =>
  /[\uD800-\uDBFF]/.test(text.charAt(end - 1)) ? end - 1 : end;

/** The text, or its beginning with a mark that says how much is left out. */
export const boundedText = (text: string, charactersMax = textCharactersMax): string => {
  if (text.length <= charactersMax) return text;
  const kept = cutAt(text, charactersMax);
  return `${text.slice(0, kept)}… (cut, ${grouped(kept)} of ${grouped(text.length)} characters)`;
};

/** The longest that a text can be once it was cut. */
const markMax = 60;

/** A value whose texts are all bounded; the value itself where none had to be cut. Names of members stay. */
export const boundedTexts = <T>(value: T): T => bounded(value) as T;

const bounded = (value: unknown): unknown => {
  if (typeof value === 'string')
    return value.length > textCharactersMax + markMax ? boundedText(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    const after = items.map(bounded);
    return after.some((item, index) => item !== items[index]) ? after : value;
  }
  let changed: Record<string, unknown> | undefined;
  for (const [name, member] of Object.entries(value)) {
    const after = bounded(member);
    if (after !== member) (changed ??= { ...value })[name] = after;
  }
  return changed ?? value;
};

const namedMax = 5;

/** The first five texts, and how many more there are: for a reason that a person reads. */
export const firstNamed = (texts: readonly string[]): string =>
  texts.length <= namedMax
    ? texts.join(', ')
    : `${texts.slice(0, namedMax).join(', ')} and ${texts.length - namedMax} more`;

/** As many texts as fit, and a last one that says how many are left out. */
export const boundedList = (
  texts: readonly string[],
  charactersMax: number,
  rest: (count: number) => string,
): readonly string[] => {
  let characters = 0;
  const end = texts.findIndex((text) => (characters += text.length) > charactersMax);
  if (end === -1) return texts;
  const kept = Math.max(1, end);
  return kept >= texts.length ? texts : [...texts.slice(0, kept), rest(texts.length - kept)];
};
