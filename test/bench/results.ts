import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as prettier from 'prettier';
import type { Machine } from './machine.ts';
import type { Row } from './table.ts';

/** One table as it was measured, and what a later run is compared with. */
export interface Result {
  readonly name: string;
  readonly about: string;
  readonly machine: Machine;
  readonly rows: readonly Row[];
}

const folder = join(import.meta.dirname, 'results');
const fileOf = (name: string): string => join(folder, `${name}.json`);

/** Undefined before the first full run of the table. */
export const readResult = (name: string): Result | undefined =>
  // Only `writeResult` writes these files.
  existsSync(fileOf(name)) ? (JSON.parse(readFileSync(fileOf(name), 'utf8')) as Result) : undefined;

/** Written as the repository's formatter has it, so that a run changes nothing but figures. */
export const writeResult = async (result: Result): Promise<void> => {
  mkdirSync(folder, { recursive: true });
  const file = fileOf(result.name);
  const options = await prettier.resolveConfig(file);
  writeFileSync(file, await prettier.format(JSON.stringify(result), { ...options, filepath: file }));
};
