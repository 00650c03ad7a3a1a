import type { Initiation } from './initiation.ts';
import type { SourceServer } from './source-server.ts';

/** How the data replication of a source server stands. */
export interface Replication {
  readonly state: SourceServer['replication']['state'];
  readonly lagMs: number;
  readonly error?: string | undefined;
  /** Points in time before this one (epoch ms) are gone. */
  readonly pointsFrom: number;
  /** Since when no new points are made, epoch ms. */
  readonly stalledAt?: number;
  /** How its agent was connected, of a server that joined or was started while the simulation ran. */
  readonly initiation?: Initiation;
  /** The share of the disks that is copied, and that which was read again, from 0 to 1. */
  readonly copied: number;
  readonly rescanned: number;
  /** When a copy or a rescan that is under way will be done, epoch ms. */
  readonly doneAt?: number;
}
