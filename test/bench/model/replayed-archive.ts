import {
  DescribeReplayCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { eventBridgeEnvelopeSchema } from '../../../contracts/foreign-events.ts';
import { createScaledClock } from '../../../infra/simulated-aws/clock.ts';
import { createArns } from '../../../infra/simulated-aws/eventbridge/arn.ts';
import { createLocalEventBridge } from '../../../infra/simulated-aws/eventbridge/local-eventbridge.ts';
import type { EventBridgeRecord } from '../../../infra/simulated-aws/eventbridge/record.ts';
import {
  archiveName,
  auditService,
  busName,
  eventQueueName,
  functionName,
  functions,
  type FunctionTopology,
  rulesOf,
} from '../../../infra/topology.ts';
import type { ArchivedEvent } from '../../../services/core/domain/audit/read-archived.ts';
import type { RecordStore } from '../../../services/core/ports/record-store.ts';
import { createRecordAudit } from '../../../services/functions/record-audit/service.ts';
import { clientOptions } from '../../infra/simulated-aws/service-handler.ts';

const [account, region] = ['111122223333', 'eu-west-1'];
const arns = createArns(account, region);
/** To what the rules of a function hand its events. */
const targetArn = ({ service, queuedRunsMax }: FunctionTopology): string =>
  queuedRunsMax === undefined
    ? `arn:aws:lambda:${region}:${account}:function:${functionName(service)}`
    : `arn:aws:sqs:${region}:${account}:${eventQueueName(service)}`;
const auditArn = functions.filter(({ service }) => service === auditService).map(targetArn)[0];
const startAt = Date.parse('2026-11-23T09:00:00Z');
const dayMs = 86_400_000;
const eventsPerMinute = 5_000;

const timeOf = (index: number): string =>
  new Date(startAt + Math.floor(index / eventsPerMinute) * 60_000).toISOString().replace('.000', '');

/** The bus's journal as it stands once these events were archived and their deliveries are over. */
function* journalOf(events: readonly ArchivedEvent[]): Generator<EventBridgeRecord> {
  yield {
    kind: 'row',
    of: 'bus',
    key: busName,
    row: { name: busName, createdAt: 0, changedAt: 0, tags: {}, settings: {}, policy: [] },
  };
  const archive = { name: archiveName, bus: busName, retentionDays: 0, createdAt: 0 };
  yield { kind: 'row', of: 'archive', key: archiveName, row: archive };
  for (const [index, { type, detail }] of events.entries()) {
    const head = { version: '0', id: `event-${index}`, 'detail-type': type, source: 'groundswell', account };
    const event = JSON.stringify({ ...head, time: timeOf(index), region, resources: [], detail });
    yield { kind: 'event', event, archives: [archiveName], deliveries: [] };
  }
}

/** A store that only remembers what was written: of which kind, and how many records. */
const createTally = () => {
  const written = new Map<string, Set<string>>();
  const write: RecordStore['write'] = async ({ kind, id }) => {
    const ids = written.get(kind) ?? new Set<string>();
    written.set(kind, ids);
    if (ids.has(id)) return 'conflict';
    ids.add(id);
    return 'written';
  };
  return { write, written };
};

export interface Replayed {
  /** From the start of the replay to the last event recorded. */
  readonly seconds: number;
  readonly audited: number;
  /** Records of any other kind. */
  readonly written: number;
  /** Deliveries to functions that act. */
  readonly acted: number;
}

/**
 * Replays archived events over the embedded bus, with every rule of the product on it: towards the audit's rule
 * alone, or, without the filter, over all rules. The audit's own code records them; whatever reaches another
 * function counts as an act.
 */
export const replayArchive = async (
  events: readonly ArchivedEvent[],
  { filtered }: { readonly filtered: boolean },
): Promise<Replayed> => {
  const clock = createScaledClock({ speed: 20, startAt: startAt + dayMs });
  const { write, written } = createTally();
  const record = createRecordAudit({ store: { write } });
  let acted = 0;
  const local = createLocalEventBridge({
    ...{ clock, account, region, random: Math.random },
    journal: {
      records: [...journalOf(events)],
      append: () => undefined,
      compact: () => undefined,
      close: () => undefined,
    },
    latency: { p50Ms: 0, p99Ms: 0 },
    replays: { startDelayMs: 0, eventsPerSecond: 20_000 },
    async deliver({ arn }, payload) {
      if (arn === auditArn) await record(eventBridgeEnvelopeSchema.parse(JSON.parse(payload)));
      else acted++;
      return { status: 'accepted' };
    },
    sendToDeadLetterQueue: async () => ({ status: 'accepted' }),
  });
  const client = new EventBridgeClient(clientOptions(local.service));
  for (const fn of functions)
    for (const { name: Name, bus: EventBusName, pattern } of rulesOf(fn).filter(
      ({ schedule }) => schedule === undefined,
    )) {
      await client.send(new PutRuleCommand({ Name, EventBusName, EventPattern: JSON.stringify(pattern) }));
      const Targets = [{ Id: fn.service, Arn: targetArn(fn) }];
      await client.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets }));
    }
  const from = performance.now();
  await client.send(
    new StartReplayCommand({
      ReplayName: 'bench',
      EventSourceArn: arns.archive(archiveName),
      EventStartTime: new Date(startAt - dayMs),
      EventEndTime: new Date(startAt + dayMs),
      Destination: {
        Arn: arns.bus(busName),
        ...(filtered && { FilterArns: [arns.rule(busName, functionName(auditService))] }),
      },
    }),
  );
  for (let state = ''; state !== 'COMPLETED' || local.backlog() > 0;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    state = (await client.send(new DescribeReplayCommand({ ReplayName: 'bench' }))).State ?? '';
  }
  const seconds = (performance.now() - from) / 1_000;
  local.close();
  const audited = written.get('audit')?.size ?? 0;
  const all = [...written.values()].reduce((sum, ids) => sum + ids.size, 0);
  return { seconds, audited, written: all - audited, acted };
};
