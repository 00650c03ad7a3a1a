import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
/** Which of the two runs of a table a file holds: the whole one, or the quick one of which a test holds the figures. */
export type Extent = 'whole' | 'quick';

const fileOf = (name: string, extent: Extent): string =>
  join(folder, ...(extent === 'quick' ? ['quick'] : []), `${name}.json`);

/** Undefined before the first full run of the table. */
export const readResult = (name: string, extent: Extent = 'whole'): Result | undefined =>
  // Only `writeResult` writes these files.
  existsSync(fileOf(name, extent))
    ? (JSON.parse(readFileSync(fileOf(name, extent), 'utf8')) as Result)
    : undefined;

/** Written as the repository's formatter has it, so that a run changes nothing but figures. */
export const writeResult = async (result: Result, extent: Extent = 'whole'): Promise<void> => {
  const file = fileOf(result.name, extent);
  mkdirSync(dirname(file), { recursive: true });
  const options = await prettier.resolveConfig(file);
  writeFileSync(file, await prettier.format(JSON.stringify(result), { ...options, filepath: file }));
};
