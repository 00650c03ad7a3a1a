import { fileURLToPath } from 'node:url';
import { buildPackage } from './compile-package.ts';

const folderAt = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Builds the installable package of the contracts; its index leads to everything in it. */
export const buildContracts = (folder: string): void =>
  buildPackage(
    {
      ...{ source: folderAt('../contracts'), entries: ['index.ts'], types: '' },
      copied: ['plan.schema.json', 'generated'],
    },
    folder,
  );

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = folderAt('../dist/contracts');
  buildContracts(folder);
  console.log(`Built ${folder}. Next: npm pack dist/contracts`);
}
