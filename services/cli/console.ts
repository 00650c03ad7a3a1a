import picocolors from 'picocolors';
import type { Colors } from 'picocolors/types.js';
import { createScreen, type Screen, type Terminal } from './screen.ts';

/** The terminal that a command talks to. */
export interface Console {
  readonly colors: Colors;
  /** Only on a terminal. */
  readonly screen?: Screen;
  readonly print: (text: string) => void;
  /** To standard error, so that standard output stays what it is. */
  readonly warn: (text: string) => void;
}

export const createConsole = (
  out: Terminal & { readonly isTTY?: boolean },
  err: Pick<Terminal, 'write'>,
): Console => ({
  colors: picocolors,
  ...(out.isTTY === true && { screen: createScreen(out) }),
  print: (text) => void out.write(`${text}\n`),
  warn: (text) => void err.write(`${text}\n`),
});
