/** This part of a time-out has passed when it is warned of. */
const warnShare = 0.8;

/** When to warn of a time-out that runs from `from` to `until`, epoch ms. */
export const warnAt = (from: number, until: number): number => from + (until - from) * warnShare;
