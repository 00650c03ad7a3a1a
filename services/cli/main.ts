import { CommanderError } from 'commander';
import { createConsole } from './console.ts';
import { errorText } from './error-text.ts';
import { exitCodes } from './help.ts';
import { InputError } from './input-error.ts';
import { createProgram } from './program.ts';

/** What an error means to whoever called, in one exit code: 2 for their input, 1 for everything else. */
const exitCodeOf = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof InputError ? 2 : 1;
};

// Whoever reads only the beginning of the output, as `head` does, has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const console = createConsole(process.stdout, process.stderr);
// Whatever ends the process, the cursor comes back. A command that ends by itself, as `up` does, listens itself.
process.on('exit', () => console.screen?.close());
for (const [signal, code] of [
  ['SIGINT', exitCodes.interrupted],
  ['SIGTERM', 143],
] as const)
  process.on(signal, () => process.listenerCount(signal) === 1 && process.exit(code));

const program = createProgram(console, (code) => void (process.exitCode = code));
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) console.warn(errorText(error));
  process.exitCode = exitCodeOf(error);
}
