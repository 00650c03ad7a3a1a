import { readFileSync } from 'node:fs';
import { help, readArguments, UsageError } from './arguments.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);

const versionIn = (manifest: URL): string =>
  (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version;

/** Mistakes of whoever called, beside those of arguments: the state folder, or the port. */
const isInput = (error: Error): boolean =>
  error instanceof UsageError || ['StateInUseError', 'StateFolderError'].includes(error.name);

const textOf = (error: Error): string =>
  'code' in error && error.code === 'EADDRINUSE'
    ? 'The port is taken. Choose another with --port, or stop what listens there.'
    : error.message;

try {
  const args = readArguments(process.argv.slice(2));
  if (args.kind === 'help') print(help);
  else if (args.kind === 'version') print(versionIn(new URL('../package.json', import.meta.url)));
  else await (await import('./run.ts')).run(args, print);
} catch (raw) {
  const error = raw instanceof Error ? raw : new Error(String(raw));
  process.stderr.write(
    `${textOf(error)}\n${error instanceof UsageError ? 'Run simulated-aws --help for usage.\n' : ''}`,
  );
  process.exitCode = isInput(error) ? 2 : 1;
}
