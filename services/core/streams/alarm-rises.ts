import type { Rises } from '../domain/stop-alarms.ts';
import { changeRecord } from '../kernel/until-written.ts';
import type { RecordKey, RecordStore } from '../ports/record-store.ts';

const keyOf = (executionId: string): RecordKey => ({ kind: 'rises', id: executionId });

/** Undefined before the first look. */
export const readRises = async (store: RecordStore, executionId: string): Promise<Rises | undefined> =>
  (await store.read<Rises>(keyOf(executionId)))?.body;

const none: Rises = {};

/** Puts rises on record, and keeps the last of each alarm. Gives all that are on record. */
export const noteRises = (store: RecordStore, executionId: string, seen: Rises): Promise<Rises> =>
  changeRecord(store, keyOf(executionId), `rises of ${executionId}`, none, (known) => {
    const later = Object.entries(seen).filter(([key, since]) => since > (known[key] ?? -1));
    const body = later.length === 0 && known !== none ? known : { ...known, ...Object.fromEntries(later) };
    return { body, answer: body };
  });
