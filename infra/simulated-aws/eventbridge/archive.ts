/** An archive of a bus: which of its events are kept, and for how long. */
export interface Archive {
  readonly name: string;
  readonly bus: string;
  readonly eventPattern?: string;
  /** Zero keeps events for ever. */
  readonly retentionDays: number;
  readonly description?: string;
  readonly createdAt: number;
}

const dayMs = 86_400_000;

/** The instant before which an archive keeps nothing. */
export const retentionLimit = ({ retentionDays }: Archive, nowMs: number): number =>
  retentionDays === 0 ? Number.NEGATIVE_INFINITY : nowMs - retentionDays * dayMs;
