import { beforeEach, describe, expect, it } from 'vitest';
import type { TaskReport } from '../../../../contracts/task-events.ts';
import type { TaskBoard } from '../../../../services/core/ports/task-board.ts';
import { actionKnobs } from '../../../../services/functions/run-actions/service.ts';
import { openActions } from '../../../support/action-bench.ts';
import { aCallback, aWave } from '../../../support/frozen-wave.ts';

const minute = 60_000;
const parameters = { plan: ['${plan.id}'], who: ['ops', '${execution.mode}'] };
const definition = aWave('app', {
  before: [aCallback('warm', { parameters, heartbeatMinutes: 5, timeoutMinutes: 30, triesMax: 2 })],
});

let bench: Awaited<ReturnType<typeof openActions>>;
beforeEach(async () => {
  bench = await openActions(definition);
});

const task = () => {
  const requested = bench.tasks.requested.at(-1);
  if (requested === undefined) throw new Error('no task was requested');
  return requested;
};
const reportOf = (changes: Partial<TaskReport> = {}): TaskReport => ({
  ...{ taskId: task().taskId, token: task().token, outcome: 'succeeded', message: '', outputs: {} },
  ...changes,
});
const warm = () => bench.action('before/warm');

describe('a task', () => {
  it('is requested with all that its worker has to know', async () => {
    await bench.run();
    expect(bench.tasks.requested).toEqual([
      {
        taskId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        token: '1'.padStart(43, '0'),
        task: 'warm-cache',
        executionId: 'exec-00000000000000000001',
        planId: 'p',
        mode: 'DRILL',
        waveId: 'app',
        attempt: 1,
        stage: 'before',
        actionId: 'warm',
        tryNumber: 1,
        parameters: { plan: ['p'], who: ['ops', 'DRILL'] },
        target: definition.target,
        servers: [],
        endsBy: '2026-01-05T00:30:00.000Z',
        heartbeatMinutes: 5,
      },
    ]);
    expect(await warm()).toMatchObject({ status: 'RUNNING', kind: 'callback', taskId: task().taskId });
    expect(bench.events).toEqual(['ActionClaimed', 'ActionStarted']);
  });

  it('leaves its token in no event and in no state', async () => {
    await bench.run();
    expect(JSON.stringify([await warm(), bench.said])).not.toContain(task().token);
  });

  it('is requested again, as the same task, by who finds that a run died before it could say so', async () => {
    const dying: Partial<TaskBoard> = {
      request: async (asked) => {
        await bench.tasks.request(asked);
        throw new Error('died');
      },
    };
    await expect(bench.run({}, dying)).rejects.toThrow('died');
    expect(await warm()).toMatchObject({ status: 'CLAIMED' });
    await bench.run();
    const [first, second] = bench.tasks.requested;
    expect(second?.taskId).toBe(first?.taskId);
    expect(second?.token).not.toBe(first?.token);
    expect(bench.events).toEqual(['ActionClaimed', 'ActionStarted']);
  });

  it('takes the word of a worker that heard of it from the run that died', async () => {
    const dying: Partial<TaskBoard> = {
      request: async (asked) => {
        await bench.tasks.request(asked);
        throw new Error('died');
      },
    };
    await bench.run({}, dying).catch(() => undefined);
    expect(await bench.report(reportOf(), 'r1')).toBeUndefined();
    expect(await warm()).toMatchObject({ status: 'SUCCEEDED' });
    expect(bench.events).toEqual(['ActionClaimed', 'ActionStarted', 'ActionCompleted']);
  });

  it('is cancelled before it is said to have taken too long, and requested anew under another name', async () => {
    await bench.run();
    await bench.report(reportOf({ outcome: 'heartbeat' }), 'h');
    const first = task();
    for (let at = 0; at < 6; at++) {
      await bench.clock.advance(4.9 * minute);
      await bench.report(reportOf({ outcome: 'heartbeat' }), `h${at}`);
    }
    await bench.clock.advance(minute);
    await bench.run();
    expect(await warm()).toMatchObject({ status: 'AGAIN', cause: 'timed-out' });
    expect(bench.tasks.cancelled).toMatchObject([
      { taskId: first.taskId, reason: 'its worker has not reported its end in time' },
    ]);
    await bench.run();
    expect(task()).toMatchObject({ tryNumber: 2 });
    expect(task().taskId).not.toBe(first.taskId);
  });

  it('fails when its worker is silent for longer than the plan allows', async () => {
    await bench.run();
    await bench.clock.advance(5 * minute - 1);
    await bench.run();
    expect(await warm()).toMatchObject({ status: 'RUNNING' });
    await bench.clock.advance(1);
    await bench.run();
    expect(await warm()).toMatchObject({
      status: 'AGAIN',
      message: 'its worker has been silent for too long',
    });
  });

  it('is looked at again when its worker has to have been heard of', async () => {
    await bench.run();
    expect(bench.delays.at(-1)).toBe(5 * minute);
  });

  it('keeps its time when a heartbeat comes between the look and the end', async () => {
    await bench.run();
    await bench.clock.advance(5 * minute);
    const racing: Partial<TaskBoard> = {
      cancel: async () => void (await bench.report(reportOf({ outcome: 'heartbeat' }), 'h')),
    };
    await bench.run({}, racing);
    expect(await warm()).toMatchObject({ status: 'RUNNING' });
  });

  it('is cancelled with its wave', async () => {
    await bench.run();
    await bench.stopWave();
    await bench.run();
    expect(bench.tasks.cancelled).toMatchObject([{ taskId: task().taskId, reason: 'cancelled' }]);
    expect(await warm()).toMatchObject({ status: 'FAILED', cause: 'stopped' });
    expect(await bench.report(reportOf(), 'late')).toBeUndefined();
    expect(await warm()).toMatchObject({ status: 'FAILED', cause: 'stopped' });
    expect(bench.events.at(-1)).toBe('TaskReportRefused');
  });

  it('is cancelled for a claim only once nobody can request it any more', async () => {
    await bench.run({}, { request: () => Promise.reject(new Error('died')) }).catch(() => undefined);
    await bench.stopWave();
    await bench.run();
    await bench.clock.advance(actionKnobs.claim.quarantineMs - 1);
    await bench.run();
    expect(await warm()).toMatchObject({ status: 'CLAIMED' });
    expect(bench.tasks.cancelled).toEqual([]);
    await bench.clock.advance(1);
    await bench.run();
    expect(await warm()).toMatchObject({ status: 'FAILED', cause: 'stopped' });
    expect(bench.tasks.cancelled).toHaveLength(1);
  });
});

describe('a report', () => {
  beforeEach(() => bench.run());

  it('ends the action with what the worker gave', async () => {
    await bench.report(
      reportOf({ message: 'done', outputs: { url: ['https://x'] }, by: 'cache-team' }),
      'r1',
    );
    expect(await warm()).toMatchObject({ status: 'SUCCEEDED' });
    expect(bench.said.at(-1)).toMatchObject({
      type: 'ActionCompleted',
      data: { reason: 'done', outputs: { url: ['https://x'] }, worker: 'cache-team', decisionId: 'r1' },
    });
  });

  it('that comes twice is acted on once, and nothing is said of the second', async () => {
    await bench.report(reportOf(), 'r1');
    await bench.report(reportOf(), 'r1');
    expect(bench.events).toEqual(['ActionClaimed', 'ActionStarted', 'ActionCompleted']);
  });

  it('that a worker sends again is refused, since its task is over', async () => {
    await bench.report(reportOf(), 'r1');
    await bench.report(reportOf({ outcome: 'failed' }), 'r2');
    expect(await warm()).toMatchObject({ status: 'SUCCEEDED', refusedReports: 1 });
    expect(bench.said.at(-1)).toMatchObject({ data: { why: 'the task is over: SUCCEEDED' } });
  });

  it.each([
    ['forged', '_'.repeat(43)],
    ['with the token of another task', '2'.padStart(43, '0')],
  ])('that is %s changes nothing and is told of', async (_, token) => {
    await bench.report(reportOf({ token }), 'r1');
    expect(await warm()).toMatchObject({ status: 'RUNNING', refusedReports: 1 });
    expect(bench.said.at(-1)).toMatchObject({
      type: 'TaskReportRefused',
      data: { why: 'its token is none of this task' },
    });
  });

  it('is refused in the stream ten times at most', async () => {
    for (let at = 0; at < 15; at++) await bench.report(reportOf({ token: '_'.repeat(43) }), `r${at}`);
    expect(bench.events.filter((type) => type === 'TaskReportRefused')).toHaveLength(10);
  });

  it('of a task that nobody requested is nobody’s', async () => {
    const taskId = '00000000-0000-5000-8000-000000000000';
    expect(await bench.report(reportOf({ taskId }), 'r1')).toBe(`no task ${taskId} was ever requested`);
    expect(bench.events).toEqual(['ActionClaimed', 'ActionStarted']);
  });

  it('of a failure leads to another try, and the last of them ends the action', async () => {
    await bench.report(reportOf({ outcome: 'failed', message: 'no room' }), 'r1');
    expect(await warm()).toMatchObject({ status: 'AGAIN', cause: 'failed', message: 'no room' });
    await bench.run();
    await bench.report(reportOf({ outcome: 'failed' }), 'r2');
    expect(await warm()).toMatchObject({ status: 'FAILED', message: 'its worker says that it failed' });
  });

  it('of progress is kept, but not each of many', async () => {
    for (let at = 0; at < 100; at++) {
      await bench.clock.advance(1_000);
      await bench.report(reportOf({ outcome: 'progress', percent: at }), `p${at}`);
    }
    expect(bench.events.filter((type) => type === 'ActionProgressed')).toHaveLength(10);
  });
});
