import type { SQSClient } from '@aws-sdk/client-sqs';
import type { WokenService } from '../../../contracts/services.ts';
import { isListed, type RecordStore } from '../../../services/core/ports/record-store.ts';
import type { ExecutionIndex } from '../../../services/core/ports/record-store.ts';
import type { RecoveryService } from '../../../services/core/ports/recovery-service.ts';
import type { EventBus } from '../../../services/core/ports/event-bus.ts';
import type { Recorded } from '../../../contracts/envelope.ts';
import { around } from '../../memory/answers.ts';
import { count, indexUnits, itemBytes, readUnits, writeUnits, type Meter } from './meter.ts';

/** A queue's message as the timers send it. */
export interface QueueMessage {
  readonly service: WokenService;
  readonly body: string;
  readonly delayMs: number;
}

/** The client that the timers' adapter needs of SQS: it sends, and `accept` is the queue. */
export const queueClient = (accept: (message: QueueMessage) => Promise<void>): SQSClient => {
  const send = async (command: {
    readonly input: { QueueUrl: string; MessageBody: string; DelaySeconds?: number };
  }): Promise<unknown> => {
    const { QueueUrl, MessageBody, DelaySeconds = 0 } = command.input;
    await accept({
      service: QueueUrl as WokenService,
      body: MessageBody,
      delayMs: DelaySeconds * 1_000,
    });
    return {};
  };
  return { send } as unknown as SQSClient;
};

/** A store whose units are counted by the size of what is written and read. */
export const meteredStore = (
  store: RecordStore,
  meter: Meter,
  indexes: Map<string, ExecutionIndex>,
): RecordStore => ({
  async read<Body>(key: Parameters<RecordStore['read']>[0]) {
    const stored = await store.read<Body>(key);
    meter.readUnits += readUnits(stored === undefined ? 0 : itemBytes(key, stored.body, indexes.get(key.id)));
    return stored;
  },
  async write(key, body, expected, index) {
    const result = await store.write(key, body, expected, index);
    count(meter.writes, key.kind);
    const indexKey = key.kind === 'stream' ? key.id : '';
    meter.writeUnits += writeUnits(itemBytes(key, body, index));
    if (result === 'written') {
      meter.writeUnits += indexUnits(expected === 0 && isListed(key.kind), indexes.get(indexKey), index);
      if (index !== undefined) indexes.set(indexKey, index);
    }
    return result;
  },
  async remove(key, expected) {
    // The item's own size, and its entry in the index, if there is one.
    const stored = await store.read(key);
    meter.writeUnits +=
      (isListed(key.kind) ? 1 : 0) + writeUnits(stored === undefined ? 0 : itemBytes(key, stored.body));
    count(meter.writes, key.kind);
    return store.remove(key, expected);
  },
  list: (kind, prefix) => store.list(kind, prefix),
  openExecutions: () => store.openExecutions(),
  executionsByStatus: (status, limit) => store.executionsByStatus(status, limit),
});

export const meteredBus = (
  bus: EventBus,
  meter: Meter,
  onPublished: (event: Recorded) => void,
): EventBus => ({
  async publish(events) {
    await bus.publish(events);
    for (const event of events) {
      // EventBridge bills each 64 KB of an event as one.
      count(meter.events, event.type, Math.ceil(Buffer.byteLength(JSON.stringify(event)) / 65_536));
      onPublished(event);
    }
  },
});

/** Service Quotas and EC2 are not DRS. */
const elsewhere = new Set<keyof RecoveryService>([
  'quotas',
  'describeInstances',
  'describeMachines',
  'describeMachinesOf',
  'describeProtection',
]);
/** Methods that are not called as the operation of DRS is. */
const operations: Partial<Record<keyof RecoveryService, string>> = {
  describeJobsSince: 'DescribeJobs',
  describeJobLog: 'DescribeJobLogItems',
  launchActions: 'GetLaunchConfiguration',
  describeLaunchConfiguration: 'GetLaunchConfiguration',
};
const pageOf200 = (of: number): number => Math.max(1, Math.ceil(of / 200));

/** Counts calls of DRS by the name of the operation; pages of 200. */
export const meteredRecovery = (recovery: RecoveryService, meter: Meter): RecoveryService =>
  around(recovery, (name, call, given) => {
    if (elsewhere.has(name)) return call();
    const operation = operations[name] ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const counted = (items: unknown): void =>
      count(meter.drsCalls, operation, pageOf200(Array.isArray(items) ? items.length : 0));
    if (name !== 'describeSourceServers') {
      counted(name === 'describeRecoveryInstances' ? given[1] : undefined);
      return call();
    }
    return call().then((servers) => {
      counted(servers);
      return servers;
    });
  });
