/** What `npm run bench -- …` was asked to do. */
export interface Arguments {
  /** In the order of the catalogue; all of them when none was named. */
  readonly names: readonly string[];
  readonly quick: boolean;
  /** Take worse figures as the new ones to compare with. */
  readonly accept: boolean;
}

export const usage = (known: readonly string[]): string =>
  [
    'npm run bench -- [NAME...] [--quick] [--accept]',
    '',
    '  NAME      a table; all of them by default',
    '  --quick   a tenth of the work; compares with the committed quick figures and writes nothing',
    '  --accept  write figures that are worse than the committed ones instead of failing on them',
    '',
    `Tables: ${known.join(', ')}`,
  ].join('\n');

const options = new Set(['--quick', '--accept']);

/** Reads the arguments, or names every one that is wrong. */
export const parseArguments = (
  given: readonly string[],
  known: readonly string[],
): Arguments | { readonly faults: readonly string[] } => {
  const faults = given
    .filter((each) => (each.startsWith('-') ? !options.has(each) : !known.includes(each)))
    .map((each) => (each.startsWith('-') ? `there is no option ${each}` : `there is no table ${each}`));
  const quick = given.includes('--quick');
  const accept = given.includes('--accept');
  if (quick && accept) faults.push('--quick writes nothing, so there is nothing to --accept');
  if (faults.length > 0) return { faults };
  const named = new Set(given.filter((each) => !each.startsWith('-')));
  return { names: named.size === 0 ? known : known.filter((name) => named.has(name)), quick, accept };
};
