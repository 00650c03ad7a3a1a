import { CreateDocumentCommand, SSMClient, UpdateDocumentCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import { startRuntime, type Runtime, type RuntimeEvent } from '../../infra/local/runtime.ts';
import { awsOperatorPorts } from '../../services/core/ports/aws/operator-ports.ts';
import { putPlan } from '../../services/core/streams/plan-store.ts';
import { planSchema } from '../../contracts/plan.ts';
import { changeCalendar } from '../support/change-calendar.ts';
import { runCommand } from '../support/terminal.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const events: RuntimeEvent[] = [];
let runtime: Runtime;
let ssm: SSMClient;
let ports: ReturnType<typeof awsOperatorPorts>;

const dataOf = (type: string, requestId: string): readonly Record<string, unknown>[] => {
  const details = events.map(
    (event) =>
      [
        event['detail-type'],
        event.detail as {
          metadata: { executionId: string; causationId: string };
          data: Record<string, unknown>;
        },
      ] as const,
  );
  const accepted = details.find(
    ([name, { data }]) => name === 'ExecutionAccepted' && data['requestId'] === requestId,
  );
  return details.flatMap(([name, { metadata, data }]) =>
    name === type && metadata.executionId === accepted?.[1].metadata.executionId
      ? [{ ...data, executionId: metadata.executionId, causationId: metadata.causationId }]
      : [],
  );
};
/** Of the drill that is held up, each once: an event may come twice. */
const wavesOf = (type: string): readonly string[] =>
  [...new Set(dataOf(type, 'held').map(({ waveId }) => String(waveId)))].toSorted();
const run = async (...args: string[]): Promise<void> => {
  await runCommand(...args, '--endpoint', runtime.endpoint);
};
const said = (type: string, requestId: string, times = 1) =>
  expect.poll(() => dataOf(type, requestId).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(times);
const turn = (type: 'DEFAULT_OPEN' | 'DEFAULT_CLOSED') =>
  ssm.send(
    new UpdateDocumentCommand({ Name: 'freeze', Content: changeCalendar(type), DocumentVersion: '$LATEST' }),
  );

beforeAll(async () => {
  runtime = await startRuntime({ speed: 300 });
  runtime.subscribe((event) => events.push(event));
  await runtime.warm();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  ssm = new SSMClient({ endpoint: runtime.endpoint, region: runtime.region, credentials });
  await ssm.send(
    new CreateDocumentCommand({
      ...{ Name: 'freeze', DocumentType: 'ChangeCalendar', DocumentFormat: 'TEXT' },
      Content: changeCalendar('DEFAULT_OPEN'),
    }),
  );
  ports = awsOperatorPorts({
    ...{ busName: 'groundswell', tableName: 'groundswell-state' },
    ...{ endpoint: runtime.endpoint, region: runtime.region },
  });
  const text = readFileSync(new URL('../../contracts/plans/three-tier.yaml', import.meta.url), 'utf8');
  const plan = planSchema.parse({ ...(parse(text) as object), calendars: ['freeze'] });
  await putPlan(ports.store, plan, '2026-01-01T00:00:00.000Z');
});
afterAll(() => runtime.close());

it('a calendar that closes during a drill pauses it before the next wave, and a person resumes it', async () => {
  await ports.say('ExecutionRequested', { requestId: 'held', planId: 'three-tier', mode: 'DRILL' });
  await said('WaveStarted', 'held');
  await turn('DEFAULT_CLOSED');
  await said('ExecutionPaused', 'held');
  const [paused] = dataOf('ExecutionPaused', 'held');
  expect(paused).toMatchObject({ calendars: ['freeze'], reason: 'the calendar freeze is closed' });
  // What ran has ended, and nothing has begun since; the bus keeps no order.
  await expect.poll(() => wavesOf('WaveCompleted'), { timeout: 60_000 }).toEqual(wavesOf('WaveStarted'));
  const executionId = String(paused?.['executionId']);
  await turn('DEFAULT_OPEN');
  await said('CalendarsOpened', 'held');
  const [opened] = dataOf('CalendarsOpened', 'held');
  expect(opened).toMatchObject({ calendars: ['freeze'] });
  // By SSM's own word: the reconciler would have it told within minutes, by a timer.
  expect(opened?.['causationId']).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  expect(wavesOf('WaveStarted')).toEqual(wavesOf('WaveCompleted'));
  await ports.say('ResumeRequested', { executionId, decisionId: 'go', by: 'ada' });
  await said('ExecutionCompleted', 'held');
  expect(wavesOf('WaveStarted')).toHaveLength(3);
});

it('a calendar that cannot be asked counts as closed: one of which SSM knows nothing', async () => {
  await run(
    ...['request', 'three-tier', '--mode', 'drill', '--request-id', 'unknown', '--calendar', 'nowhere'],
  );
  await said('ExecutionPaused', 'unknown');
  expect(dataOf('ExecutionPaused', 'unknown')).toMatchObject([
    { reason: expect.stringContaining('cannot be asked: InvalidDocument') as string },
  ]);
  expect(dataOf('WaveStarted', 'unknown')).toEqual([]);
  const [{ executionId } = {}] = dataOf('ExecutionPaused', 'unknown');
  await ports.say('CancelRequested', { executionId, decisionId: 'enough', by: 'ada' });
  await said('ExecutionCancelled', 'unknown');
});

it('a drill that was to start by an instant that has passed is refused', async () => {
  await run(
    ...['request', 'three-tier', '--mode', 'drill', '--request-id', 'past'],
    ...['--start-by', '2020-01-01T00:00:00Z'],
  );
  await said('ExecutionRejected', 'past');
  expect(dataOf('ExecutionRejected', 'past')).toMatchObject([{ faults: [{ path: 'startBy' }] }]);
});

it('a real recovery is not held up by a closed calendar, and reports it', async () => {
  await turn('DEFAULT_CLOSED');
  await ports.say('ExecutionRequested', {
    ...{
      requestId: 'real',
      planId: 'three-tier',
      mode: 'RECOVERY',
      acceptWarnings: ['recovery-over-recovery'],
    },
  });
  await said('ExecutionCompleted', 'real');
  expect(dataOf('ExecutionPaused', 'real')).toEqual([]);
  expect(dataOf('ExecutionStarted', 'real')).toMatchObject([
    { calendars: ['freeze'], warnings: expect.arrayContaining(['calendar-closed']) },
  ]);
});
