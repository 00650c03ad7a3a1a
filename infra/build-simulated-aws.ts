import { fileURLToPath } from 'node:url';
import { buildPackage } from './compile-package.ts';

const folderAt = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Builds the installable package of the simulated AWS: its API, its command, and the facts that it shares. */
export const buildSimulatedAws = (folder: string): void =>
  buildPackage(
    {
      ...{ source: folderAt('./simulated-aws'), types: 'node' },
      entries: ['index.ts', 'command/main.ts', 'facts/drs-dependencies.ts'],
      copied: ['simulated-aws.mjs'],
    },
    folder,
  );

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = folderAt('../dist/simulated-aws');
  buildSimulatedAws(folder);
  console.log(`Built ${folder}. Next: npm pack dist/simulated-aws`);
}
