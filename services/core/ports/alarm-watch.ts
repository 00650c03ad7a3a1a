import type { Target } from '../../../contracts/plan.ts';
import { sha256 } from '../kernel/canonical.ts';
import { changeRecord } from '../kernel/until-written.ts';
import type { RecordKey, RecordStore } from './record-store.ts';

/** Where an alarm stands. */
export type AlarmPlace = Pick<Target, 'account' | 'region'>;

/** Who is to look when an alarm changes its state: a wave, or without one the execution itself. */
export interface AlarmWatcher {
  readonly executionId: string;
  readonly waveId?: string;
  /** Epoch ms. After it nobody looks any more. */
  readonly until: number;
}

/** A record `alarm`. */
export interface AlarmWatch {
  readonly watchers: readonly AlarmWatcher[];
}

/** Who is not on record any more is woken by timers alone. */
const watchersMax = 20;

const nobody: AlarmWatch = { watchers: [] };

/** The record of those who watch an alarm. Names of alarms hold any character, and up to 255 of them. */
export const alarmWatchKey = ({ account, region }: AlarmPlace, name: string): RecordKey => ({
  kind: 'alarm',
  id: sha256(`${account}/${region}/${name}`),
});

const isSame = (one: AlarmWatcher, other: AlarmWatcher): boolean =>
  one.executionId === other.executionId && one.waveId === other.waveId;

/** Notes who is to look when one of these alarms changes its state, in place of what was noted of them before. */
export const noteWatcher = async (
  store: RecordStore,
  place: AlarmPlace,
  names: readonly string[],
  watcher: AlarmWatcher,
  now: number,
): Promise<void> => {
  for (const name of names)
    await changeRecord(store, alarmWatchKey(place, name), `alarm ${name}`, nobody, ({ watchers }) => {
      const others = watchers.filter((each) => each.until > now && !isSame(each, watcher));
      return { body: { watchers: [...others, watcher].slice(-watchersMax) }, answer: undefined };
    });
};

/** Who waits for a change of this alarm now. */
export const watchersOf = async (
  store: RecordStore,
  place: AlarmPlace,
  name: string,
  now: number,
): Promise<readonly AlarmWatcher[]> => {
  const { watchers } = (await store.read<AlarmWatch>(alarmWatchKey(place, name)))?.body ?? nobody;
  return watchers.filter(({ until }) => until > now);
};
