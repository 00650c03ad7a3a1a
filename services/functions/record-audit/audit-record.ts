import type { EventBridgeEnvelope } from '../../../contracts/foreign-events.ts';
import { statedIn } from '../../../contracts/read-event.ts';
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

/** A longer name is none of a stream, and would not fit into a key. */
const streamMax = 200;

const digits = 8;

/**
 * `<run>/<stream>/<version>/<content>`: the same event is recorded once however often it arrives, and two
 * that claim one place are both kept. What names no place is kept under its content alone.
 */
export const auditIdOf = (envelope: EventBridgeEnvelope): string => {
  const run = envelope['replay-name'] ?? liveRun;
  const content = hashOf({ type: envelope['detail-type'], detail: envelope.detail }).slice(0, 16);
  const { stream = '', version } = statedIn(envelope.detail);
  if (stream === '' || stream.length > streamMax || version === undefined) return `${run}/-/${content}`;
  return `${run}/${stream}/${String(version).padStart(digits, '0')}/${content}`;
};

export const auditRecordOf = (envelope: EventBridgeEnvelope): AuditRecord => ({
  type: envelope['detail-type'],
  detail: envelope.detail,
  account: envelope.account,
  time: envelope.time,
});
