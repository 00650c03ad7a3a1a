import type { EventBridgeEnvelope } from '../../../contracts/foreign-events.ts';
import { RecordTooLargeError, type RecordStore } from '../../core/ports/record-store.ts';
import { auditIdOf, auditRecordOf } from './audit-record.ts';

/** All that it may do: it takes replayed events, so nothing else may follow from one. */
export interface RecordAuditPorts {
  readonly store: Pick<RecordStore, 'write'>;
}

/** Records live and replayed events alike. A repeat is a conflict, and as good as recorded. */
export const createRecordAudit =
  ({ store }: RecordAuditPorts) =>
  async (envelope: EventBridgeEnvelope): Promise<void> => {
    const key = { kind: 'audit' as const, id: auditIdOf(envelope) };
    const record = auditRecordOf(envelope);
    try {
      await store.write(key, record, 0);
    } catch (error) {
      if (!(error instanceof RecordTooLargeError)) throw error;
      // Nothing that the product says is so large. That somebody said it stays on record all the same.
      await store.write(key, { ...record, detail: { tooLarge: error.message } }, 0);
    }
  };
