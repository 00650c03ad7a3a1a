import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}
export const manifestIn = (path: string): Manifest => ({
  ...{ dependencies: {}, peerDependencies: {} },
  ...(JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest),
});

export interface PackageFolder {
  /** An empty folder, in which the package is installed and nothing else. */
  readonly folder: string;
  /** Where the package is once it is installed. */
  readonly installed: string;
  readonly run: (command: string, ...args: readonly string[]) => string;
  /** Links a package of this checkout into the folder, where npm finds it at the version that is asked for. */
  readonly link: (name: string) => void;
  readonly install: () => Promise<void>;
  readonly remove: () => void;
}

/**
 * npm installs the tarball of what `build` writes, without a network. What it depends on is not in npm's cache as an
 * installation needs it, so each declared dependency is linked from this checkout, and npm checks that it is of the
 * version that is asked for. One that is not declared is not there.
 */
export const packageFolder = (
  name: string,
  build: (folder: string) => void | Promise<void>,
): PackageFolder => {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  const run = (command: string, ...args: readonly string[]): string =>
    execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const link = (dependency: string): void => {
    const place = join(folder, 'node_modules', dependency);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(root, 'node_modules', dependency), place);
  };
  const install = async (): Promise<void> => {
    const built = join(folder, 'built');
    await build(built);
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
    const [{ filename }] = JSON.parse(run('npm', 'pack', '--json', '--offline', './built')) as [
      { filename: string },
    ];
    const { dependencies, peerDependencies } = manifestIn(built);
    for (const dependency of Object.keys({ ...dependencies, ...peerDependencies })) link(dependency);
    rmSync(built, { recursive: true });
    const quietly = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
    run('npm', 'install', ...quietly, `./${filename}`);
  };
  const remove = (): void => rmSync(folder, { recursive: true });
  return { folder, installed: join(folder, 'node_modules', name), run, link, install, remove };
};
