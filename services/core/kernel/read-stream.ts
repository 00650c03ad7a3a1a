import type { RecordStore, StoredRecord } from '../ports/record-store.ts';
import type { StreamRecord } from './stream.ts';

export const streamKey = (stream: string) => ({ kind: 'stream' as const, id: stream });

/** A stream's record; whose state it holds follows from the stream's name. */
export const readStream = <State>(
  store: RecordStore,
  stream: string,
): Promise<StoredRecord<StreamRecord<State>> | undefined> =>
  store.read<StreamRecord<State>>(streamKey(stream));
