import { accessSync, constants, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The state folder cannot be used by this user, and why. */
export class StateFolderError extends Error {
  constructor(stateDir: string, reason: string) {
    super(`The state folder ${stateDir} cannot be used: ${reason}. Choose another one with --state.`);
    this.name = 'StateFolderError';
  }
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8).padStart(3, '0');

const reasonOf = (path: string, error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EACCES' || code === 'EPERM')
    return `this user may not read and write ${path}, whose mode is ${modeOf(path)}`;
  if (code === 'EROFS') return `${path} is on a file system that is mounted read-only`;
  return error instanceof Error ? error.message.replace(/^\w+: /, '') : String(error);
};

const { R_OK, W_OK, X_OK } = constants;

/** Checks what is in the folder too: files that another user has made are a fault that shows only when they are written. */
const checkAccess = (stateDir: string, path: string): void => {
  const isFolder = statSync(path).isDirectory();
  try {
    accessSync(path, isFolder ? R_OK | W_OK | X_OK : R_OK | W_OK);
  } catch (error) {
    throw new StateFolderError(stateDir, reasonOf(path, error));
  }
  if (isFolder) for (const name of readdirSync(path)) checkAccess(stateDir, join(path, name));
};

/** Undefined: there is nothing, or what stands above it is no folder. */
const kindOf = (path: string): 'folder' | 'file' | undefined => {
  const stats = existsSync(path) ? statSync(path) : undefined;
  return stats && (stats.isDirectory() ? 'folder' : 'file');
};

/** The nearest place above that is there, which has to take a new folder. */
const existingAbove = (path: string): string => {
  const above = dirname(path);
  return above === path || kindOf(above) !== undefined ? above : existingAbove(above);
};

/** Makes the folder; throws a StateFolderError if anything in it could not be read and written. */
export const prepareStateFolder = (stateDir: string): void => {
  try {
    mkdirSync(stateDir, { recursive: true });
  } catch (error) {
    const path = kindOf(stateDir) === 'file' ? stateDir : existingAbove(resolve(stateDir));
    throw new StateFolderError(
      stateDir,
      kindOf(path) === 'file' ? `${path} is a file` : reasonOf(path, error),
    );
  }
  checkAccess(stateDir, stateDir);
};
