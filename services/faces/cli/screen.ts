/** What a screen writes to: standard output, or a test's own. */
export interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export interface Screen {
  readonly width: number;
  readonly height: number;
  /** Replaces what was drawn before. Hides the cursor. */
  draw(lines: readonly string[]): void;
  /** Leaves the last picture where it is and shows the cursor again. */
  close(): void;
}

const escape = '\u001b[';
const beginSynchronized = `${escape}?2026h`;
const endSynchronized = `${escape}?2026l`;
const eraseBelow = `${escape}0J`;
const eraseLine = `${escape}K`;
const clearAll = `${escape}H${escape}2J`;
const hideCursor = `${escape}?25l`;
const showCursor = `${escape}?25h`;

/** Draws pictures in place, one over the other, without flicker where the terminal can synchronize. */
export const createScreen = (terminal: Terminal): Screen => {
  let drawn: { readonly lines: number; readonly size: string } | undefined;
  const sizeNow = (): string => `${terminal.columns}x${terminal.rows}`;
  /** Where the next picture begins. A terminal that changed its size has moved the lines of the last one. */
  const start = (): string => {
    if (drawn === undefined) return hideCursor;
    if (drawn.size !== sizeNow()) return clearAll;
    return drawn.lines === 0 ? '' : `${escape}${drawn.lines}A`;
  };
  return {
    // A bare pseudo-terminal says 0.
    get width() {
      return terminal.columns || 80;
    },
    get height() {
      return terminal.rows || 24;
    },
    draw(lines) {
      const body = lines.map((line) => `${line}${eraseLine}\n`).join('');
      terminal.write(`${beginSynchronized}${start()}\r${body}${eraseBelow}${endSynchronized}`);
      drawn = { lines: lines.length, size: sizeNow() };
    },
    close() {
      if (drawn !== undefined) terminal.write(showCursor);
      drawn = undefined;
    },
  };
};
