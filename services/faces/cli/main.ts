import { CommanderError } from 'commander';
import { createConsole } from './console.ts';
import { errorText, exitCodeOf } from './errors.ts';
import { exitCodes } from './help.ts';
import { createProgram } from './program.ts';

// Whoever reads only the beginning, as `head` does, has cut the command off: it is not done. 141 is what a
// shell says of any program that a closed pipe has ended.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? exitCodes.cutOff : exitCodes.failed),
  );

const console = createConsole(process.stdout, process.stderr, process.stdin);
// Whatever ends the process, the cursor comes back. A command that ends by itself, as `up` does, listens itself.
process.on('exit', () => console.screen?.close());
for (const [signal, code] of [
  ['SIGINT', exitCodes.interrupted],
  ['SIGTERM', 143],
] as const)
  process.on(signal, () => process.listenerCount(signal) === 1 && process.exit(code));
process.on('uncaughtException', (error) => {
  console.warn(errorText(error));
  process.exit(exitCodeOf(error));
});

/** A command that has failed ends, whatever is still open. */
const lingerMaxMs = 2_000;

const program = createProgram(console, (code) => void (process.exitCode = code));
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) console.warn(errorText(error));
  process.exitCode = exitCodeOf(error);
  setTimeout(() => process.exit(), lingerMaxMs).unref();
}
