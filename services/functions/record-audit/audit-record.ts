import * as z from 'zod';
import type { EventBridgeEnvelope } from '../../../contracts/foreign-events.ts';
import { hashOf } from '../../core/kernel/canonical.ts';

/** The run of events as they happened; a replay's run has the replay's name. */
export const liveRun = 'live';

/** An event as it arrived: what an audit needs of it, and nothing of its way. */
export interface AuditRecord {
  readonly type: string;
  readonly detail: unknown;
  readonly account: string;
  readonly time: string;
}

const placeSchema = z.object({
  metadata: z.object({ stream: z.string().min(1).max(200), version: z.int() }),
});

const digits = 8;

/**
 * `<run>/<stream>/<version>/<content>`: the same event is recorded once however often it arrives, and two
 * that claim one place are both kept. What names no place is kept under its content alone.
 */
export const auditIdOf = (envelope: EventBridgeEnvelope): string => {
  const run = envelope['replay-name'] ?? liveRun;
  const content = hashOf({ type: envelope['detail-type'], detail: envelope.detail }).slice(0, 16);
  const place = placeSchema.safeParse(envelope.detail);
  if (!place.success) return `${run}/-/${content}`;
  const { stream, version } = place.data.metadata;
  return `${run}/${stream}/${String(version).padStart(digits, '0')}/${content}`;
};

export const auditRecordOf = (envelope: EventBridgeEnvelope): AuditRecord => ({
  type: envelope['detail-type'],
  detail: envelope.detail,
  account: envelope.account,
  time: envelope.time,
});
