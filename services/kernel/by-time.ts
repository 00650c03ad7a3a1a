import type { Recorded } from '../../contracts/envelope.ts';

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** The order in which events were said; those of one millisecond stand by stream and version. */
export const byTime = (
  { metadata: a }: Pick<Recorded, 'metadata'>,
  { metadata: b }: Pick<Recorded, 'metadata'>,
): number => compare(a.emittedAt, b.emittedAt) || compare(a.stream, b.stream) || a.version - b.version;
