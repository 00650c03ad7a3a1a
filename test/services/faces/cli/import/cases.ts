import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const fixtures = join(import.meta.dirname, 'fixtures');

export interface ImportCase {
  readonly name: string;
  readonly file: string;
  readonly options: { readonly map?: string; readonly asGraph?: boolean; readonly inTurn?: boolean };
}

const caseOf = (fixture: string, options: ImportCase['options'] = {}, suffix = ''): ImportCase => {
  const map = join(fixtures, `${fixture}.map.yaml`);
  return {
    name: `${fixture}${suffix}`,
    file: join(fixtures, `${fixture}.json`),
    options: { ...options, ...(existsSync(map) && { map }) },
  };
};

/** Every fixture with its map, and those that an option reads otherwise. */
export const importCases: readonly ImportCase[] = [
  ...readdirSync(fixtures)
    .filter((file) => file.endsWith('.json'))
    .map((file) => caseOf(file.slice(0, -'.json'.length))),
  caseOf('orchestrator-1.1', { asGraph: true }, '+as-graph'),
  caseOf('items-of-the-table', { asGraph: true }, '+as-graph'),
  caseOf('items-from-one', { inTurn: true }, '+in-turn'),
];
