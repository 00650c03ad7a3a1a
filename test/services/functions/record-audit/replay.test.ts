import {
  DescribeArchiveCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditByReplay, UnknownExecutionError } from '../../../../services/faces/cli/audit-replay.ts';
import { awsAuditReplays } from '../../../../services/core/ports/aws/operator-ports.ts';
import { recordedIn, runAuditedDrill, settled, type AuditedDrill } from '../../../support/audited-drill.ts';

let drill: AuditedDrill;
let said = 0;
beforeAll(async () => {
  drill = await runAuditedDrill();
  said = (await settled(drill)).reduce((sum, { version }) => sum + version, 0);
}, 240_000);
afterAll(() => drill.runtime.close());

/** A silence as long as this is the end of a replay, also on a machine that others keep busy. */
const quietMs = 6_000;

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const connection = () => ({
  endpoint: drill.runtime.endpoint,
  region: drill.runtime.region,
  credentials,
});

/** Every record as the table holds it, but for those of the audit and for timers, which go by. */
const everything = async () => {
  const found: Record<string, unknown> = {};
  const paginator = { client: DynamoDBDocumentClient.from(new DynamoDBClient(connection())) };
  for await (const { Items = [] } of paginateScan(paginator, { TableName: 'groundswell-state' }))
    for (const item of Items)
      if (!/^(audit|timer)#/.test(String(item['pk']))) found[String(item['pk'])] = item;
  return found;
};

const acting = () => {
  const { StartRecovery = 0, TerminateRecoveryInstances = 0 } = drill.runtime.drsCalls();
  return { StartRecovery, TerminateRecoveryInstances };
};

const client = () => new EventBridgeClient(connection());

const replayEverything = async (ReplayName: string): Promise<void> => {
  const archive = await client().send(new DescribeArchiveCommand({ ArchiveName: 'groundswell' }));
  await client().send(
    new StartReplayCommand({
      ReplayName,
      EventSourceArn: archive.ArchiveArn,
      EventStartTime: new Date(drill.runtime.now() - 24 * 3_600_000),
      EventEndTime: new Date(drill.runtime.now()),
      Destination: { Arn: archive.EventSourceArn },
    }),
  );
  for (let state = ''; state !== 'COMPLETED';) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    state = (await client().send(new DescribeReplayCommand({ ReplayName }))).State ?? '';
  }
};

describe('a replay over all rules', () => {
  it('calls nothing that acts, and writes nothing but audit records', { timeout: 120_000 }, async () => {
    const before = { records: await everything(), calls: acting() };
    expect(Object.keys(before.records).length).toBeGreaterThan(20);
    await replayEverything('over-all-rules');
    await expect.poll(() => recordedIn(drill, 'over-all-rules'), { timeout: 60_000 }).toHaveLength(said);
    expect(before.calls.StartRecovery).toBe(3);
    expect({ records: await everything(), calls: acting() }).toEqual(before);
  });
});

describe('an audit by replay', () => {
  const ports = () => ({
    store: drill.operator.store,
    replays: awsAuditReplays({
      endpoint: drill.runtime.endpoint,
      region: drill.runtime.region,
      busName: 'groundswell',
    }),
    say: () => undefined,
  });

  it('verifies the drill from its archived events alone', { timeout: 120_000 }, async () => {
    const { replay, verdict } = await auditByReplay(ports(), { executionId: drill.executionId }, 5_000);
    expect(verdict).toMatchObject({ sound: true, events: said, streams: 4, discrepancies: [] });
    expect(await recordedIn(drill, replay)).toHaveLength(said);
  });

  it('verifies all that was said in a window', { timeout: 120_000 }, async () => {
    const toMs = drill.runtime.now();
    const { verdict } = await auditByReplay(ports(), { fromMs: toMs - 24 * 3_600_000, toMs }, quietMs);
    expect(verdict).toMatchObject({ sound: true, events: said });
  });

  it('says what a window that is too short leaves out', { timeout: 120_000 }, async () => {
    const [first] = await recordedIn(drill, 'live');
    const { emittedAt } = (first!.detail as { readonly metadata: { readonly emittedAt: string } }).metadata;
    const fromMs = Date.parse(emittedAt) - 5_000;
    const { verdict } = await auditByReplay(ports(), { fromMs, toMs: fromMs + 120_000 }, quietMs);
    expect(verdict.sound).toBe(false);
    expect(new Set(verdict.discrepancies.map(({ kind }) => kind))).toEqual(
      new Set(['missing-tail', 'missing-stream']),
    );
  });

  it('knows no execution of another id', async () => {
    const audit = auditByReplay(ports(), { executionId: 'exec-00000000000000000000' }, 1_000);
    await expect(audit).rejects.toThrow(UnknownExecutionError);
  });
});
