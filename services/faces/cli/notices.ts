import type { UntoldNotice } from '../../../contracts/api.ts';
import { anew } from '../../core/domain/waiting-notice.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import { addNotice, readNotices, readUntold, removeNotice } from '../../core/streams/notice-records.ts';
import { connect, nowThere } from './connect.ts';
import { commandLine, type ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { tableText } from './format.ts';
import { timeText } from '../../core/view/time-text.ts';

export interface NoticesOptions extends ConnectionOptions {
  readonly again?: boolean;
  readonly json?: boolean;
}

const textOf = (rows: readonly UntoldNotice[]): string =>
  rows.length === 0
    ? 'No undelivered notices.'
    : tableText([
        ['state', 'channel', 'event', 'id', 'since', 'tries', 'reason'],
        ...rows.map(({ state, channel, event, eventId, since, tries, reason }) => [
          ...[state, channel === '' ? 'any' : channel, event, eventId],
          ...[timeText(Date.parse(since)), String(tries), reason],
        ]),
      ]).join('\n');

/** Written before it is removed: a crash in between notifies nobody twice, since each event is delivered once. */
const tryAgain = async (store: RecordStore, now: number): Promise<number> => {
  const records = await readNotices(store, 'given-up');
  for (const record of records) {
    await addNotice(store, 'waiting', anew(record.waiting, now));
    await removeNotice(store, record);
  }
  return records.length;
};

/** One line about undelivered notices, or nothing. */
export const untoldText = async (
  store: RecordStore,
  options?: ConnectionOptions,
): Promise<string | undefined> => {
  const [waiting, givenUp] = await Promise.all([
    store.list('notice', 'waiting/'),
    store.list('notice', 'given-up/'),
  ]);
  if (waiting.length + givenUp.length === 0) return undefined;
  return `Undelivered notices: ${waiting.length} waiting, ${givenUp.length} given up. See: ${commandLine('notices', options)}`;
};

/** Shows which messages were not taken, and can have those tried again that were given up. */
export const notices = async (options: NoticesOptions, console: Console): Promise<number> => {
  const { store } = connect(options);
  if (options.again === true)
    console.warn(`Will be retried within five minutes: ${await tryAgain(store, await nowThere(options))}`);
  const rows = await readUntold(store);
  console.print(options.json === true ? JSON.stringify(rows) : textOf(rows));
  return 0;
};
