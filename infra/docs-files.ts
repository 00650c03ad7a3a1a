import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { planSchema } from '../contracts/plan.ts';
import { createProgram } from '../services/faces/cli/program.ts';
import { createConsole } from '../services/faces/cli/console.ts';
import { apiReference, type OpenApi } from '../services/faces/docs/api-reference.ts';
import { commandReference } from '../services/faces/docs/command-reference.ts';
import { framePage, type PageLink } from '../services/faces/docs/frame.ts';
import { renderMarkdown, type ResolveLink } from '../services/faces/docs/render.ts';
import { type JsonSchema, schemaReference } from '../services/faces/docs/schema-reference.ts';
import { apiDocument } from './aws/api-document.ts';
import type { DocsFile } from './local/web/docs-door.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const pages = 'services/faces/docs/pages';

interface Page extends PageLink {
  /** Its place in the repository, from which its links lead. */
  readonly source: string;
  /** What follows its text, made from the product itself. */
  readonly made?: () => string;
}

const planReference = (): string =>
  schemaReference('plan', z.toJSONSchema(planSchema, { io: 'input' }) as JsonSchema);

const commands = (): string =>
  commandReference(
    createProgram(createConsole(process.stdout, process.stderr, process.stdin), () => undefined),
  );

/** In the order of the site's contents. */
const site: readonly Page[] = [
  { group: 'Begin', slug: 'index', title: 'What it is', source: `${pages}/index.md` },
  { group: 'Begin', slug: 'concepts', title: 'Concepts', source: `${pages}/concepts.md` },
  { group: 'Operate', slug: 'ten-tasks', title: 'Ten tasks', source: `${pages}/ten-tasks.md` },
  { group: 'Operate', slug: 'every-day', title: 'Every day', source: `${pages}/every-day.md` },
  { group: 'Operate', slug: 'night', title: 'At three in the morning', source: `${pages}/night.md` },
  {
    group: 'Operate',
    slug: 'troubleshooting',
    title: 'Troubleshooting',
    source: `${pages}/troubleshooting.md`,
  },
  { group: 'Operate', slug: 'operate', title: 'Console, API, proof', source: 'services/faces/README.md' },
  { group: 'Operate', slug: 'notices', title: 'Notices', source: 'services/functions/notify/README.md' },
  { group: 'Plans', slug: 'plan', title: 'Plan reference', source: `${pages}/plan.md`, made: planReference },
  { group: 'Plans', slug: 'contracts', title: 'Events, tasks, traffic', source: 'contracts/README.md' },
  {
    group: 'Plans',
    slug: 'coming-from',
    title: 'Coming from other tools',
    source: `${pages}/coming-from.md`,
  },
  { group: 'Plans', slug: 'import', title: 'Import', source: 'services/faces/cli/import/README.md' },
  { group: 'Plans', slug: 'export', title: 'Export', source: 'services/faces/cli/export/README.md' },
  { group: 'Deploy', slug: 'deployment', title: 'Deploy on AWS', source: 'infra/aws/README.md' },
  { group: 'Deploy', slug: 'constructs', title: 'CDK constructs', source: 'infra/aws/constructs/README.md' },
  { group: 'Deploy', slug: 'security', title: 'Security', source: `${pages}/security.md` },
  { group: 'Try', slug: 'runtime', title: 'Embedded runtime', source: 'infra/local/README.md' },
  { group: 'Try', slug: 'simulated-aws', title: 'Simulated AWS', source: 'infra/simulated-aws/README.md' },
  {
    ...{ group: 'Reference', slug: 'commands', title: 'Command line', source: `${pages}/commands.md` },
    made: commands,
  },
  {
    ...{ group: 'Reference', slug: 'api', title: 'HTTP API', source: `${pages}/api.md` },
    made: () => apiReference(JSON.parse(apiDocument()) as OpenApi),
  },
  { group: 'Reference', slug: 'events', title: 'Events', source: 'contracts/generated/README.md' },
  { group: 'Reference', slug: 'architecture', title: 'Architecture', source: 'ARCHITECTURE.md' },
];

/** Where links of a page lead: to another page, or to a picture, which comes along in the page itself. */
const linksFrom =
  (source: string): ResolveLink =>
  (href, isShown) => {
    const [path = '', anchor] = href.split('#');
    const hash = anchor === undefined ? '' : `#${anchor}`;
    if (path === '') return hash;
    const target = relative(root, resolve(root, dirname(source), path));
    if (isShown)
      return `data:image/${extname(target).slice(1)};base64,${readFileSync(join(root, target), 'base64')}`;
    const page = site.find((each) => each.source === target);
    return page === undefined ? undefined : `${page.slug}.html${hash}`;
  };

/** Builds the documentation: a page each, with the references that are made from schemas, commands and routes. */
export const buildDocs = (): readonly DocsFile[] => [
  ...site.map((page): DocsFile => {
    const text = readFileSync(join(root, page.source), 'utf8');
    const markdown = page.made === undefined ? text : `${text}\n\n${page.made()}`;
    const body = framePage(site, page, renderMarkdown(markdown, linksFrom(page.source)));
    return { path: `/${page.slug}.html`, contentType: 'text/html; charset=utf-8', body };
  }),
  {
    ...{ path: '/docs.css', contentType: 'text/css; charset=utf-8' },
    body: readFileSync(join(root, 'services/faces/docs/docs.css'), 'utf8'),
  },
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(root, 'dist/docs');
  mkdirSync(folder, { recursive: true });
  const files = buildDocs();
  for (const { path, body } of files) writeFileSync(join(folder, path), body);
  console.log(`Wrote ${files.length} files to ${folder}: open index.html.`);
}
