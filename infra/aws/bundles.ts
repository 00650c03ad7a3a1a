import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { functions } from '../topology.ts';
import { oneSdk } from './one-sdk.ts';

const root = join(import.meta.dirname, '../..');

/** On Lambda the role's credentials stand in the environment; the other sources of the SDK's chain are dead weight. */
const lambdaCredentials = join(import.meta.dirname, 'lambda-credentials.ts');

export interface Bundle {
  readonly service: string;
  readonly bytes: number;
  /** SHA-256 of the code that Lambda runs; the same sources give the same one on any machine. */
  readonly hash: string;
  /** Where each byte comes from, by file. */
  readonly inputs: Readonly<Record<string, number>>;
  readonly files: readonly { readonly path: string; readonly contents: Uint8Array }[];
}

/**
 * One bundle for each of these services, from one run of esbuild: minified ESM with its source map beside
 * it. Nothing is external, since the SDK that the Lambda runtime brings may be older than what was tested.
 */
export const buildBundles = async (
  services: readonly string[] = functions.map(({ service }) => service),
): Promise<readonly Bundle[]> => {
  const outdir = join(root, 'dist');
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      services.map((service) => [`${service}/handler`, `services/${service}/handler.ts`]),
    ),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    legalComments: 'none',
    alias: { '@aws-sdk/credential-provider-node': lambdaCredentials },
    plugins: [oneSdk(root)],
    logLevel: 'error',
  });
  return services.map((service) => {
    const files = outputFiles.filter(({ path }) => path.startsWith(join(outdir, service) + '/'));
    const code = files.find(({ path }) => path.endsWith('.mjs'));
    const output = metafile.outputs[`dist/${service}/handler.mjs`];
    if (code === undefined || output === undefined) throw new Error(`esbuild built nothing for ${service}`);
    return {
      service,
      bytes: code.contents.byteLength,
      hash: createHash('sha256').update(code.contents).digest('hex'),
      inputs: Object.fromEntries(
        Object.entries(output.inputs).map(([file, { bytesInOutput }]) => [file, bytesInOutput]),
      ),
      files,
    };
  });
};

export const bundleFolder = (service: string): string => join(root, 'dist', service);

/** Puts bundles where the stack takes its functions' code from. */
export const writeBundles = (bundles: readonly Bundle[]): void => {
  for (const { path, contents } of bundles.flatMap(({ files }) => files)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
};
