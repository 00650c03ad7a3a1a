import type { TrafficAction } from './actions/traffic.ts';
import type { RecordContent, TrafficMove, TrafficPoint, TrafficValue } from './traffic.ts';

/** Where a change of traffic goes in: a hosted zone, or the endpoints of a cluster. */
export type Route =
  | { readonly what: 'records'; readonly hostedZoneId: string }
  | { readonly what: 'routing-controls'; readonly endpoints: readonly string[] };

/** What an action is to change, but for the values that only its start knows. */
export interface Order {
  readonly route: Route;
  readonly points: readonly TrafficPoint[];
}

/** One point's part of a change: it is made only while `from` stands there. */
export interface Change {
  readonly point: TrafficPoint;
  readonly from: TrafficValue;
  readonly to: TrafficValue;
}

/** What an action that names records or routing controls is to change. */
export const orderOf = (move: Exclude<TrafficAction['move'], { what: 'back' }>): Order =>
  move.what === 'records'
    ? {
        route: { what: 'records', hostedZoneId: move.hostedZoneId },
        points: move.records.map(({ name, type }) => ({
          ...{ what: 'record', hostedZoneId: move.hostedZoneId, name, type },
        })),
      }
    : {
        route: { what: 'routing-controls', endpoints: move.endpoints },
        points: move.controls.map(({ arn }) => ({ what: 'routing-control', arn })),
      };

/** The values of an action's records as parameters, so that they are referred to and resolved as all others are. */
export const valuesOf = ({ move }: TrafficAction): Readonly<Record<string, readonly string[]>> =>
  move.what !== 'records'
    ? {}
    : Object.fromEntries(
        move.records.flatMap((record, index) =>
          'values' in record ? [[String(index), record.values] as const] : [],
        ),
      );

/** What is to stand at each point, once the values of its records are known. */
export const wantedOf = (
  move: Exclude<TrafficAction['move'], { what: 'back' }>,
  values: Readonly<Record<string, readonly string[]>>,
): readonly TrafficValue[] =>
  move.what === 'records'
    ? move.records.map((record, index): RecordContent =>
        'alias' in record
          ? { alias: record.alias }
          : { ttlSeconds: record.ttlSeconds, values: [...(values[String(index)] ?? [])] },
      )
    : move.controls.map(({ state }) => state);

export const pointText = (point: TrafficPoint): string =>
  point.what === 'record'
    ? `${point.name} ${point.type}`
    : `routing control ${point.arn.split('/').at(-1) ?? point.arn}`;

export const valueText = (value: TrafficValue): string => {
  if (typeof value === 'string') return value;
  return 'alias' in value
    ? `alias of ${value.alias.dnsName}`
    : `${value.values.join(', ')} (TTL ${value.ttlSeconds} s)`;
};

/** Old and new of a point. */
export const moveText = ({ point, before, from = before, after }: TrafficMove): string =>
  `${pointText(point)}: ${valueText(from)} → ${valueText(after)}`;
