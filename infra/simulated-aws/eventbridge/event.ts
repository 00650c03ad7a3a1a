import type { Random } from '../identifiers.ts';
import { uuidFrom } from '../identifiers.ts';
import type { JsonObject } from './json.ts';

/** The envelope in which an event lies on a bus and reaches its targets, members in AWS's order. */
export type BusEvent = {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** Whole seconds, so it cannot order events. */
  readonly time: string;
  readonly region: string;
  /** Present on replayed events only: the name of the replay. */
  readonly 'replay-name'?: string;
  readonly resources: readonly string[];
  readonly detail: JsonObject;
};

/** What the publisher of an event says of it. */
export interface EventContent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: JsonObject;
  readonly resources?: readonly string[];
  /** Epoch ms; default: now. */
  readonly timeMs?: number;
  /** Where it comes from; default: this account and Region. */
  readonly account?: string;
  readonly region?: string;
}

export interface EventOrigin {
  readonly account: string;
  readonly region: string;
  readonly random: Random;
}

export const wholeSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export const createEvent = (content: EventContent, origin: EventOrigin, nowMs: number): BusEvent => ({
  version: '0',
  id: uuidFrom(origin.random),
  'detail-type': content.detailType,
  source: content.source,
  account: content.account ?? origin.account,
  time: wholeSeconds(content.timeMs ?? nowMs),
  region: content.region ?? origin.region,
  resources: content.resources ?? [],
  detail: content.detail,
});

/** The event as a replay sends it: everything as it was, and the replay's name between region and resources. */
export const asReplayed = (event: BusEvent, replayName: string): BusEvent => {
  const { resources, detail, ...head } = event;
  return { ...head, 'replay-name': replayName, resources, detail };
};

/** Reads back the text of an event that this bus wrote. */
export const parseEvent = (text: string): BusEvent => JSON.parse(text) as BusEvent;

// The envelope's members stand in a fixed order and text inside strings has its quotes escaped, so
// the first such member is the event's own time.
const timeMember = '"time":"';

/** The time of an event, epoch ms, without parsing the rest of its text. */
export const eventTimeOf = (text: string): number => {
  const start = text.indexOf(timeMember) + timeMember.length;
  return Date.parse(text.slice(start, text.indexOf('"', start)));
};
