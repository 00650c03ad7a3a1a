import type { EventBridgeEnvelope } from '../../contracts/foreign-events.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { auditIdOf, auditRecordOf } from './audit-record.ts';

/** All that it may do: it takes replayed events, so nothing else may follow from one. */
export interface RecordAuditPorts {
  readonly store: Pick<RecordStore, 'write'>;
}

/** Records live and replayed events alike. A repeat is a conflict, and as good as recorded. */
export const createRecordAudit =
  ({ store }: RecordAuditPorts) =>
  async (envelope: EventBridgeEnvelope): Promise<void> => {
    await store.write({ kind: 'audit', id: auditIdOf(envelope) }, auditRecordOf(envelope), 0);
  };
