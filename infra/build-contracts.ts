import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'contracts');

/** Only what the package's index leads to is compiled; its imports lead to everything else. */
const compile = (folder: string): void => {
  execFileSync(
    process.execPath,
    [
      join(root, 'node_modules/typescript-7/bin/tsc'),
      join(source, 'index.ts'),
      ...['--outDir', folder, '--rootDir', source, '--declaration', '--ignoreConfig'],
      ...['--module', 'nodenext', '--target', 'es2022', '--strict', '--exactOptionalPropertyTypes'],
      ...['--verbatimModuleSyntax', '--rewriteRelativeImportExtensions', '--resolveJsonModule'],
      ...['--types', ''],
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  );
};

/** The compiler rewrites the imports of code, and leaves those of declarations as they are. */
const rewriteDeclarations = (folder: string): void => {
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.d.ts'))) {
    const file = join(folder, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/(['"]\.\.?\/[^'"]+)\.ts(['"])/g, '$1.js$2'));
  }
};

/** Builds the installable package of the contracts into a folder, from which `npm pack` makes it a tarball. */
export const buildContracts = (folder: string): void => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  compile(folder);
  rewriteDeclarations(folder);
  for (const file of ['package.json', 'README.md', 'plan.schema.json', 'generated'])
    cpSync(join(source, file), join(folder, file), { recursive: true });
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(root, 'dist/contracts');
  buildContracts(folder);
  console.log(`Built ${folder}. Next: npm pack dist/contracts`);
}
