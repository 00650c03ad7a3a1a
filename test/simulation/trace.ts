export interface TraceSummary {
  readonly hash: string;
  readonly calls: number;
  /** Only kept when somebody has to read it. */
  readonly lines: readonly string[];
}

/** Every effect goes into the trace, in order: two runs of one seed have the same. */
export const createTrace = (sinceMs: () => number) => {
  let calls = 0;
  let a = 0x811c9dc5;
  let b = 0x1000193;
  let lines: string[] | undefined;

  return {
    add(what: string, of: string, number: number): void {
      calls += 1;
      const at = sinceMs();
      a ^= at ^ number;
      b += what.length * 31 + number;
      for (let i = 0; i < of.length; i++) {
        a = Math.imul(a ^ of.charCodeAt(i), 0x01000193);
        b = (Math.imul(b, 33) + of.charCodeAt(i)) | 0;
      }
      a = Math.imul(a ^ what.charCodeAt(0), 0x01000193);
      lines?.push(`${(at / 1_000).toFixed(3)} ${what} ${of} ${number}`);
    },
    /** What belongs to the effect before it, for the reader only. */
    note(text: () => string): void {
      lines?.push(`    ${text()}`);
    },
    keep(): void {
      lines ??= [];
    },
    summary: (): TraceSummary => ({
      hash: `${(a >>> 0).toString(16).padStart(8, '0')}${(b >>> 0).toString(16).padStart(8, '0')}`,
      calls,
      lines: lines ?? [],
    }),
  };
};
export type Trace = ReturnType<typeof createTrace>;
