import {
  DescribeArchiveCommand,
  DescribeReplayCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  PutEventsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LambdaRun } from '../../infra/simulated-aws/lambda/run.ts';
import { scenarioSchema, defaultScenario } from '../../infra/simulated-aws/scenario.ts';
import { archiveName, auditRunsMax, auditService, busName, functionName } from '../../infra/topology.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import { createAwsRecordStore } from '../../services/core/ports/aws/record-store.ts';
import { operateRuntime, type OperatedRuntime, patienceMs } from '../support/operated-runtime.ts';

const said = 2_000;
const sayAtOnce = 10;

/** A new account of AWS: ten functions at once. */
const scenario = {
  ...defaultScenario,
  lambda: scenarioSchema.parse({ lambda: { accountConcurrency: 10 } }).lambda,
};

/** The most runs that overlapped; one that ends when another begins does not. */
const atOnce = (runs: readonly LambdaRun[]): number => {
  const changes = runs
    .filter(({ startedAt, endedAt }) => endedAt > startedAt)
    .flatMap(({ startedAt, endedAt }) => [
      { at: startedAt, by: 1 },
      { at: endedAt, by: -1 },
    ])
    .toSorted((a, b) => a.at - b.at || a.by - b.by);
  let now = 0;
  return changes.reduce((most, { by }) => Math.max(most, (now += by)), 0);
};

const auditRuns: LambdaRun[] = [];
let operated: OperatedRuntime;
beforeAll(async () => {
  operated = await operateRuntime({
    ...{ scenario, speed: 200 },
    onRun: (run) => void (run.functionName === functionName(auditService) && auditRuns.push(run)),
  });
}, patienceMs);
afterAll(() => operated.close());

const settings = () => ({
  endpoint: operated.runtime.endpoint,
  region: operated.runtime.region,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

/** Facts of an old execution that wake nobody but the audit. */
const sayOldFacts = async (events: EventBridgeClient): Promise<void> => {
  const executionId = executionIdOf('long ago');
  const entry = (version: number) => ({
    ...{ EventBusName: busName, Source: 'groundswell', DetailType: 'DRSJobProgressed' },
    Detail: JSON.stringify({
      metadata: {
        eventId: `${executionId}/app@${version}`,
        stream: `${executionId}/app`,
        version,
        executionId,
      },
      data: { waveId: 'app' },
    }),
  });
  for (let from = 1; from <= said; from += sayAtOnce)
    await events.send(
      new PutEventsCommand({ Entries: Array.from({ length: sayAtOnce }, (_, nth) => entry(from + nth)) }),
    );
};

const replay = async (events: EventBridgeClient, ReplayName: string): Promise<void> => {
  const archive = await events.send(new DescribeArchiveCommand({ ArchiveName: archiveName }));
  const rule = await events.send(
    new DescribeRuleCommand({ Name: functionName(auditService), EventBusName: busName }),
  );
  const end = operated.runtime.now();
  await events.send(
    new StartReplayCommand({
      ...{ ReplayName, EventSourceArn: archive.ArchiveArn },
      EventStartTime: new Date(end - 24 * 3_600_000),
      EventEndTime: new Date(end),
      Destination: { Arn: archive.EventSourceArn, FilterArns: [rule.Arn ?? ''] },
    }),
  );
  // An event's time is in whole seconds: what is said within the second of the end would be replayed too.
  await expect.poll(() => operated.runtime.now(), { timeout: patienceMs }).toBeGreaterThan(end + 1_000);
};

it(
  'a replay of thousands of events takes two runs at once, and a drill beside it what it needs',
  { timeout: 5 * patienceMs },
  async () => {
    const events = new EventBridgeClient(settings());
    const store = createAwsRecordStore({
      client: new DynamoDBClient(settings()),
      tableName: 'groundswell-state',
    });
    const recorded = async (run: string): Promise<number> => (await store.list('audit', `${run}/`)).length;
    await sayOldFacts(events);
    await replay(events, 'everything');
    await operated.groundswell('plan', 'put', 'contracts/plans/three-tier.yaml');
    const executionId = await operated.groundswell(
      ...['request', 'three-tier', '--mode', 'drill', '--request-id', 'beside'],
    );
    await operated.said(executionId, 'ExecutionCompleted');
    await expect.poll(() => recorded('everything'), { timeout: patienceMs, interval: 200 }).toBe(said);
    await expect
      .poll(() => recorded(`live/${executionIdOf('long ago')}`), { timeout: patienceMs, interval: 200 })
      .toBe(said);
    const state = async () =>
      (await events.send(new DescribeReplayCommand({ ReplayName: 'everything' }))).State;
    await expect.poll(state, { timeout: patienceMs }).toBe('COMPLETED');
    expect(auditRuns.length).toBeGreaterThanOrEqual((2 * said) / 10);
    expect(atOnce(auditRuns)).toBe(auditRunsMax);
  },
);
