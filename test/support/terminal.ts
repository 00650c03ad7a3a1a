import { createColors } from 'picocolors';
import type { Console } from '../../services/faces/cli/console.ts';
import { createProgram } from '../../services/faces/cli/program.ts';

/** A terminal without colours: what was printed, what was warned of, and both in the order in which they were said. */
export interface Terminal {
  readonly console: Console;
  readonly out: string[];
  readonly err: string[];
  readonly said: string[];
  /** Clears what was said. */
  readonly forget: () => void;
}

export const openTerminal = (): Terminal => {
  const out: string[] = [];
  const err: string[] = [];
  const said: string[] = [];
  const sayTo =
    (own: string[]) =>
    (text: string): void =>
      [own, said].forEach((lines) => lines.push(text));
  return {
    console: { colors: createColors(false), print: sayTo(out), warn: sayTo(err) },
    ...{ out, err, said },
    forget: () => [out, err, said].forEach((lines) => lines.splice(0)),
  };
};

/** Runs a command line in a terminal. Gives its exit code, or -1 where it has none. */
export const runIn = async ({ console }: Terminal, ...args: readonly string[]): Promise<number> => {
  const codes: number[] = [];
  const program = createProgram(console, (code) => codes.push(code));
  await program.parseAsync(['node', 'groundswell', ...args]);
  return codes[0] ?? -1;
};

/** Runs a command line in a terminal of its own. Gives its exit code, or -1, and all that it said. */
export const runCommand = async (
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly text: string }> => {
  const terminal = openTerminal();
  const code = await runIn(terminal, ...args);
  return { code, text: terminal.said.join('\n') };
};
