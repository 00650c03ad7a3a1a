import { emptyLedger, type CapacityLedger } from '../../core/domain/capacity.ts';
import { isCleanUpOpen, isCleanUpOverdue } from '../../core/domain/clean-up/state.ts';
import { executionStates, isTerminal } from '../../core/domain/execution-state.ts';
import { readCleanUp } from '../../core/streams/clean-up-stream.ts';
import type { Measurement } from '../../core/ports/metrics.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';

/**
 * What operators watch: that sweeps happen, how long the oldest open execution lasts, how many plans have an overdue
 * proof, and how much of DRS's quotas is used.
 */
export const survey = async (
  store: RecordStore,
  now: number,
  overdueProofs: number,
): Promise<readonly Measurement[]> => {
  const all = await store.openExecutions();
  const drills = new Map(
    await Promise.all(
      all
        .filter(({ status }) => isOver(status))
        .map(async ({ executionId }) => [executionId, await readCleanUp(store, executionId)] as const),
    ),
  );
  const cleanUps = [...drills.values()].filter(isCleanUpOpen);
  // A drill whose instances run on for as long as its plan says is over, and not stuck.
  const open = all.filter(({ executionId }) => {
    const cleanUp = drills.get(executionId);
    return cleanUp === undefined || !isCleanUpOpen(cleanUp);
  });
  const oldest = Math.min(now, ...open.map(({ startedAt }) => Date.parse(startedAt)));
  const places = await store.list('capacity', '');
  return [
    { name: 'Sweeps', value: 1 },
    { name: 'OpenExecutions', value: open.length },
    { name: 'OldestOpenMinutes', value: Math.round((now - oldest) / 60_000) },
    { name: 'OpenCleanUps', value: cleanUps.length },
    { name: 'OverdueCleanUps', value: cleanUps.filter((each) => isCleanUpOverdue(each, now)).length },
    { name: 'OverdueProofs', value: overdueProofs },
    ...(await Promise.all(places.map((place) => held(store, place)))).flat(),
  ];
};

const held = async (store: RecordStore, Place: string): Promise<readonly Measurement[]> => {
  const stored = await store.read<CapacityLedger>({ kind: 'capacity', id: Place });
  const { holds } = stored?.body ?? emptyLedger;
  const servers = holds.reduce((sum, hold) => sum + hold.servers, 0);
  return [
    { name: 'JobsHeld', value: holds.length, dimensions: { Place } },
    { name: 'ServersHeld', value: servers, dimensions: { Place } },
  ];
};

const isOver = (status: string): boolean =>
  executionStates.some((each) => each === status && isTerminal(each));
