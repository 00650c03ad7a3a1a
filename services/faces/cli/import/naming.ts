const slugMax = 64;

/** A name as a slug, cut to 64 characters; nothing if no letter or digit of it is left. */
export const slugOf = (name: string): string | undefined => {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, slugMax)
    .replace(/-+$/, '');
  return slug === '' ? undefined : slug;
};

/** The slug of a name, or of what stands in for it, with a number behind it where it is taken. Takes it. */
export const takeSlug = (name: string, standIn: string, taken: Set<string>): string => {
  const base = slugOf(name) ?? standIn;
  const numbered = (number: number): string => {
    const end = `-${number}`;
    return `${base.slice(0, slugMax - end.length).replace(/-+$/, '')}${end}`;
  };
  let slug = base;
  for (let number = 2; taken.has(slug); number++) slug = numbered(number);
  taken.add(slug);
  return slug;
};
