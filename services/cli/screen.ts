/** What a screen writes to: standard output, or a test's own. */
export interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export interface Screen {
  readonly width: number;
  readonly height: number;
  /** Replaces what was drawn before. */
  draw(lines: readonly string[]): void;
}

const escape = '\u001b[';
const beginSynchronized = `${escape}?2026h`;
const endSynchronized = `${escape}?2026l`;
const eraseBelow = `${escape}0J`;
const eraseLine = `${escape}K`;

/** Draws pictures in place, one over the other, without flicker where the terminal can synchronize. */
export const createScreen = (terminal: Terminal): Screen => {
  let drawn = 0;
  return {
    // A bare pseudo-terminal says 0.
    get width() {
      return terminal.columns || 80;
    },
    get height() {
      return terminal.rows || 24;
    },
    draw(lines) {
      const up = drawn === 0 ? '' : `${escape}${drawn}A`;
      const body = lines.map((line) => `${line}${eraseLine}\n`).join('');
      terminal.write(`${beginSynchronized}${up}\r${body}${eraseBelow}${endSynchronized}`);
      drawn = lines.length;
    },
  };
};
