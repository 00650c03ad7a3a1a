import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { build } from 'esbuild';
import { apiService, type FaceName, faceNames, functions } from '../topology.ts';
import type { ServiceName } from '../../contracts/services.ts';
import { apiDocument, documentFile, writtenDocument } from './api-document.ts';
import { besideHandler, readAtNeed } from './read-at-need.ts';
import { leaveOut } from './left-out.ts';
import { leanClients } from './lean-clients.ts';
import { oneSdk } from './one-sdk.ts';

const root = join(import.meta.dirname, '../..');

/** On Lambda the role's credentials stand in the environment; the other sources of the SDK's chain are dead weight. */
const lambdaCredentials = join(import.meta.dirname, 'lambda-credentials.ts');
const oneRegionSigner = join(import.meta.dirname, 'one-region-signer.ts');

export interface Bundle {
  readonly service: ServiceName;
  /** Of what a cold start reads. */
  readonly bytes: number;
  /** Of what is read only when a request first needs it. */
  readonly lazyBytes: number;
  /** SHA-256 of the code that Lambda runs; the same sources give the same one on any machine. */
  readonly hash: string;
  /** Where each byte of a cold start comes from, by file. */
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
    plugins: [oneSdk(root), leanClients(), writtenDocument(), leaveOut(), besideHandler()],
    logLevel: 'error',
  });

const isCode = ({ path }: { readonly path: string }): boolean => path.endsWith('.mjs');

const bundleOf = (
  service: ServiceName,
  { outputFiles, metafile }: Awaited<ReturnType<typeof bundle>>,
): Bundle => {
  const files = outputFiles.filter(({ path }) => path.startsWith(join(outdir, service) + sep));
  const code = files.filter(isCode);
  const start = code.find(({ path }) => path === join(outdir, service, 'handler.mjs'));
  const output = metafile.outputs[`dist/${service}/handler.mjs`];
  if (start === undefined || output === undefined) throw new Error(`esbuild built nothing for ${service}`);
  const hash = createHash('sha256');
  for (const { contents } of code) hash.update(contents);
  const bytes = start.contents.byteLength;
  return {
    service,
    bytes,
    lazyBytes: code.reduce((sum, { contents }) => sum + contents.byteLength, -bytes),
    hash: hash.digest('hex'),
    inputs: Object.fromEntries(
      Object.entries(output.inputs).map(([file, { bytesInOutput }]) => [file, bytesInOutput]),
    ),
    files: [...files, ...besideCode(service)],
  };
};

/** The API's document stands beside its code. */
const besideCode = (service: ServiceName): Bundle['files'] =>
  service === apiService
    ? [{ path: join(outdir, service, documentFile), contents: Buffer.from(apiDocument()) }]
    : [];

/**
 * A bundle for each function: minified ESM with its source map beside it, all built at once. Nothing is
 * external, since the SDK that the Lambda runtime brings may be older than what was tested.
 */
export const buildBundles = async (): Promise<readonly Bundle[]> => {
  const entries = functions.map(
    ({ service }) => [`${service}/handler`, `services/functions/${service}/handler.ts`] as const,
  );
  const built = await bundle({ ...Object.fromEntries(entries), ...readAtNeed });
  return functions.map(({ service }) => bundleOf(service, built));
};

const faces: Readonly<Record<FaceName, string>> = {
  'region-switch-step': 'services/faces/region-switch/handler.ts',
  'store-plan': 'services/faces/plan-resource/handler.ts',
};

export const buildFace = async (name: FaceName): Promise<Bundle['files']> => {
  const { outputFiles } = await bundle({ [`${name}/handler`]: faces[name] });
  return outputFiles.filter(({ path }) => path.startsWith(join(outdir, name) + sep));
};

/** Writes it where the stack takes its code from, and says where that is. */
export const writeFace = (name: FaceName, files: Bundle['files']): string => {
  const folder = join(outdir, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of files) writeFileSync(path, contents);
  return folder;
};

export const bundleFolder = (service: ServiceName): string => join(root, 'dist', service);

/** Puts bundles where the stack takes its functions' code from. */
export const writeBundles = (bundles: readonly Bundle[]): void => {
  // What is left of an earlier build would be uploaded with this one.
  for (const { service } of bundles) rmSync(bundleFolder(service), { recursive: true, force: true });
  for (const { path, contents } of bundles.flatMap(({ files }) => files)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
};

/** Puts the code of every function under another folder, in one of its own. */
export const writeAllCode = async (folder: string): Promise<void> => {
  const bundles = await buildBundles();
  const files = [
    ...bundles.flatMap((each) => each.files),
    ...(await Promise.all(faceNames.map(buildFace))).flat(),
  ];
  for (const { path, contents } of files) {
    const place = join(folder, relative(outdir, path));
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, contents);
  }
};
