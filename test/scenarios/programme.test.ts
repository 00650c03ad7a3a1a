import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeRecoveryInstancesCommand,
  DescribeSourceServersCommand,
  DrsClient,
} from '@aws-sdk/client-drs';
import {
  DeleteFunctionConcurrencyCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { CreateDocumentCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { requestIdOf } from '../../services/core/domain/schedules/request-id.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import { createSignedCall } from '../../services/core/ports/aws/signed-call.ts';
import type { Programme } from '../../services/faces/report/programme-model.ts';
import { type OperatedRuntime, operateRuntime } from '../support/operated-runtime.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

/** The day on which the clocks of Berlin go back, when half past two comes twice: it stands for a quarter. */
const begin = Date.parse('2026-10-24T23:00:00Z');
const end = Date.parse('2026-10-26T01:15:00Z');
const zone = 'Europe/Berlin';
const speed = 2_000;

const tiers = ['database', 'application', 'web'] as const;
const scenario = scenarioSchema.parse({
  // Many an event comes twice, and Scheduler delivers many a time twice.
  bus: { duplicateProbability: 0.3 },
  drs: {
    servers: tiers.map((Tier) => ({ name: `${Tier}-{n}`, count: 2, tags: { Tier }, windowSeconds: 300 })),
    // The second drill of the application fails.
    failures: [{ server: 'application-1', phase: 'LAUNCH', attempt: 2 }],
  },
});
/** Closed in the afternoon. */
const freeze = [
  ...['BEGIN:VCALENDAR', 'PRODID:-//AWS//Change Calendar 1.0//EN', 'VERSION:2.0'],
  ...['X-CALENDAR-TYPE:DEFAULT_OPEN', 'BEGIN:VEVENT', 'UID:1', 'SUMMARY:Freeze'],
  ...['DTSTART:20261025T150000Z', 'DTEND:20261025T170000Z', 'END:VEVENT', 'END:VCALENDAR'],
].join('\r\n');

const stateDir = mkdtempSync(join(tmpdir(), 'programme-'));
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
let operated: OperatedRuntime;

const timeThere = async (): Promise<number> => {
  const status = (await (await fetch(new URL('/status', operated.runtime.endpoint))).json()) as {
    readonly time: string;
  };
  return Date.parse(status.time);
};
/** Asks rarely: while an answer is on its way, time passes as on the wall. */
const until = async (instant: string): Promise<void> => {
  for (;;) {
    const leftMs = Date.parse(instant) - (await timeThere());
    if (leftMs <= 0) return;
    await new Promise((resolve) => setTimeout(resolve, Math.max(50, leftMs / speed)));
  }
};
const settings = () => ({
  endpoint: operated.runtime.endpoint,
  region: operated.runtime.region,
  credentials,
});

const protect = async (InstanceId: string, isProtected: boolean): Promise<unknown> =>
  createSignedCall(operated.runtime.endpoint)({
    ...{ region: operated.runtime.region, credentials, service: 'ec2' },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      ...{ Version: '2016-11-15', Action: 'ModifyInstanceAttribute', InstanceId },
      'DisableApiTermination.Value': String(isProtected),
    }).toString(),
  });

/** The execution that is held for a time of a schedule, once that has come. */
const heldAt = async (scheduleId: string, instant: string): Promise<string> => {
  await until(instant);
  return executionIdOf(requestIdOf(scheduleId, instant));
};

const machineOf = async (hostname: string): Promise<string> => {
  const drs = new DrsClient(settings());
  const { items: servers = [] } = await drs.send(new DescribeSourceServersCommand({ filters: {} }));
  const { sourceServerID = '' } = servers.find(({ tags }) => tags?.['Name'] === hostname) ?? {};
  const filters = { sourceServerIDs: [sourceServerID] };
  const { items = [] } = await drs.send(new DescribeRecoveryInstancesCommand({ filters }));
  return items[0]?.recoveryInstanceID ?? expect.fail(`nothing runs of ${hostname}`);
};

/** Somebody protects a machine of the first drill, and takes that back once its clean-up has failed. */
const resist = async (): Promise<void> => {
  const id = await heldAt('database', '2026-10-25T00:30:00Z');
  await operated.said(id, 'ExecutionCompleted');
  const machine = await machineOf('database-1');
  await protect(machine, true);
  await operated.said(id, 'CleanUpFailed');
  await protect(machine, false);
  await operated.groundswell('clean-up', id, '--reason', 'the protection is gone');
  await operated.said(id, 'CleanUpCompleted');
};

/** A drill that failed is kept for inspection, and ended by whoever has looked into it. */
const inspect = async (): Promise<void> => {
  const id = await heldAt('application', '2026-10-25T08:30:00Z');
  await operated.said(id, 'OperatorNeeded', ({ about }) => about === 'clean-up-due');
  await operated.groundswell('keep', id, '--by', 'ada', '--reason', 'why does it not boot?');
  await operated.said(id, 'DrillKept');
  await operated.groundswell('clean-up', id, '--include-kept', '--by', 'ada', '--reason', 'understood');
  await operated.said(id, 'CleanUpCompleted');
};

/** Nobody takes a delivery for longer than the start window. */
const holdBack = async (): Promise<void> => {
  const lambda = new LambdaClient(settings());
  const FunctionName = 'groundswell-schedule-drills';
  await until('2026-10-25T18:30:00Z');
  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
  await until('2026-10-25T20:40:00Z');
  await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
};

beforeAll(async () => {
  writeFileSync(join(stateDir, 'clock'), String(begin));
  operated = await operateRuntime({ speed, scenario, stateDir });
  const document = { Name: 'freeze', DocumentType: 'ChangeCalendar', DocumentFormat: 'TEXT' } as const;
  await new SSMClient(settings()).send(new CreateDocumentCommand({ ...document, Content: freeze }));
  for (const [index, tier] of tiers.entries()) {
    await operated.store({
      ...{ planId: tier, rtoMinutes: 60, provenWithinDays: 92 },
      cleanUp: { policy: 'auto', afterMinutes: 150 },
      waves: [{ waveId: tier, servers: { tags: { Tier: tier }, minimum: 2 } }],
    });
    const file = join(stateDir, `${tier}.json`);
    const cron = `30 ${[2, 8, 14, 20].map((hour) => hour + index).join(',')} * * ? *`;
    const calendars = tier === 'web' ? ['freeze'] : [];
    writeFileSync(file, JSON.stringify({ scheduleId: tier, planId: tier, cron, zone, calendars }));
    await operated.groundswell('schedule', 'put', file, '--by', 'ada');
  }
  await Promise.all([resist(), inspect(), holdBack(), until(new Date(end).toISOString())]);
});
afterAll(async () => {
  await operated.close();
  rmSync(stateDir, { recursive: true });
});

it('twelve drills of three plans are each held once or skipped with the reason, over the end of summer time', async () => {
  const period = ['--from', new Date(begin).toISOString(), '--to', new Date(end).toISOString()];
  const told = JSON.parse(await operated.groundswell('evidence', '--format', 'json', ...period)) as Programme;
  const held = told.runs.map(({ report, occurrence }) => [
    new Date(occurrence?.scheduledAt ?? 0).toISOString().slice(11, 16),
    report.planId,
    report.status,
    report.cleanUp?.status,
  ]);
  expect(held).toEqual([
    ['00:30', 'database', 'COMPLETED', 'COMPLETED'],
    ['02:30', 'application', 'COMPLETED', 'COMPLETED'],
    ['03:30', 'web', 'COMPLETED', 'COMPLETED'],
    ['07:30', 'database', 'COMPLETED', 'COMPLETED'],
    ['08:30', 'application', 'FAILED', 'COMPLETED'],
    ['09:30', 'web', 'COMPLETED', 'COMPLETED'],
    ['13:30', 'database', 'COMPLETED', 'COMPLETED'],
    ['14:30', 'application', 'COMPLETED', 'COMPLETED'],
    ['20:30', 'application', 'COMPLETED', 'COMPLETED'],
    ['21:30', 'web', 'COMPLETED', 'COMPLETED'],
  ]);
  expect(told.skipped).toMatchObject([
    { scheduleId: 'web', scheduledAt: Date.parse('2026-10-25T15:30:00Z'), reason: 'calendar-closed' },
    { scheduleId: 'database', scheduledAt: Date.parse('2026-10-25T19:30:00Z'), reason: 'late' },
  ]);
  expect(
    told.plans.map(({ planId, isOverdue, servers }) => [planId, isOverdue, servers.every((s) => s.isProven)]),
  ).toEqual([...tiers].sort().map((tier) => [tier, false, true]));
  const decided = told.runs.flatMap(({ report }) => report.decisions.map(({ by, reason }) => [by, reason]));
  expect(decided).toContainEqual(['ada', 'why does it not boot?']);
});
