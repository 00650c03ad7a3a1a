import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { build } from 'esbuild';
import { apiService, functions } from '../topology.ts';
import { apiDocument, documentFile, writtenDocument } from './api-document.ts';
import { leaveOut } from './left-out.ts';
import { leanClients } from './lean-clients.ts';
import { oneSdk } from './one-sdk.ts';

const root = join(import.meta.dirname, '../..');

/** On Lambda the role's credentials stand in the environment; the other sources of the SDK's chain are dead weight. */
const lambdaCredentials = join(import.meta.dirname, 'lambda-credentials.ts');
const oneRegionSigner = join(import.meta.dirname, 'one-region-signer.ts');

export interface Bundle {
  readonly service: string;
  readonly bytes: number;
  /** SHA-256 of the code that Lambda runs; the same sources give the same one on any machine. */
  readonly hash: string;
  /** Where each byte comes from, by file. */
  readonly inputs: Readonly<Record<string, number>>;
  readonly files: readonly { readonly path: string; readonly contents: Uint8Array }[];
}

const outdir = join(root, 'dist');

/** Builds these entry points, by name and by path from the root, as handlers are built; writes nothing. */
export const bundle = (entryPoints: Readonly<Record<string, string>>) =>
  build({
    absWorkingDir: root,
    entryPoints: { ...entryPoints },
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
    legalComments: 'none',
    alias: {
      '@aws-sdk/credential-provider-node': lambdaCredentials,
      '@aws-sdk/signature-v4-multi-region': oneRegionSigner,
    },
    plugins: [oneSdk(root), leanClients(), writtenDocument(), leaveOut()],
    logLevel: 'error',
  });

const bundleOf = (service: string, { outputFiles, metafile }: Awaited<ReturnType<typeof bundle>>): Bundle => {
  const files = outputFiles.filter(({ path }) => path.startsWith(join(outdir, service) + sep));
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
    files: [...files, ...besideCode(service)],
  };
};

/** The API's document stands beside its code. */
const besideCode = (service: string): Bundle['files'] =>
  service === apiService
    ? [{ path: join(outdir, service, documentFile), contents: Buffer.from(apiDocument()) }]
    : [];

/**
 * A bundle for each function: minified ESM with its source map beside it, all built at once. Nothing is
 * external, since the SDK that the Lambda runtime brings may be older than what was tested.
 */
export const buildBundles = async (): Promise<readonly Bundle[]> => {
  const entries = functions.map(
    ({ service }) => [`${service}/handler`, `services/${service}/handler.ts`] as const,
  );
  const built = await bundle(Object.fromEntries(entries));
  return functions.map(({ service }) => bundleOf(service, built));
};

export const bundleFolder = (service: string): string => join(root, 'dist', service);

/** Puts bundles where the stack takes its functions' code from. */
export const writeBundles = (bundles: readonly Bundle[]): void => {
  for (const { path, contents } of bundles.flatMap(({ files }) => files)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
};
