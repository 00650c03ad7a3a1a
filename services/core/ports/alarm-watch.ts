import type { Target } from '../../../contracts/plan.ts';
import { sha256 } from '../kernel/canonical.ts';
import { changeRecord } from '../kernel/until-written.ts';
import type { RecordKey, RecordStore } from './record-store.ts';

/** Where an alarm stands. */
export type AlarmPlace = Pick<Target, 'account' | 'region'>;

/** Who is to look when an alarm or a calendar changes its state: a wave, or without one the execution itself. */
export interface AlarmWatcher {
  readonly executionId: string;
  readonly waveId?: string;
  /** Epoch ms. After it nobody looks any more. */
  readonly until: number;
}

/** A record `alarm` or `calendar`. */
export interface AlarmWatch {
  readonly watchers: readonly AlarmWatcher[];
}

/** Who is not on record any more is woken by timers alone. */
const watchersMax = 20;

const nobody: AlarmWatch = { watchers: [] };

/** The record of those whom a Change Calendar of the hub's account and Region holds up, by its name. */
export const calendarWatchKey = (nameOrArn: string): RecordKey => ({
  kind: 'calendar',
  id: sha256(nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1)),
});

/** The record of those who watch an alarm. Names of alarms hold any character, and up to 255 of them. */
export const alarmWatchKey = ({ account, region }: AlarmPlace, name: string): RecordKey => ({
  kind: 'alarm',
  id: sha256(`${account}/${region}/${name}`),
});

const isSame = (one: AlarmWatcher, other: AlarmWatcher): boolean =>
  one.executionId === other.executionId && one.waveId === other.waveId;

/** Notes who is to look when one of these alarms or calendars changes its state, in place of what was noted of them before. */
export const noteWatcherOf = async (
  store: RecordStore,
  keys: readonly RecordKey[],
  watcher: AlarmWatcher,
  now: number,
): Promise<void> => {
  for (const key of keys)
    await changeRecord(store, key, `${key.kind} ${key.id}`, nobody, ({ watchers }) => {
      const others = watchers.filter((each) => each.until > now && !isSame(each, watcher));
      return { body: { watchers: [...others, watcher].slice(-watchersMax) }, answer: undefined };
    });
};

/** The same for alarms in an account and Region, by their names. */
export const noteWatcher = (
  store: RecordStore,
  place: AlarmPlace,
  names: readonly string[],
  watcher: AlarmWatcher,
  now: number,
): Promise<void> =>
  noteWatcherOf(
    store,
    names.map((name) => alarmWatchKey(place, name)),
    watcher,
    now,
  );

/** Who waits for a change of this alarm or calendar now. */
export const watchersOf = async (
  store: RecordStore,
  key: RecordKey,
  now: number,
): Promise<readonly AlarmWatcher[]> => {
  const { watchers } = (await store.read<AlarmWatch>(key))?.body ?? nobody;
  return watchers.filter(({ until }) => until > now);
};
