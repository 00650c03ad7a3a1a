import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface PackageSource {
  /** The folder of its sources, with its package.json and README.md. */
  readonly source: string;
  /** The folder that the compiled tree stands for, where sources lead out of their own. Default: their own. */
  readonly root?: string;
  /** Only what these lead to is compiled. */
  readonly entries: readonly string[];
  /** The packages of types that its sources take for granted. */
  readonly types: string;
  /** Its sources are checked, and their types go with it, for others to import. Default: true. */
  readonly isImported?: boolean;
  /** What goes with it as it is, beside package.json, README.md and the licence. */
  readonly copied: readonly string[];
}

const compile = (
  { source, root: rootDir = source, entries, types, isImported = true }: PackageSource,
  folder: string,
): void => {
  execFileSync(
    process.execPath,
    [
      join(root, 'node_modules/typescript-7/bin/tsc'),
      ...entries.map((entry) => join(source, entry)),
      ...['--outDir', folder, '--rootDir', rootDir, '--ignoreConfig'],
      ...(isImported ? ['--declaration'] : ['--noCheck']),
      ...['--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,dom', '--strict'],
      ...[
        '--exactOptionalPropertyTypes',
        '--noUncheckedIndexedAccess',
        '--noPropertyAccessFromIndexSignature',
      ],
      ...['--verbatimModuleSyntax', '--rewriteRelativeImportExtensions', '--resolveJsonModule'],
      ...['--types', types, '--skipLibCheck'],
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  );
};

/** The compiler rewrites the imports of code, and leaves those of declarations as they are. */
const rewriteDeclarations = (folder: string): void => {
  for (const name of readdirSync(folder, { encoding: 'utf8', recursive: true })) {
    if (!name.endsWith('.d.ts')) continue;
    const file = join(folder, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/(['"]\.\.?\/[^'"]+)\.ts(['"])/g, '$1.js$2'));
  }
};

/** Builds an installable package into a folder, from which `npm pack` makes it a tarball. */
export const buildPackage = (of: PackageSource, folder: string): void => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  compile(of, folder);
  rewriteDeclarations(folder);
  for (const file of ['package.json', 'README.md', ...of.copied])
    cpSync(join(of.source, file), join(folder, file), { recursive: true });
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
};
