import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const read = <S extends z.ZodType>(file: string, schema: S): z.output<S> =>
  schema.parse(JSON.parse(readFileSync(join(import.meta.dirname, '..', file), 'utf8')));

const names = z.record(z.string(), z.string());
const manifest = read(
  'package.json',
  z.object({
    dependencies: names,
    devDependencies: names,
    allowScripts: z.record(z.string(), z.boolean()),
  }),
);
/** A package of this repository, with libraries of its own. */
const workspace = read('infra/simulated-aws/package.json', z.object({ dependencies: names }));
const lock = read(
  'package-lock.json',
  z.object({
    packages: z.record(
      z.string(),
      z.object({
        integrity: z.string().optional(),
        resolved: z.string().optional(),
        hasInstallScript: z.boolean().default(false),
        inBundle: z.boolean().default(false),
        link: z.boolean().default(false),
      }),
    ),
  }),
);
const locked = Object.entries(lock.packages).filter(
  ([path, { link }]) => path.includes('node_modules/') && !link,
);
const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 13);

describe('the libraries', () => {
  it('are each pinned to one version', () => {
    const loose = [manifest.dependencies, manifest.devDependencies, workspace.dependencies]
      .flatMap((each) => Object.entries(each))
      .filter(([, version]) => !/^(npm:[\w-]+@)?\d+\.\d+\.\d+$/.test(version));
    expect(loose).toEqual([]);
  });

  it('are locked by the hash of their contents, from whichever registry they come', () => {
    const unproven = locked.filter(
      ([, { integrity, inBundle }]) => !inBundle && integrity?.startsWith('sha512-') !== true,
    );
    expect(unproven.map(([path]) => path)).toEqual([]);
    expect(locked.flatMap(([, { resolved }]) => resolved ?? [])).toEqual([]);
  });

  it('run a script when they are installed only where that is allowed by name', () => {
    const withScripts = locked.flatMap(([path, each]) => (each.hasInstallScript ? [nameOf(path)] : []));
    const allowed = Object.entries(manifest.allowScripts).flatMap(([name, is]) => (is ? [name] : []));
    expect(allowed.filter((name) => !withScripts.includes(name))).toEqual([]);
    expect(withScripts.filter((name) => !allowed.includes(name))).toEqual([]);
  });
});
