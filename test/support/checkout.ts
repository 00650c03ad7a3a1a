import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** A folder like a checkout, in which commands may leave files, and the programs that the page takes for granted. */
export const createCheckout = () => {
  const folder = mkdtempSync(join(tmpdir(), 'readme-'));
  for (const name of readdirSync(root))
    if (!name.startsWith('.') || name === '.npmrc') symlinkSync(join(root, name), join(folder, name));
  const bin = mkdtempSync(join(tmpdir(), 'readme-bin-'));
  const program = (name: string, file: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\nexec node "${join(root, file)}" "$@"\n`);
    chmodSync(join(bin, name), 0o755);
  };
  program('groundswell', 'services/faces/cli/groundswell.mjs');
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' });
  } catch {
    program('aws', 'test/support/shell/aws.mjs');
  }
  return { folder, bin };
};
