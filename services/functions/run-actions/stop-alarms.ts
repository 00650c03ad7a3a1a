import type { FrozenStop } from '../../../contracts/execution-events.ts';
import { riseKey, type Rises, unheard, watchedAlarms } from '../../core/domain/stop-alarms.ts';
import { noteWatcher } from '../../core/ports/alarm-watch.ts';
import type { AlarmReader } from '../../core/ports/alarm-reader.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import type { Timers } from '../../core/ports/timers.ts';
import { noteRises, readRises } from '../../core/streams/alarm-rises.ts';
import { readExecution } from '../../core/streams/execution-stream.ts';

export interface StopAlarmPorts {
  readonly store: RecordStore;
  readonly alarms: AlarmReader;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly log: Log;
}

/** The backstop of CloudWatch's events. */
const lookMs = 60_000;

/** After it, an execution that still runs is looked at by the backstop alone. */
const hintedMs = 7 * 24 * 3_600_000;

/** Those that are in ALARM now. What cannot be read now is read at the next look. */
const readRisen = async (
  { alarms, log }: StopAlarmPorts,
  executionId: string,
  { target, alarms: names }: FrozenStop,
): Promise<Rises> => {
  try {
    const seen = await alarms.read(target, names);
    return Object.fromEntries(
      seen
        .filter(({ state }) => state === 'ALARM')
        .map(({ name, since }) => [riseKey(target, name), Math.floor(since)]),
    );
  } catch (error) {
    const { account, region } = target;
    log.warn('Alarms that stop a drill cannot be read', {
      ...{ executionId, account, region },
      error: String(error),
    });
    return {};
  }
};

/**
 * Looks at the alarms that the plan of an execution names in `stopWhen`, and puts on record which are in ALARM before
 * advance-execution is woken: it decides by that record, and starts no wave before it has. The next look is set first.
 */
export const lookAtStopAlarms = async (ports: StopAlarmPorts, executionId: string): Promise<void> => {
  const { store, timers, clock } = ports;
  const execution = await readExecution(store, executionId);
  const watched = watchedAlarms(execution);
  if (watched.length === 0) return;
  await timers.set({ service: 'run-actions', executionId }, lookMs);
  if ((await readRises(store, executionId)) === undefined)
    for (const { target, alarms } of execution.stopWhen ?? [])
      await noteWatcher(store, target, alarms, { executionId, until: clock.now() + hintedMs }, clock.now());
  const seen: Record<string, number> = {};
  for (const stop of watched) Object.assign(seen, await readRisen(ports, executionId, stop));
  const rises = await noteRises(store, executionId, seen);
  if (unheard(execution, rises).length > 0)
    await timers.set({ service: 'advance-execution', executionId }, 0);
};
