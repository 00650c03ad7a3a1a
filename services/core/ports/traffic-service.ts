import type { Target } from '../../../contracts/plan.ts';
import type { TrafficValue } from '../../../contracts/traffic.ts';
import type { Change } from '../../../contracts/traffic-order.ts';
import type { Order, Route } from '../../../contracts/traffic-order.ts';

/** What stands at a point now, or why that is nothing that can be moved and put back whole. */
export type TrafficReading = { readonly value: TrafficValue } | { readonly why: string };

export type TrafficChange =
  /** Route 53 gives the id of its change; a routing control is changed when it says so. */
  | { readonly status: 'accepted'; readonly changeId?: string }
  /** Throttled, busy with an earlier request, no answer: nothing of it may have happened, or all. */
  | { readonly status: 'later'; readonly message: string }
  /** It can never be made as it is: what stands there is not what it was to be made from, or a safety rule forbids it. */
  | { readonly status: 'refused'; readonly message: string };

export interface TrafficReader {
  /** What stands at each point now, in their order. Throws when it is not answered or may not be asked. */
  read(target: Target, order: Order): Promise<readonly TrafficReading[]>;
}

/** Route 53 and the routing controls of ARC, with the rights of an account. The Region of a target does not matter. */
export interface TrafficService extends TrafficReader {
  /** Changes all of these or none. A record is changed only while `from` stands there. */
  change(target: Target, route: Route, changes: readonly Change[]): Promise<TrafficChange>;
  /** Whether every server of Route 53 knows the change. Throws to be asked again. */
  isInSync(target: Target, changeId: string): Promise<boolean>;
}
