import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { WireRequest, WireResponse } from '../../simulated-aws/wire.ts';

/** A file of the site as a web server hands it out. */
export interface DocsFile {
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

/** An installed package brings the documentation built; a checkout builds it. */
const built = new URL('../../docs-files.json', import.meta.url);
/** The pages describe the commands, of which one opens this door: it loads their builder by its place, when it is asked. */
const builder = new URL('../../docs-files.ts', import.meta.url);

interface Builder {
  readonly buildDocs: () => readonly DocsFile[];
}

const loadDocs = async (): Promise<readonly DocsFile[]> => {
  if (existsSync(built)) return JSON.parse(await readFile(built, 'utf8')) as readonly DocsFile[];
  const { buildDocs } = (await import(builder.href)) as Builder;
  return buildDocs();
};

export const docsBase = '/docs';

const policy = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";

/** Serves the documentation, which is loaded when somebody first asks for it. */
export const createDocsDoor = () => {
  let files: ReturnType<typeof loadDocs> | undefined;
  return async ({ method, path }: WireRequest): Promise<WireResponse | undefined> => {
    if (method !== 'GET' || (path !== docsBase && !path.startsWith(`${docsBase}/`))) return undefined;
    if (path === docsBase || path === `${docsBase}/`)
      return { statusCode: 302, headers: { location: `${docsBase}/index.html` }, body: '' };
    files ??= loadDocs();
    const file = (await files).find((each) => `${docsBase}${each.path}` === path);
    if (file === undefined) return undefined;
    const headers = { 'content-type': file.contentType, 'content-security-policy': policy };
    return { statusCode: 200, headers, body: file.body };
  };
};
