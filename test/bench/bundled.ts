import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Bench } from './table.ts';

const folder = join(import.meta.dirname, '../../node_modules/.cache/groundswell-bench');

/**
 * Loads a table's sources as one bundle, as Lambda runs them. Where tsx compiles them it names each function anew
 * whenever it is made, which a decision of microseconds spends a third of its time on.
 */
export const bundled = async (name: string): Promise<{ readonly bench: Bench }> => {
  const outfile = join(folder, `${name}-${process.pid}.mjs`);
  await build({
    ...{ entryPoints: [join(import.meta.dirname, `${name}.ts`)], outfile, bundle: true },
    ...{ platform: 'node', format: 'esm', packages: 'external', logLevel: 'error' },
  });
  return (await import(pathToFileURL(outfile).href)) as { readonly bench: Bench };
};
