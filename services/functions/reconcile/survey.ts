import { emptyLedger, type CapacityLedger } from '../../core/domain/capacity.ts';
import type { Measurement } from '../../core/ports/metrics.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';

/** What operators watch: that sweeps happen, how long the oldest open execution lasts, and how much of DRS's quotas is used. */
export const survey = async (store: RecordStore, now: number): Promise<readonly Measurement[]> => {
  const open = await store.openExecutions();
  const oldest = Math.min(now, ...open.map(({ startedAt }) => Date.parse(startedAt)));
  const places = await store.list('capacity', '');
  return [
    { name: 'Sweeps', value: 1 },
    { name: 'OpenExecutions', value: open.length },
    { name: 'OldestOpenMinutes', value: Math.round((now - oldest) / 60_000) },
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
