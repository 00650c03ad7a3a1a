import type { TrafficPoint, TrafficValue } from '../../contracts/traffic.ts';
import { isSameValue } from '../../services/core/domain/wave/traffic-moves.ts';
import type { Clock } from '../../services/core/ports/clock.ts';
import type { TrafficService } from '../../services/core/ports/traffic-service.ts';

export const pointKey = (point: TrafficPoint): string =>
  point.what === 'record' ? `${point.hostedZoneId}/${point.name}/${point.type}` : point.arn;

export interface MemoryTraffic extends TrafficService {
  /** What stands at each point; a point that is not named has no record. */
  readonly values: Map<string, TrafficValue>;
}

/** Records and routing controls in memory; a change of records is INSYNC after so many ms. */
export const createMemoryTrafficService = (
  clock: Clock,
  values = new Map<string, TrafficValue>(),
  inSyncAfterMs = 30_000,
): MemoryTraffic => {
  const changes = new Map<string, number>();
  const standsAt = (point: TrafficPoint): TrafficValue =>
    values.get(pointKey(point)) ?? (point.what === 'record' ? 'no record' : 'Off');
  return {
    values,
    read: async (_target, { points }) => points.map((point) => ({ value: standsAt(point) })),
    async change(_target, { what }, wanted) {
      const other = wanted.find(
        ({ point, from }) => what === 'records' && !isSameValue(standsAt(point), from),
      );
      if (other !== undefined)
        return {
          status: 'refused',
          message: `Tried to delete ${pointKey(other.point)} but the values provided do not match`,
        };
      for (const { point, to } of wanted) values.set(pointKey(point), to);
      if (what !== 'records') return { status: 'accepted' };
      const changeId = `C${changes.size + 1}`;
      changes.set(changeId, clock.now() + inSyncAfterMs);
      return { status: 'accepted', changeId };
    },
    async isInSync(_target, changeId) {
      const at = changes.get(changeId);
      if (at === undefined) throw new Error(`NoSuchChange: ${changeId}`);
      return clock.now() >= at;
    },
  };
};

/** Where nothing is ever moved. */
export const noTraffic: TrafficService = createMemoryTrafficService({ now: () => 0 });
