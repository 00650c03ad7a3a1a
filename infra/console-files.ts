import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { relative, sep } from 'node:path';
import { build, type BuildOptions, type Metafile } from 'esbuild';

/** A file of the console as a web server hands it out. */
export interface ConsoleFile {
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
  /** Loaded only once a page needs it. */
  readonly isLater?: true;
  /** Loaded only by who edits a plan. */
  readonly isOfEditor?: true;
}

const folder = fileURLToPath(new URL('../services/faces/console/page/', import.meta.url));

const options = {
  bundle: true,
  write: false,
  minify: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  tsconfigRaw: {},
  legalComments: 'none',
} as const satisfies BuildOptions;

const bundle = async (entry: string): Promise<string> => {
  const { outputFiles } = await build({ ...options, entryPoints: [`${folder}${entry}`] });
  return outputFiles.map(({ text }) => text).join('');
};

const outdir = '/console';

/** What a script loads before it runs, itself included. */
const loadedAtOnce = (
  outputs: Metafile['outputs'],
  output: string,
  known = new Set<string>(),
): Set<string> => {
  if (known.has(output)) return known;
  known.add(output);
  for (const { path, kind } of outputs[output]?.imports ?? [])
    if (kind === 'import-statement') loadedAtOnce(outputs, path, known);
  return known;
};

const editorEntry = 'editor/edit-plan.tsx';

/** What the editor of plans loads, and no other page. */
const loadedByEditor = (outputs: Metafile['outputs']): ReadonlySet<string> => {
  const entries = Object.entries(outputs).filter(([, { entryPoint }]) => entryPoint !== undefined);
  const reached = (isEditor: boolean): Set<string> =>
    new Set(
      entries
        .filter(([, { entryPoint = '' }]) => entryPoint.endsWith(editorEntry) === isEditor)
        .flatMap(([output]) => [...loadedAtOnce(outputs, output)]),
    );
  const others = reached(false);
  return new Set([...reached(true)].filter((output) => !others.has(output)));
};

/** The page's script, in parts: what few readers open is loaded when they open it. */
const scripts = async (): Promise<readonly ConsoleFile[]> => {
  const { outputFiles, metafile } = await build({
    ...{ ...options, outdir, splitting: true, metafile: true },
    entryPoints: { console: `${folder}main.tsx` },
  });
  const nameOf = (path: string): string => relative(outdir, path).split(sep).join('/');
  const outputs = Object.keys(metafile.outputs);
  const main = outputs.find((output) => output.endsWith('/console.js')) ?? '';
  const fileOf = (output: string): string => output.split('/').at(-1) ?? '';
  const first = new Set([...loadedAtOnce(metafile.outputs, main)].map(fileOf));
  const editor = new Set([...loadedByEditor(metafile.outputs)].map(fileOf));
  return outputFiles.map(({ path, text }) => ({
    path: `/${nameOf(path)}`,
    contentType: 'text/javascript; charset=utf-8',
    body: text,
    ...(!first.has(nameOf(path)) && { isLater: true as const }),
    ...(editor.has(nameOf(path)) && { isOfEditor: true as const }),
  }));
};

const asItIs = (name: string): Promise<string> => readFile(`${folder}${name}`, 'utf8');

/** What a deployment tells the page; the local runtime has nothing to say. */
export const configFile = '/config.json';

/** Loaded only where the configuration wants readers to sign in. */
export const signInFile = '/sign-in.js';

/** Builds the console's page from its sources; it takes some tens of milliseconds. */
export const buildConsole = async (): Promise<readonly ConsoleFile[]> => {
  const [page, parts, signIn, style, icon] = await Promise.all([
    asItIs('index.html'),
    scripts(),
    bundle('sign-in.ts'),
    bundle('style.css'),
    asItIs('favicon.svg'),
  ]);
  return [
    { path: '/', contentType: 'text/html; charset=utf-8', body: page },
    ...parts,
    { path: signInFile, contentType: 'text/javascript; charset=utf-8', body: signIn },
    { path: '/console.css', contentType: 'text/css; charset=utf-8', body: style },
    { path: configFile, contentType: 'application/json', body: '{}' },
    { path: '/favicon.svg', contentType: 'image/svg+xml', body: icon },
  ];
};
