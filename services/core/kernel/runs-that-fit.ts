/** Runs of items, in their order, each of at most so many bytes of JSON; an item that is larger stands alone. */
export const runsThatFit = <T>(items: readonly T[], bytesMax: number): readonly (readonly T[])[] => {
  const runs: T[][] = [];
  let bytes = 0;
  for (const item of items) {
    const more = Buffer.byteLength(JSON.stringify(item)) + 1;
    const last = runs.at(-1);
    if (last === undefined || bytes + more > bytesMax) {
      runs.push([item]);
      bytes = more;
    } else {
      last.push(item);
      bytes += more;
    }
  }
  return runs;
};
