export type ReplayState = 'STARTING' | 'RUNNING' | 'CANCELLING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';

export interface ReplayProgress {
  readonly state: ReplayState;
  readonly reason?: string;
  /** The time of the latest event that was sent again, epoch ms. */
  readonly replayedTo?: number;
}

/** Replays of the bus's archive towards the audit alone: no other rule of the bus is given its events. */
export interface AuditReplays {
  /** Events with a time from `fromMs` to `toMs`, in whole seconds. Throws when the name is taken. */
  start(name: string, fromMs: number, toMs: number): Promise<void>;
  describe(name: string): Promise<ReplayProgress>;
}
