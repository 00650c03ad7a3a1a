/** A name in a JSON text that would be lost or misread, and where it stands. */
export interface KeyFault {
  readonly path: readonly (string | number)[];
  readonly problem: 'repeated' | 'reserved';
}

interface Level {
  readonly isList: boolean;
  readonly names: Set<string>;
  /** The name or the number that is being read. */
  at: string | number;
  isName: boolean;
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** JavaScript takes this name for an object's prototype, so that libraries drop what stands under it. */
export const reservedName = '__proto__';

/**
 * Names that stand twice in one object, of which JSON.parse keeps the last without a word, and names that
 * JavaScript gives another meaning. The text has to be valid JSON.
 */
export const keyFaults = (text: string): readonly KeyFault[] => {
  const levels: Level[] = [];
  const faults: KeyFault[] = [];
  const refuse = (problem: KeyFault['problem']): void =>
    void faults.push({ path: levels.map(({ at }) => at), problem });
  for (const [token] of text.matchAll(tokens)) {
    const level = levels.at(-1);
    if (token === '{' || token === '[')
      levels.push({
        isList: token === '[',
        names: new Set(),
        at: token === '[' ? 0 : '',
        isName: token === '{',
      });
    else if (token === '}' || token === ']') levels.pop();
    else if (level === undefined || token === ':') continue;
    else if (token === ',' && typeof level.at === 'number') level.at++;
    else if (token === ',') level.isName = true;
    else if (level.isName) {
      const name = JSON.parse(token) as string;
      level.at = name;
      level.isName = false;
      if (level.names.has(name)) refuse('repeated');
      else if (name === reservedName) refuse('reserved');
      level.names.add(name);
    }
  }
  return faults;
};
