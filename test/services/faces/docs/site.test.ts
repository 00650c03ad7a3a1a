import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { operatorNeeded } from '../../../../contracts/operator-events.ts';
import { planSchema } from '../../../../contracts/plan.ts';
import { buildDocs } from '../../../../infra/docs-files.ts';
import { createConsole } from '../../../../services/faces/cli/console.ts';
import { createProgram } from '../../../../services/faces/cli/program.ts';
import { routes } from '../../../../services/faces/api/app.ts';

const root = resolve(import.meta.dirname, '../../../..');
const files = new Map(buildDocs().map(({ path, body }) => [path.slice(1), body]));
const page = (name: string): string => files.get(`${name}.html`) ?? '';
const matches = (text: string, form: RegExp): readonly string[] =>
  [...text.matchAll(form)].map(([, found = '']) => found);

/** The words in the first column of the tables under a heading. */
const namesUnder = (markdown: string, heading: string): readonly string[] => {
  const [, section = ''] = markdown.split(`## ${heading}\n`);
  return matches(section.split('\n## ')[0] ?? '', /^\| `([a-z-]+)` \|/gm);
};
const troubleshooting = readFileSync(join(root, 'services/faces/docs/pages/troubleshooting.md'), 'utf8');

const sourcesIn = (folder: string): string =>
  readdirSync(join(root, folder), { encoding: 'utf8', recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'))
    .join('\n');

describe('the documentation', () => {
  it('leads nowhere that is not there', () => {
    const dead = [...files].flatMap(([name, body]) =>
      matches(body, /<a [^>]*href="([^"]*)"/g)
        .filter((href) => !/^https?:/.test(href))
        .filter((href) => {
          const [path = '', anchor] = href.split('#');
          const target = files.get(path === '' ? name : path);
          return target === undefined || (anchor !== undefined && !target.includes(`id="${anchor}"`));
        })
        .map((href) => `${name}: ${href}`),
    );
    expect(dead).toEqual([]);
  });

  it('needs no script and no other server', () => {
    for (const body of files.values()) {
      expect(body).not.toContain('<script');
      expect(matches(body, /(?:src|@import)="?(https?:[^"]*)/g)).toEqual([]);
    }
  });

  it('describes every field of a plan, every route and every command', () => {
    const fields = matches(
      JSON.stringify(z.toJSONSchema(planSchema, { io: 'input' })),
      /"properties":\{"(\w+)"/g,
    );
    for (const field of [...Object.keys(planSchema.shape), ...fields])
      expect(page('plan')).toContain(`<code>${field}</code>`);
    for (const { method, path } of routes)
      expect(page('api')).toContain(`${method.toUpperCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    const program = createProgram(
      createConsole(process.stdout, process.stderr, process.stdin),
      () => undefined,
    );
    for (const command of program.commands)
      expect(page('commands')).toContain(`groundswell ${command.name()}<`);
  });

  it('says of each finding of a check what to do, and of no other', () => {
    const source = sourcesIn('services/core/domain') + sourcesIn('services/core/readiness');
    const found = new Set([
      ...matches(source, /level: [^,]*,\s*name: '([a-z-]+)'/g),
      ...matches(source, /^\s*name: '([a-z-]+)',$/gm),
    ]);
    expect([...namesUnder(troubleshooting, 'Findings of a check, and of every start')].sort()).toEqual(
      [...found].sort(),
    );
  });

  it('says of each question to an operator what to do', () => {
    expect([...namesUnder(troubleshooting, 'What an operator is asked')].sort()).toEqual(
      [...operatorNeeded.data.shape.about.options].sort(),
    );
  });
});
