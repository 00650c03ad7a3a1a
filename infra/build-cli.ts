import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage } from './compile-package.ts';
import { buildConsole } from './console-files.ts';
import { buildDocs } from './docs-files.ts';
import { functions } from './topology.ts';

const folderAt = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** As in a checkout, without a compiler. */
const command = `#!/usr/bin/env node
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
await import('./services/faces/cli/main.js');
`;

/** Builds the installable package of the command line, with the embedded runtime, the console and the sample plans. */
export const buildCli = async (folder: string): Promise<void> => {
  const handlers = functions.map(({ service }) => `../../../functions/${service}/handler.ts`);
  buildPackage(
    {
      ...{
        source: folderAt('../services/faces/cli/package'),
        root: folderAt('..'),
        types: 'node',
        isImported: false,
      },
      ...{ entries: ['../main.ts', ...handlers], copied: [] },
    },
    folder,
  );
  writeFileSync(join(folder, 'groundswell.mjs'), command);
  mkdirSync(join(folder, 'contracts'), { recursive: true });
  cpSync(folderAt('../contracts/plans'), join(folder, 'contracts/plans'), { recursive: true });
  // The package brings the console and the documentation built, and not what builds them.
  rmSync(join(folder, 'infra/console-files.js'));
  writeFileSync(join(folder, 'infra/docs-files.json'), JSON.stringify(buildDocs()));
  writeFileSync(join(folder, 'infra/console-files.json'), JSON.stringify(await buildConsole()));
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = folderAt('../dist/cli');
  await buildCli(folder);
  console.log(`Built ${folder}. Next: npm pack dist/cli`);
}
