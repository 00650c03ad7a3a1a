import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { quarantineMs } from '../services/core/kernel/quarantine.ts';

const root = resolve(import.meta.dirname, '..');
const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n');

const linksOf = (page: string): readonly string[] =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, to = '']) =>
    join(dirname(page), to),
  );

it.each(pages)('%s links only to what is there', (page) => {
  expect(linksOf(page).filter((to) => !existsSync(join(root, to)))).toEqual([]);
});

it('every decision is in the index of ARCHITECTURE.md, and says what it is about', () => {
  const records = pages.filter((page) => page.includes('/decisions/'));
  expect(records.length).toBeGreaterThan(40);
  expect(records.filter((record) => !linksOf('ARCHITECTURE.md').includes(record))).toEqual([]);
  const titles = records.map((record) => /^# (.+)\n/.exec(readFileSync(join(root, record), 'utf8'))?.[1]);
  expect(new Set(titles).size).toBe(records.length);
});

const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six'];

it.each([
  ['services/faces/docs/pages/night.md', /is looked up for (\w+) minutes/],
  [
    'services/functions/decisions/throttling-counts-as-unknown.md',
    /up to (\w+) minutes after such an answer/,
  ],
  ['test/bench/README.md', /the quarantine of (\w+) minutes/],
])('%s says how long the quarantine of a claim is', (page, form) => {
  const text = readFileSync(join(root, page), 'utf8').replace(/\s+/g, ' ');
  expect(form.exec(text)?.[1]).toBe(words[quarantineMs / 60_000]);
});

it('the README shows the console before its figures, and types groundswell only once it says what that is', () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const at = (form: RegExp): number => form.exec(text)?.index ?? Number.POSITIVE_INFINITY;
  expect(at(/!\[[^\]]*\]\(test\/browser\/screenshots\//)).toBeLessThan(at(/^## Benchmarks/m));
  expect(at(/`groundswell` stands for/)).toBeLessThan(at(/(^|`)groundswell [a-z]/m));
});

it.each(pages)('%s hands over no file that it does not make or name', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const given = [...text.matchAll(/@([\w-]+\.(?:json|ya?ml))/g)].map(([, name = '']) => name);
  expect(given.filter((name) => !text.includes(`> ${name}`) && !existsSync(join(root, name)))).toEqual([]);
});
