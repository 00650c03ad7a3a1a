import { sep } from 'node:path';
import type { Command } from 'commander';

/** What every command's exit code means. */
export const exitCodes = {
  done: 0,
  failed: 1,
  invalid: 2,
  operatorNeeded: 3,
  unknown: 4,
  interrupted: 130,
  cutOff: 141,
} as const;

const meanings: Readonly<Record<number, string>> = {
  0: 'done; a followed execution has COMPLETED',
  1: 'failed, or a followed execution ended otherwise',
  2: 'the input is invalid, or names something that does not exist; nothing was changed',
  3: 'an execution needs an operator, and none is present',
  4: 'published, but its outcome is not known yet; look before you repeat it',
  130: 'stopped with Ctrl-C',
  141: 'cut off: the reader closed the output',
};

/** The meanings of exit codes, a line each. */
export const exitCodesText = (codes: readonly number[] = Object.values(exitCodes)): string =>
  ['Exit codes:', ...codes.map((code) => `  ${String(code).padStart(3)}  ${meanings[code] ?? ''}`)].join(
    '\n',
  );

/** An example: the command line behind `groundswell`, and what it is for. */
export type Example = readonly [line: string, meaning: string];

const examplesText = (examples: readonly Example[]): string => {
  const width = Math.max(...examples.map(([line]) => line.length));
  return examples.map(([line, meaning]) => `  $ groundswell ${line.padEnd(width)}   ${meaning}`).join('\n');
};

/** Adds examples and exit codes to the help of a command. */
export const withExamples = (
  command: Command,
  examples: readonly Example[],
  codes: readonly number[] = [exitCodes.done, exitCodes.failed, exitCodes.invalid],
): Command =>
  command.addHelpText('after', `\nExamples:\n${examplesText(examples)}\n\n${exitCodesText(codes)}`);

/** What to type in front of a command: an installed package has its own name, a checkout has npm's script. */
export const calledAs = (
  folder: string = import.meta.dirname,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string => {
  if (!folder.split(sep).includes('node_modules')) return 'npm run groundswell --';
  return env['npm_command'] === 'exec' ? 'npx groundswell' : 'groundswell';
};
