import type { Console } from './console.ts';

/** What a command has around it. */
export interface Shell {
  readonly console: Console;
  /** Told the exit code of the command that ran. */
  readonly end: (code: number) => void;
}
