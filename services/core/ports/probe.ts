import type { Target } from '../../../contracts/plan.ts';
import type { Clock } from './clock.ts';
import type { RecordKey, RecordStore } from './record-store.ts';
import type { WokenService } from '../../../contracts/services.ts';

/** What a service found when it asked DRS in a target for something harmless. */
export interface Reached {
  readonly target: Pick<Target, 'account' | 'region'>;
  /** AWS's name of the error, and what it says; absent where DRS answered. */
  readonly error?: { readonly name: string; readonly message: string };
}

/** What a probed service writes down, once its event and once its timer have come. Instants in epoch ms, by its own clock. */
export interface ProbeRecord {
  readonly eventAt: number;
  readonly recordedAt: number;
  /** Absent until the timer that it then set has come back. */
  readonly timerAt?: number;
  /** Absent for a service that reaches no target. */
  readonly reached?: readonly Reached[];
}

export const probeKey = (probeId: string, service: WokenService): RecordKey => ({
  kind: 'probe',
  id: `${probeId}/${service}`,
});

/** Asks DRS in every place that the stored plans name for something that changes nothing. */
export type Reach = (ports: {
  readonly store: RecordStore;
  readonly clock: Clock;
}) => Promise<readonly Reached[]>;
