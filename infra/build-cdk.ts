import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeAllCode } from './aws/bundles.ts';
import { buildPackage } from './compile-package.ts';

const folderAt = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Builds the installable package of the CDK constructs, with the code of every function in it. */
export const buildCdk = async (folder: string): Promise<void> => {
  buildPackage(
    {
      ...{ source: folderAt('./aws/constructs'), root: folderAt('..'), types: 'node' },
      ...{ entries: ['index.ts'], copied: [] },
    },
    folder,
  );
  await writeAllCode(join(folder, 'assets'));
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = folderAt('../dist/cdk');
  await buildCdk(folder);
  console.log(`Built ${folder}. Next: npm pack dist/cdk`);
}
