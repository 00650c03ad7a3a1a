import { CommanderError } from 'commander';
import { exitCodes } from './help.ts';
import { InputError } from './input-error.ts';

/** Errors of the runtime that whoever called can mend: the state folder that they named. */
const ofInput = ['StateInUseError', 'StateFolderError'];

/** What an error means to whoever called, in one exit code: 2 for their input, 1 for everything else. */
export const exitCodeOf = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.invalid;
  const isInput = error instanceof InputError || (error instanceof Error && ofInput.includes(error.name));
  return isInput ? exitCodes.invalid : exitCodes.failed;
};
