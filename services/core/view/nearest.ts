/** How many letters have to be changed, added or left out to make one word of another: Levenshtein's distance. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [at, letter] of Array.from(a).entries()) {
    const next = [at + 1];
    for (const [index, other] of Array.from(b).entries()) {
      const changed = (row[index] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};

const namedMax = 3;

/** The names that somebody may have meant, nearest first: a slip of a few letters, or a part of the name. */
export const nearest = (word: string, names: readonly string[]): readonly string[] => {
  const slips = Math.max(2, Math.floor(word.length / 3));
  return names
    .map((name) => ({ name, away: name.startsWith(word) ? 0 : distance(word, name) }))
    .filter(({ away }) => away <= slips)
    .sort((a, b) => a.away - b.away)
    .slice(0, namedMax)
    .map(({ name }) => name);
};

/** ` Did you mean a or b?`; empty where nothing is near. */
export const didYouMean = (word: string, names: readonly string[]): string => {
  const near = nearest(word, names);
  return near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
};
