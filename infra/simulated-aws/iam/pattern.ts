/** Stand for a literal `*`, `?` and `$` where wildcards are read: what a variable holds is never a wildcard. */
const literals: Readonly<Record<string, string>> = { '*': '\uE000', '?': '\uE001', $: '\uE002' };
const plain: Readonly<Record<string, string>> = { '\uE000': '*', '\uE001': '?', '\uE002': '$' };

export const protect = (text: string): string => text.replace(/[*?$]/g, (found) => literals[found] ?? found);
export const unprotect = (text: string): string =>
  text.replace(/[\uE000-\uE002]/g, (found) => plain[found] ?? found);

const escape = (text: string): string => unprotect(text).replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

const cache = new Map<string, RegExp>();

const compiled = (key: string, make: () => string, flags: string): RegExp => {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const pattern = new RegExp(`^${make()}$`, `s${flags}`);
  cache.set(key, pattern);
  return pattern;
};

const wild = (text: string, many: string): string =>
  text
    .split(/([*?])/)
    .map((part) => (part === '*' ? many : part === '?' ? '.' : escape(part)))
    .join('');

/** Whether `*` for any characters and `?` for one make the pattern the text. */
export const matchesGlob = (pattern: string, text: string, flags: '' | 'i' = ''): boolean =>
  compiled(`${flags}glob:${pattern}`, () => wild(pattern, '.*'), flags).test(text);

/** The six parts of an ARN, of which the last may hold colons. */
export const partsOfArn = (arn: string): readonly string[] => {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
};

/**
 * ArnLike: each of the six parts is checked by itself. IAM user guide: "Amazon Resource Name (ARN) condition operators".
 */
export const matchesArn = (pattern: string, arn: string): boolean => {
  const [wanted, given] = [partsOfArn(pattern), partsOfArn(arn)];
  return wanted.length === given.length && wanted.every((part, at) => matchesGlob(part, given[at] ?? ''));
};

/**
 * The Resource element: a wildcard stays within its part of the ARN, unless it ends the part. IAM user guide:
 * "IAM JSON policy elements: Resource".
 */
export const matchesResource = (pattern: string, arn: string): boolean => {
  if (pattern === '*') return true;
  if (!pattern.startsWith('arn:')) return matchesGlob(pattern, arn);
  const parts = partsOfArn(pattern);
  const make = (): string =>
    parts
      .map((part, at) => {
        if (at === 5) return wild(part, '.*');
        return part.endsWith('*') ? `${wild(part.slice(0, -1), '[^:]*')}.*` : wild(part, '[^:]*');
      })
      .join(':');
  return compiled(`arn:${pattern}`, make, '').test(arn);
};
