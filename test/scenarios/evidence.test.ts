import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { hashOf } from '../../services/core/kernel/canonical.ts';
import { connect } from '../../services/faces/cli/connect.ts';
import { defaultConnection } from '../../services/faces/cli/connection.ts';
import type { Programme } from '../../services/faces/report/programme-model.ts';
import { type OperatedRuntime, operateRuntime, type WrittenPlan } from '../support/operated-runtime.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

const sample = (name: string): unknown =>
  parse(readFileSync(resolve(import.meta.dirname, '../../contracts/plans', name), 'utf8'));

/** One is proven, one fails, and one was never drilled. */
const plans: readonly WrittenPlan[] = [
  {
    planId: 'small',
    rtoMinutes: 60,
    provenWithinDays: 30,
    waves: [{ waveId: 'only', servers: { tags: { Tier: 'web' }, minimum: 1 } }],
  },
  { ...(sample('failures.yaml') as WrittenPlan), provenWithinDays: 90 },
  {
    planId: 'never-drilled',
    provenWithinDays: 7,
    waves: [{ waveId: 'only', servers: { tags: { Tier: 'application' }, minimum: 1 } }],
  },
];

let operated: OperatedRuntime;
let small: string;
let failed: string;

const evidence = async (code: number, ...args: string[]): Promise<string> =>
  operated.ending(code, 'evidence', ...args);
const programme = async (...args: string[]): Promise<Programme & { readonly sha256: string }> =>
  JSON.parse(await evidence(0, '--format', 'json', ...args)) as Programme & { readonly sha256: string };

beforeAll(async () => {
  operated = await operateRuntime({
    speed: 500,
    scenario: scenarioSchema.parse(sample('failures.scenario.yaml')),
  });
  const [first, second, third] = plans;
  small = await operated.drill(first ?? expect.fail());
  await operated.said(small, 'ExecutionCompleted');
  failed = await operated.drill(second ?? expect.fail());
  await operated.store(third ?? expect.fail());
  const schedule = {
    scheduleId: 'often',
    planId: 'never-drilled',
    cron: '0/15 * * * ? *',
    calendars: ['freeze'],
  };
  const folder = mkdtempSync(join(tmpdir(), 'evidence-'));
  const file = join(folder, 'schedule.json');
  writeFileSync(file, JSON.stringify(schedule));
  await operated.groundswell('schedule', 'put', file);
  rmSync(folder, { recursive: true });
  await operated.said(failed, 'ExecutionCompleted');
  // An index may lag behind, and so may the audit.
  await vi.waitFor(
    async () => {
      const { runs, skipped } = await programme();
      expect([runs.length, skipped.length > 0]).toEqual([2, true]);
    },
    { timeout: 110_000, interval: 500 },
  );
});
afterAll(() => operated.close());

it('tells of each plan what is proven, and of which servers', async () => {
  const { plans: told } = await programme();
  expect(told).toMatchObject([
    { planId: 'failures', provenWithinDays: 90, schedules: [], isOverdue: false },
    { planId: 'never-drilled', schedules: ['often'], isOverdue: false },
    { planId: 'small', rtoMinutes: 60, isOverdue: false, proof: { executionId: small, status: 'COMPLETED' } },
  ]);
  const [ofFailures, ofNone, ofSmall] = told.map(({ servers }) => servers);
  expect(ofSmall?.map(({ name, isProven }) => [name, isProven])).toEqual([
    ['web-1', true],
    ['web-2', true],
  ]);
  expect(ofNone?.every(({ isProven, lastLaunched }) => !isProven && lastLaunched === undefined)).toBe(true);
  // A drill that recovers a part launches servers and proves none.
  expect(ofFailures?.find(({ name }) => name === 'database-1')).toMatchObject({
    isProven: false,
    lastLaunched: { executionId: failed },
  });
});

it('tells what was held and skipped in a period, with findings, and is the same as its hash says', async () => {
  const { sha256, ...told } = await programme();
  expect(told.runs.map(({ report }) => [report.executionId, report.status, report.verdict?.sound])).toEqual([
    [small, 'COMPLETED', true],
    [failed, 'PARTIAL', true],
  ]);
  expect(told.skipped[0]).toMatchObject({ scheduleId: 'often', reason: 'calendar-unknown' });
  expect(told.runs[1]?.report.problems.length).toBeGreaterThan(0);
  expect(hashOf(told)).toBe(sha256);
  const one = await programme(
    '--plan',
    'small',
    '--to',
    new Date(told.runs[0]!.report.startedAt).toISOString(),
  );
  expect(one).toMatchObject({ runs: [], skipped: [], plans: [{ planId: 'small', isOverdue: false }] });
});

it('is a page and a table', async () => {
  const page = await evidence(0);
  for (const text of [small, failed, 'calendar-unknown', 'never launched', 'Every record verifies.'])
    expect(page).toContain(text);
  const [head = '', ...lines] = (await evidence(0, '--format', 'csv')).split('\r\n');
  expect(head).toMatch(/^kind,due,started/);
  expect(lines.some((line) => line.includes(`,${small},COMPLETED,`))).toBe(true);
  expect(lines.some((line) => line.includes('SKIPPED: calendar-unknown,often'))).toBe(true);
});

it('is what the command line says of a plan: when it was proven, and for which servers', async () => {
  const { plans: told } = await programme();
  const shown = JSON.parse(await operated.groundswell('plan', 'show', 'small', '--json')) as {
    readonly proof: { readonly proof: { readonly executionId: string }; readonly servers: unknown };
  };
  const ofSmall = told.find(({ planId }) => planId === 'small');
  expect(shown.proof.proof.executionId).toBe(ofSmall?.proof?.executionId);
  expect(shown.proof.servers).toEqual(ofSmall?.servers);
  const text = await operated.groundswell('plan', 'show', 'small');
  expect(text).toMatch(/^servers proven +2 of 2 \(all that the plan recovers now\)$/m);
  expect(text).toContain(small);
  const list = await operated.groundswell('plan', 'list');
  expect(list).toMatch(/^never-drilled .* never \(no drill recovered everything; wanted every 7 days\)$/m);
  expect(list).toMatch(/^small .* of this version; wanted every 30 days\)$/m);
});

it('says so, and ends with 1, where a record does not verify', async () => {
  const { store } = connect({ ...defaultConnection, endpoint: operated.runtime.endpoint });
  const [id = ''] = await store.list('audit', `live/${small}`);
  const record = await store.read<object>({ kind: 'audit', id });
  expect(await store.remove({ kind: 'audit', id }, record?.revision ?? 0)).toBe('written');
  const page = await evidence(1);
  expect(page).toContain(`NOT VERIFIED: ${small}.`);
  const { plans: told } = JSON.parse(await evidence(1, '--format', 'json')) as Programme;
  expect(told.find(({ planId }) => planId === 'small')?.proof).toBeUndefined();
});

it('refuses a plan that is not there, and a period that ends before it begins', async () => {
  expect(await evidence(2, '--plan', 'small2')).toContain('Did you mean small?');
  const at = '2026-01-01T00:00:00Z';
  expect(await evidence(2, '--from', at, '--to', at)).toContain('--from has to be before --to');
});
