import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { eventSource } from '../../../../contracts/envelope.ts';
import { type BackoffPolicy, backoffMs } from '../../kernel/backoff.ts';
import type { EventBus } from '../event-bus.ts';

export interface EventBusDeps {
  readonly client: EventBridgeClient;
  /** Name or ARN. A bus that does not exist swallows events with a success, so whoever deploys must get it right. */
  readonly busName: string;
  readonly sleep: (ms: number) => Promise<void>;
}

/** The bus has not accepted all of the events, and repeating them at once would not help. */
export class EventsRefusedError extends Error {
  constructor(reasons: readonly string[]) {
    super(`The event bus refused ${reasons.join('; ')}`);
    this.name = 'EventsRefusedError';
  }
}

/** PutEvents: 10 entries and less than 1 MB a request ("Amazon EventBridge quotas"). */
const entriesMax = 10;
const requestBytesMax = 900 * 1_024;
/** The time of an entry counts as 14 bytes ("Calculating PutEvents event entry size"). */
const timeBytes = 14;

const triesMax = 4;
const backoff: BackoffPolicy = { firstMs: 100, factor: 3, maxMs: 1_000 };

const retryable = new Set(['InternalFailure', 'InternalException', 'ThrottlingException', 'NoAnswer']);

/** One event for the bus. `id` names it in errors alone. */
export interface BusEntry {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly detail: unknown;
  readonly at: Date;
}

interface Entry {
  readonly request: PutEventsRequestEntry;
  readonly eventId: string;
  readonly bytes: number;
}

const entryOf = (busName: string, { id, source, type, detail, at }: BusEntry): Entry => {
  const Detail = JSON.stringify(detail);
  const bytes = Buffer.byteLength(`${source}${type}${Detail}`) + timeBytes;
  if (bytes > requestBytesMax)
    throw new EventsRefusedError([`${id}: ${type} has ${bytes} bytes, over ${requestBytesMax}`]);
  return {
    request: { EventBusName: busName, Source: source, DetailType: type, Detail, Time: at },
    eventId: id,
    bytes,
  };
};

const batchesOf = (entries: readonly Entry[]): readonly (readonly Entry[])[] => {
  const batches: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const last = batches.at(-1);
    if (last === undefined || last.length === entriesMax || bytes + entry.bytes > requestBytesMax) {
      batches.push([entry]);
      bytes = entry.bytes;
    } else {
      last.push(entry);
      bytes += entry.bytes;
    }
  }
  return batches;
};

const codeOf = (result: PutEventsResultEntry | undefined): string | undefined =>
  result?.EventId === undefined ? (result?.ErrorCode ?? 'NoAnswer') : undefined;

/**
 * Puts events on the bus. An answer of 200 may hold refused entries: each is checked, and only those are sent again.
 * Throws an EventsRefusedError for what the bus has not accepted in the end.
 */
export const createPutEvents = ({ client, busName, sleep }: EventBusDeps) => {
  const put = async (batch: readonly Entry[]) => {
    const answer = await client.send(new PutEventsCommand({ Entries: batch.map(({ request }) => request) }));
    return batch.flatMap((entry, index) => {
      const code = codeOf(answer.Entries?.[index]);
      return code === undefined ? [] : [{ entry, code }];
    });
  };
  /** Sends what can be sent, again where that may help, before anything is thrown. */
  const putAll = async (batch: readonly Entry[]): Promise<void> => {
    let failures = await put(batch);
    const refused = failures.filter(({ code }) => !retryable.has(code));
    for (let tries = 1; tries < triesMax; tries++) {
      const again = failures.filter(({ code }) => retryable.has(code));
      if (again.length === 0) break;
      await sleep(backoffMs(backoff, tries));
      failures = await put(again.map(({ entry }) => entry));
      refused.push(...failures.filter(({ code }) => !retryable.has(code)));
    }
    const given = [...refused, ...failures.filter(({ code }) => retryable.has(code))];
    if (given.length > 0)
      throw new EventsRefusedError(given.map(({ entry, code }) => `${entry.eventId}: ${code}`));
  };
  return async (entries: readonly BusEntry[]): Promise<void> => {
    for (const batch of batchesOf(entries.map((entry) => entryOf(busName, entry)))) await putAll(batch);
  };
};

/** The product's facts on EventBridge. */
export const createAwsEventBus = (deps: EventBusDeps): EventBus => {
  const put = createPutEvents(deps);
  return {
    publish: (events) =>
      put(
        events.map(({ type, data, metadata }) => ({
          ...{ id: metadata.eventId, source: eventSource, type },
          ...{ detail: { metadata, data }, at: new Date(metadata.emittedAt) },
        })),
      ),
  };
};
