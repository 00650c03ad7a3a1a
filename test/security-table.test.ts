import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
const section = page.slice(page.indexOf('\n## Security\n'), page.indexOf('\n## Decisions\n'));

interface Reference {
  readonly file: string;
  readonly title: string;
}

const referencesIn = (cell: string): readonly Reference[] =>
  [...cell.matchAll(/`(test\/[\w./-]+)`: ("[^"]+"(?:, "[^"]+")*)/g)].flatMap(([, file = '', titles = '']) =>
    [...titles.matchAll(/"([^"]+)"/g)].map(([, title = '']) => ({ file, title })),
  );

const controls = section
  .split('\n')
  .flatMap((line) => /^\| (\d+) \| ([^|]+) \| (.+) \|$/.exec(line)?.slice(1, 4).join('\t') ?? [])
  .map((row) => {
    const [number = '', control = '', cell = ''] = row.split('\t');
    return { number: Number(number), control: control.trim(), cell, references: referencesIn(cell) };
  });

/** The titles of the tests in a file, as they stand in its source. */
const titlesIn = (file: string): readonly string[] =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(
      /(?:\b(?:it|test)|[)\]])\(\s*(?:'([^'\n]+)'|"([^"\n]+)"|`([^`\n]+)`)/g,
    ),
  ].map(([, single, double, template]) => single ?? double ?? template ?? '');

describe('the table of security controls', () => {
  it('has each of the nineteen once, with a test at least', () => {
    expect(controls.map(({ number }) => number)).toEqual(Array.from({ length: 19 }, (_, index) => index + 1));
    expect(controls.filter(({ references }) => references.length === 0)).toEqual([]);
  });

  it('names nothing in quotes that it does not look for', () => {
    for (const { cell, references } of controls)
      expect([...cell.matchAll(/"[^"]+"/g)]).toHaveLength(references.length);
  });

  it.each(controls.flatMap(({ references }) => references.map(({ file, title }) => [file, title] as const)))(
    'finds in %s the test: %s',
    (file, title) => {
      expect(existsSync(join(root, file))).toBe(true);
      expect(titlesIn(file)).toContain(title);
    },
  );
});
