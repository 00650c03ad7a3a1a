import type { Replication } from '../../../services/core/domain/homeward-server.ts';

const minute = 60_000;
const gib = 1024 ** 3;
const totalBytes = 8 * gib;

/** A server that replicates from the place of origin, and was recovered. */
export interface Forward {
  readonly id: string;
  machineId: string;
  /** Since when, and until when, a machine at home has replicated out again. */
  protecting?: { readonly since: number; readonly until: number };
}

export interface Machine {
  readonly id: string;
  readonly serverId: string;
  readonly isDrill: boolean;
  readonly jobId: string;
  readonly launchedAt: number;
  goneAt: number;
  isRecordDeleted: boolean;
}

/** At home, what replicates from a machine that was recovered. */
export interface Reversed {
  readonly id: string;
  readonly of: string;
  readonly machineId: string;
  readonly createdAt: number;
  readonly visibleAt: number;
  readonly inSyncAt: number;
  readonly stallsUntil: number;
  state: 'FED' | 'STOPPED' | 'DISCONNECTED' | 'DELETED';
}

/** What DRS shows of a reversed server; `isFed`: the machine that it replicates from is there. */
export const reversedReplication = (each: Reversed, now: number, isFed: boolean): Replication => {
  const bytes = (share: number) => ({
    ...{ totalBytes, copiedBytes: Math.round(totalBytes * share), rescannedBytes: 0 },
  });
  if (each.state === 'STOPPED' || each.state === 'DISCONNECTED') return { state: each.state, ...bytes(1) };
  if (!isFed) return { state: 'STALLED', error: 'AGENT_NOT_SEEN', ...bytes(0.5) };
  const sinceMs = now - each.createdAt;
  if (sinceMs < minute) return { state: 'INITIATING', ...bytes(0) };
  const share = Math.min(1, sinceMs / (each.inSyncAt - each.createdAt));
  if (now < each.stallsUntil) return { state: 'STALLED', error: 'AGENT_NOT_SEEN', ...bytes(0.1) };
  if (share < 1) return { state: 'INITIAL_SYNC', etaAt: each.inSyncAt, ...bytes(share) };
  return { state: 'CONTINUOUS', lagSeconds: 0, ...bytes(1) };
};

export const forwardReplication = ({ protecting }: Forward, now: number): Replication => {
  const base = { totalBytes, copiedBytes: totalBytes };
  if (protecting === undefined) return { state: 'STALLED', lagSeconds: 3_600, ...base, rescannedBytes: 0 };
  const { since, until } = protecting;
  if (now < since + 30_000) return { state: 'STALLED', error: 'AGENT_NOT_SEEN', ...base, rescannedBytes: 0 };
  const share = Math.min(1, (now - since) / (until - since));
  const rescannedBytes = Math.round(totalBytes * share);
  if (share < 1) return { state: 'RESCAN', lagSeconds: 900, etaAt: until, ...base, rescannedBytes };
  return { state: 'CONTINUOUS', lagSeconds: 0, ...base, rescannedBytes };
};
