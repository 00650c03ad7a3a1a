import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { eventSource, type Recorded } from '../../../../contracts/envelope.ts';
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

interface Entry {
  readonly request: PutEventsRequestEntry;
  readonly eventId: string;
  readonly bytes: number;
}

const entryOf = (busName: string, { type, data, metadata }: Recorded): Entry => {
  const Detail = JSON.stringify({ metadata, data });
  const bytes = Buffer.byteLength(`${eventSource}${type}${Detail}`) + timeBytes;
  if (bytes > requestBytesMax)
    throw new EventsRefusedError([
      `${metadata.eventId}: ${type} has ${bytes} bytes, over ${requestBytesMax}`,
    ]);
  return {
    request: {
      EventBusName: busName,
      Source: eventSource,
      DetailType: type,
      Detail,
      Time: new Date(metadata.emittedAt),
    },
    eventId: metadata.eventId,
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

/** EventBridge. An answer of 200 may hold refused entries: each is checked, and only those are sent again. */
export const createAwsEventBus = ({ client, busName, sleep }: EventBusDeps): EventBus => {
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
  return {
    async publish(events) {
      for (const batch of batchesOf(events.map((event) => entryOf(busName, event)))) await putAll(batch);
    },
  };
};
