import type { UntoldNotice } from '../../../contracts/api.ts';
import { channelOf, subjectOf, type Waiting } from '../domain/waiting-notice.ts';
import type { RecordKey, RecordStore, WriteResult } from '../ports/record-store.ts';

/** Messages that nobody has taken, by where they stand. */
export type NoticeState = UntoldNotice['state'];

export interface NoticeRecord {
  readonly id: string;
  readonly revision: number;
  readonly waiting: Waiting;
}

const keyOf = (state: NoticeState, waiting: Waiting): RecordKey => ({
  kind: 'notice',
  id: `${state}/${channelOf(waiting)}/${subjectOf(waiting).eventId}`,
});

/** All messages of one state, those that are owed longest first. */
export const readNotices = async (
  store: RecordStore,
  state: NoticeState,
): Promise<readonly NoticeRecord[]> => {
  const found: NoticeRecord[] = [];
  for (const id of await store.list('notice', `${state}/`)) {
    const record = await store.read<Waiting>({ kind: 'notice', id });
    if (record !== undefined) found.push({ id, revision: record.revision, waiting: record.body });
  }
  return found.sort((a, b) => a.waiting.since - b.waiting.since);
};

/** Whether a channel waits for news of this execution: what comes after has to wait too, to stay in order. */
export const hasWaiting = async (
  store: RecordStore,
  channelId: string,
  executionId: string,
): Promise<boolean> => (await store.list('notice', `waiting/${channelId}/${executionId}`)).length > 0;

/** Puts a message on record. One that is there already stays as it is. */
export const addNotice = async (store: RecordStore, state: NoticeState, waiting: Waiting): Promise<void> =>
  void (await store.write(keyOf(state, waiting), waiting, 0));

export const changeNotice = (
  store: RecordStore,
  { id, revision, waiting }: NoticeRecord,
): Promise<WriteResult> => store.write({ kind: 'notice', id }, waiting, revision);

export const removeNotice = (store: RecordStore, { id, revision }: NoticeRecord): Promise<WriteResult> =>
  store.remove({ kind: 'notice', id }, revision);

const untold = (state: NoticeState, { waiting }: NoticeRecord): UntoldNotice => {
  const { since, tries, reason } = waiting;
  const { event, eventId } = subjectOf(waiting);
  return {
    state,
    channel: channelOf(waiting),
    event,
    eventId,
    since: new Date(since).toISOString(),
    tries,
    reason,
  };
};

/** All messages that nobody has taken, as people look at them. */
export const readUntold = async (store: RecordStore): Promise<readonly UntoldNotice[]> => [
  ...(await readNotices(store, 'waiting')).map((record) => untold('waiting', record)),
  ...(await readNotices(store, 'given-up')).map((record) => untold('given-up', record)),
];
