import { resolve } from 'node:path';
import { spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';

const main = resolve(import.meta.dirname, '../../services/faces/cli/groundswell.mjs');

export interface Ending {
  readonly exitCode: number;
  readonly signal: number;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface PseudoTerminal {
  /** What stands on the screen now, a line each, without blanks at the ends. */
  lines(): readonly string[];
  /** Whether a line was too long for the screen and goes on in the next one. */
  isWrapped(): boolean;
  /** Every picture so far that differs from the one before it, oldest first. */
  pictures(): readonly string[];
  isCursorShown(): boolean;
  type(keys: string): void;
  resize(size: Size): void;
  /** When the command has ended and everything it wrote stands on the screen. */
  readonly ended: Promise<Ending>;
  /** Ends the command if it still runs. */
  close(): void;
}

/** Notes whether the cursor is shown, as DEC private mode 25 says. */
const followCursor = (screen: headless.Terminal): (() => boolean) => {
  let isShown = true;
  for (const [final, shows] of [
    ['h', true],
    ['l', false],
  ] as const)
    screen.parser.registerCsiHandler({ prefix: '?', final }, (params) => {
      if (params.includes(25)) isShown = shows;
      return false;
    });
  return () => isShown;
};

/** Runs `groundswell` in a pseudo-terminal of the operating system, with an emulated screen before it. */
export const openTerminal = (args: readonly string[], { columns, rows }: Size): PseudoTerminal => {
  const screen = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 500 });
  const isCursorShown = followCursor(screen);
  const env = { ...process.env, TERM: 'xterm-256color' };
  const child = spawn(process.execPath, [main, ...args], { cols: columns, rows, env });
  const { active } = screen.buffer;
  const linesFrom = (top: number) => Array.from({ length: screen.rows }, (_, y) => active.getLine(top + y));
  const lines = (): readonly string[] =>
    linesFrom(active.baseY).map((line) => line?.translateToString(true) ?? '');
  const pictures: string[] = [];
  const look = (): void => {
    const picture = lines().join('\n');
    if (picture !== pictures.at(-1)) pictures.push(picture);
  };
  child.onData((data) => screen.write(data, look));
  let hasEnded = false;
  const ended = new Promise<Ending>((done) =>
    child.onExit(({ exitCode, signal = 0 }) => {
      hasEnded = true;
      screen.write('', () => done({ exitCode, signal }));
    }),
  );
  return {
    ...{ lines, isCursorShown, ended },
    isWrapped: () => linesFrom(active.baseY).some((line) => line?.isWrapped === true),
    pictures: () => pictures,
    type: (keys) => child.write(keys),
    resize(size) {
      screen.resize(size.columns, size.rows);
      child.resize(size.columns, size.rows);
    },
    close: () => void (hasEnded || child.kill('SIGKILL')),
  };
};
