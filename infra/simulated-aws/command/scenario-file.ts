import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Scenario, scenarioSchema } from '../scenario.ts';
import { UsageError } from './arguments.ts';

const refused = (file: string, faults: readonly string[]): UsageError =>
  new UsageError(`The scenario ${file} cannot be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);

const parsed = (file: string): unknown => {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw refused(file, [error instanceof Error ? error.message : String(error)]);
  }
};

/** The scenario in a file of YAML or JSON; throws a UsageError with all of its faults. */
export const readScenario = (file: string): Scenario => {
  const read = scenarioSchema.safeParse(parsed(file) ?? {});
  if (read.success) return read.data;
  throw refused(
    file,
    read.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`),
  );
};
