import type { Recorded } from '../../../contracts/envelope.ts';
import { byText } from './by-text.ts';

/** The order in which events were said; those of one millisecond stand by stream and version. */
export const byTime = (
  { metadata: a }: Pick<Recorded, 'metadata'>,
  { metadata: b }: Pick<Recorded, 'metadata'>,
): number => byText(a.emittedAt, b.emittedAt) || byText(a.stream, b.stream) || a.version - b.version;
