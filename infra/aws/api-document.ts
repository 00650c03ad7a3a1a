import type { Plugin } from 'esbuild';
import { openApiOf } from '../../services/faces/api/openapi.ts';
import { routes } from '../../services/faces/api/app.ts';
import { apiBase } from '../topology.ts';

export const documentFile = 'openapi.json';

/** The API's description of itself depends only on its code: it is written once, when that is built. */
export const apiDocument = (): string => JSON.stringify(openApiOf(routes, apiBase));

/** Read when somebody asks for it: 40 KB of JSON Schema and its writer cost every cold start otherwise. */
const reading = `import { readFileSync } from 'node:fs';
export const openApiOf = () => JSON.parse(readFileSync(new URL('./${documentFile}', import.meta.url), 'utf8'));`;

/** Lets the bundled API read its document from the file beside it. */
export const writtenDocument = (): Plugin => ({
  name: 'written-document',
  setup(build) {
    build.onLoad({ filter: /[\\/]faces[\\/]api[\\/]openapi\.ts$/ }, () => ({
      contents: reading,
      loader: 'js',
    }));
  },
});
