import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startRuntime, type Runtime, type RuntimeEvent } from '../../infra/local/runtime.ts';
import { defaultScenario, scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { openTerminal, runIn } from '../support/terminal.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Everything comes twice that EventBridge and Scheduler may deliver twice. */
const scenario = {
  ...defaultScenario,
  ...scenarioSchema.pick({ bus: true }).parse({ bus: { duplicateProbability: 1 } }),
};
const plans = resolve(import.meta.dirname, '../../contracts/plans');
const folder = mkdtempSync(join(tmpdir(), 'schedules-'));
const events: RuntimeEvent[] = [];
const terminal = openTerminal();
const { said: out } = terminal;
let runtime: Runtime;

const run = (...args: string[]): Promise<number> => runIn(terminal, ...args, '--endpoint', runtime.endpoint);

const fileOf = (schedule: object): string => {
  const file = join(folder, `${Math.random()}.json`);
  writeFileSync(file, JSON.stringify({ planId: 'three-tier', cron: '0/15 * * * ? *', ...schedule }));
  return file;
};

const dataOf = (type: string): readonly Record<string, unknown>[] =>
  events
    .filter((event) => event['detail-type'] === type)
    .map((event) => (event.detail as { readonly data: Record<string, unknown> }).data);

beforeAll(async () => {
  runtime = await startRuntime({ speed: 500, scenario });
  runtime.subscribe((event) => events.push(event));
  await runtime.warm();
  expect(await run('plan', 'put', `${plans}/three-tier.yaml`)).toBe(0);
});
afterAll(async () => {
  await runtime.close();
  rmSync(folder, { recursive: true });
});

const timeOfSchedule = /^schedule:often:\d{8}T\d\d(00|15|30|45)00Z$/;

it('a schedule starts a drill at its time, once for each time, until it is deleted', async () => {
  expect(await run('schedule', 'put', fileOf({ scheduleId: 'often' }), '--by', 'ada')).toBe(0);
  await expect.poll(() => dataOf('ExecutionStarted').length, { timeout: 60_000 }).toBeGreaterThan(0);
  const [started] = dataOf('ExecutionStarted');
  expect(started).toMatchObject({ planId: 'three-tier', mode: 'DRILL', requestedBy: 'schedule often' });
  expect(await run('schedule', 'delete', 'often', '--by', 'ada')).toBe(0);
  // Each event may come twice, and a time may be found by who looks for those that nobody has said; no time has two drills.
  const starts = events.filter((event) => event['detail-type'] === 'ExecutionStarted');
  const saidOnce = new Set(
    starts.map(({ detail }) => (detail as { metadata: { eventId: string } }).metadata.eventId),
  );
  const times = new Set(dataOf('ExecutionStarted').map(({ requestId }) => String(requestId)));
  expect(saidOnce.size).toBe(times.size);
  for (const time of times) expect(time).toMatch(timeOfSchedule);
  out.length = 0;
  await run('schedule', 'list');
  expect(out.join('\n')).toContain('There are no schedules yet');
});

it('a schedule whose calendar is not there starts nothing, and says why', async () => {
  const file = fileOf({ scheduleId: 'guarded', calendars: ['freeze'] });
  expect(await run('schedule', 'put', file, '--by', 'ada')).toBe(0);
  await expect.poll(() => dataOf('DrillSkipped').length, { timeout: 60_000 }).toBeGreaterThan(0);
  expect(dataOf('DrillSkipped')[0]).toMatchObject({
    ...{ scheduleId: 'guarded', planId: 'three-tier', reason: 'calendar-unknown' },
    message: expect.stringContaining('InvalidDocument') as string,
  });
  out.length = 0;
  expect(await run('schedule', 'list')).toBe(0);
  expect(out.join('\n')).toContain('skipped: its calendars cannot be asked');
  expect(await run('schedule', 'pause', 'guarded', '--by', 'ada')).toBe(0);
  out.length = 0;
  expect(await run('schedule', 'next', 'guarded', '--count', '2')).toBe(0);
  expect(out.join('\n')).toContain('The schedule is paused: none of these is held.');
  await run('schedule', 'delete', 'guarded', '--by', 'ada');
});

it('a schedule with faults is refused with all of them, and one that is not there is named', async () => {
  const bad = fileOf({ scheduleId: 'bad', zone: 'Mars', cron: '0 3 * * * *' });
  await expect(run('schedule', 'put', bad)).rejects.toThrow('Invalid schedule');
  await expect(run('schedule', 'put', fileOf({ scheduleId: 'x', planId: 'none' }))).rejects.toThrow(
    'Invalid schedule',
  );
  expect(await run('schedule', 'pause', 'nothing')).toBe(2);
});
