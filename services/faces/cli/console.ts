import { createInterface } from 'node:readline';
import picocolors from 'picocolors';
import type { Colors } from 'picocolors/types.js';
import { visibleLines } from '../../../contracts/visible-text.ts';
import { createScreen, type Screen, type Terminal } from './screen.ts';

/** The terminal that a command talks to. */
export interface Console {
  readonly colors: Colors;
  /** Only on a terminal. */
  readonly screen?: Screen;
  readonly print: (text: string) => void;
  /** Asks whoever sits there, and gives the answer; absent where nobody does. An end of the input is an empty answer. */
  readonly ask?: (question: string) => Promise<string>;
  /** To standard error, so that standard output stays what it is. */
  readonly warn: (text: string) => void;
}

// eslint-disable-next-line no-control-regex -- the escape is what begins a colour
const color = /(\u001b\[\d{1,2}m)/;

/** What comes from outside shows its control characters, whichever command prints it; colours are the command line's own. */
const shown = (text: string): string =>
  picocolors.isColorSupported
    ? text
        .split(color)
        .map((part, at) => (at % 2 === 0 ? visibleLines(part) : part))
        .join('')
    : visibleLines(text);

const askOn = (input: NodeJS.ReadStream, question: string): Promise<string> =>
  new Promise((resolve) => {
    const lines = createInterface({ input, output: process.stderr });
    lines.once('close', () => resolve(''));
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });

export const createConsole = (
  out: Terminal & { readonly isTTY?: boolean },
  err: Pick<Terminal, 'write'>,
  input?: NodeJS.ReadStream,
): Console => ({
  colors: picocolors,
  ...(out.isTTY === true && { screen: createScreen(out) }),
  ...(input?.isTTY === true && out.isTTY === true && { ask: (question) => askOn(input, question) }),
  print: (text) => void out.write(`${shown(text)}\n`),
  warn: (text) => void err.write(`${shown(text)}\n`),
});

/** What a command has around it. */
export interface Shell {
  readonly console: Console;
  /** Told the exit code of the command that ran. */
  readonly end: (code: number) => void;
}
