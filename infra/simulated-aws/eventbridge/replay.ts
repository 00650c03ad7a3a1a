export type ReplayState = 'STARTING' | 'RUNNING' | 'CANCELLING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';

/** A replay of an archive onto its bus. Times in epoch ms. */
export interface Replay {
  readonly name: string;
  readonly description?: string;
  readonly archive: string;
  readonly bus: string;
  readonly filterArns?: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: ReplayState;
  readonly stateReason?: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** The time of the latest event that was sent again. */
  readonly lastReplayedMs?: number;
  /** What is next: a minute of the archive, and how many of its events are done. */
  readonly cursor: { readonly minute: number; readonly done: number };
}

export const isUnfinished = ({ state }: Replay): boolean =>
  state === 'STARTING' || state === 'RUNNING' || state === 'CANCELLING';

const hashOf = (text: string): number => {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93);
  return hash >>> 0;
};

/**
 * The events of one minute in the order in which a replay sends them: not that of the archive, as AWS
 * keeps none, and yet the same after a restart, so that a replay goes on where it was.
 */
export const shuffled = (events: readonly string[], replayName: string): readonly string[] =>
  events
    .map((event) => ({ event, rank: hashOf(replayName + event) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ event }) => event);
