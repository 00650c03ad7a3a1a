import type { Clock } from '../../core/ports/clock.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import type { Requests } from '../../core/ports/requests.ts';
import { readExecution } from '../../core/streams/execution-stream.ts';
import {
  isSettled,
  listOccurrences,
  occurrenceKey,
  type OccurrenceRecord,
} from '../../core/streams/schedule-store.ts';

export interface TellPorts {
  readonly store: RecordStore;
  readonly requests: Requests;
  readonly clock: Clock;
}

/** By the clocks of Scheduler and of the bus: what has not come by then is not on its way. */
export const onItsWayMs = 5 * 60_000;

/** Writes what has become of it, unless somebody else has said more of it since. */
const note = async (
  { store }: TellPorts,
  record: OccurrenceRecord,
  change: Partial<OccurrenceRecord>,
): Promise<void> => {
  const key = occurrenceKey(record.scheduleId, record.scheduledAt);
  const stored = await store.read<OccurrenceRecord>(key);
  if (stored === undefined || stored.body.outcome.is !== record.outcome.is) return;
  await store.write(key, { ...stored.body, ...change }, stored.revision);
};

/** Says what follows from an occurrence. A repeat is one for whoever hears it: the ids are the same. */
export const tell = async (ports: TellPorts, record: OccurrenceRecord): Promise<void> => {
  const { scheduleId, scheduledAt, planId, outcome } = record;
  if (outcome.is === 'requested') {
    const { requestId, startBy, calendars } = outcome;
    await ports.requests.say('ExecutionRequested', {
      ...{ requestId, planId, mode: 'DRILL' },
      ...{ requestedBy: `schedule ${scheduleId}`, reason: `Due at ${scheduledAt}` },
      ...(startBy !== undefined && { startBy }),
      ...(calendars !== undefined && { calendars: [...calendars] }),
    });
  } else {
    const { reason, message, executionId } = outcome;
    await ports.requests.say('DrillSkipped', {
      ...{ scheduleId, scheduledAt, planId, reason, message },
      ...(executionId !== undefined && { executionId }),
    });
  }
  await note(ports, record, { isTold: true });
};

/** An intake decides for as long as this before it is asked once more. */
const decidedSoon = new Set(['REQUESTED', 'AWAITING_APPROVAL']);

/**
 * Looks at what has become of a request. One of which no execution is on record is said again, for ever: only the
 * intake decides that it is too late, in the execution's own record, so that no drill both starts and is skipped.
 */
const follow = async (
  ports: TellPorts,
  record: OccurrenceRecord,
  outcome: Extract<OccurrenceRecord['outcome'], { is: 'requested' }>,
): Promise<void> => {
  const { executionId, startBy } = outcome;
  const { status, endedAt } = await readExecution(ports.store, executionId);
  const sinceMs = ports.clock.now() - Date.parse(record.decidedAt);
  if (status === 'NONE') return record.isTold && sinceMs < onItsWayMs ? undefined : tell(ports, record);
  if (decidedSoon.has(status)) return;
  if (status !== 'REJECTED') return note(ports, record, { isTold: true, isSeen: true });
  const isLate = startBy !== undefined && endedAt > Date.parse(startBy);
  const skipped: OccurrenceRecord['outcome'] = {
    ...{ is: 'skipped', executionId, reason: isLate ? 'late' : 'refused' },
    message: isLate
      ? `its request came to be decided on after ${startBy}, until when it was to start`
      : `its request was refused: see ${executionId}`,
  };
  await note(ports, record, { outcome: skipped, isTold: false });
  await tell(ports, { ...record, outcome: skipped });
};

/** So many occurrences are read at once. */
const batch = 10;

/** Says what was not said, and follows what was requested: from the latest back to where all is settled. */
export const settleAll = async (ports: TellPorts, scheduleId: string): Promise<void> => {
  for (let count = batch; ; count += batch) {
    const some = (await listOccurrences(ports.store, scheduleId, count)).slice(count - batch);
    const open = some.filter((record) => !isSettled(record));
    if (open.length === 0) return;
    for (const record of open)
      await (record.outcome.is === 'requested' ? follow(ports, record, record.outcome) : tell(ports, record));
  }
};
