import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A file of the console as a web server hands it out. */
export interface ConsoleFile {
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

const folder = fileURLToPath(new URL('../services/faces/console/page/', import.meta.url));

/** Nothing but what the page brings along, its own API, and the origins that let its readers in. */
export const contentSecurityPolicyWith = (signInOrigins: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    ["connect-src 'self'", ...signInOrigins].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');

export const contentSecurityPolicy = contentSecurityPolicyWith([]);

export const consoleHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

const bundle = async (entry: string): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [`${folder}${entry}`],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: {},
    legalComments: 'none',
  });
  return outputFiles.map(({ text }) => text).join('');
};

const asItIs = (name: string): Promise<string> => readFile(`${folder}${name}`, 'utf8');

/** What a deployment tells the page; the local runtime has nothing to say. */
export const configFile = '/config.json';

/** Loaded only where the configuration wants readers to sign in. */
export const signInFile = '/sign-in.js';

/** Builds the console's page from its sources; it takes some tens of milliseconds. */
export const buildConsole = async (): Promise<readonly ConsoleFile[]> => {
  const [page, script, signIn, style, icon] = await Promise.all([
    asItIs('index.html'),
    bundle('main.tsx'),
    bundle('sign-in.ts'),
    bundle('style.css'),
    asItIs('favicon.svg'),
  ]);
  return [
    { path: '/', contentType: 'text/html; charset=utf-8', body: page },
    { path: '/console.js', contentType: 'text/javascript; charset=utf-8', body: script },
    { path: signInFile, contentType: 'text/javascript; charset=utf-8', body: signIn },
    { path: '/console.css', contentType: 'text/css; charset=utf-8', body: style },
    { path: configFile, contentType: 'application/json', body: '{}' },
    { path: '/favicon.svg', contentType: 'image/svg+xml', body: icon },
  ];
};
