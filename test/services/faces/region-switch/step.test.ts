import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Runtime, startRuntime } from '../../../../infra/local/runtime.ts';
import { executionIdOf } from '../../../../services/core/kernel/canonical.ts';
import { putPlan } from '../../../../services/core/streams/plan-store.ts';
import { connect } from '../../../../services/faces/cli/connect.ts';
import { defaultConnection } from '../../../../services/faces/cli/connection.ts';
import { readPlanFile } from '../../../../services/faces/cli/plan-file.ts';
import { createStep, requestIdOf } from '../../../../services/faces/region-switch/step.ts';
import { patienceMs } from '../../../support/operated-runtime.ts';

const event = {
  InvokedBy: 'arc-region-switch',
  PlanArn: 'arn:aws:arc-region-switch::111122223333:plan/harbour:abc123',
  ExecutionId: 'harbour/2026-11-23T10:00:00Z/1',
  StepName: 'recover-servers',
};

describe('a step of a Region switch plan', { timeout: patienceMs }, () => {
  let runtime: Runtime;
  let said: unknown[] = [];

  const step = (planId: string) => {
    const operator = connect({ ...defaultConnection, endpoint: runtime.endpoint });
    return createStep(
      { planId, mode: 'DRILL' },
      {
        store: operator.store,
        say: (name, data) => {
          said.push(data);
          return operator.say(name, data);
        },
      },
    );
  };

  beforeAll(async () => {
    runtime = await startRuntime({ speed: 1_000 });
    await runtime.warm();
    const { store } = connect({ ...defaultConnection, endpoint: runtime.endpoint });
    await putPlan(store, readPlanFile('contracts/plans/three-tier.yaml'), new Date().toISOString());
  }, patienceMs);
  afterAll(() => runtime.close());

  it('requests one execution, fails while it runs, and is done when it has COMPLETED', async () => {
    const call = step('three-tier');
    await expect(call(event)).rejects.toThrow(/^exec-[0-9a-f]{20} of three-tier has been requested\.$/);
    const answers: string[] = [];
    const done = await vi.waitFor(
      () =>
        call(event).catch((error: unknown) => {
          answers.push(String(error));
          throw error;
        }),
      { timeout: patienceMs - 10_000, interval: 100 },
    );
    const executionId = executionIdOf(requestIdOf(event));
    expect(done).toEqual({ executionId, status: 'COMPLETED' });
    expect(answers.join('\n')).toContain(`StepNotDoneError: ${executionId} of three-tier is RUNNING.`);
    expect(new Set(said.map((data) => JSON.stringify(data))).size).toBe(1);
    expect(said[0]).toMatchObject({ requestedBy: event.PlanArn, mode: 'DRILL', planId: 'three-tier' });
    const calls = runtime.drsCalls()['StartRecovery'];
    expect(await call(event)).toEqual(done);
    expect(runtime.drsCalls()['StartRecovery']).toBe(calls);
  });

  it('says so when its execution has ended otherwise, and starts no other', async () => {
    said = [];
    const call = step('no-such-plan');
    const other = { ...event, ExecutionId: 'harbour/2' };
    await vi.waitFor(
      () => expect(call(other)).rejects.toThrow(/has ended: REJECTED\. Nothing further will happen/),
      {
        timeout: patienceMs - 10_000,
        interval: 100,
      },
    );
    expect(new Set(said.map((data) => (data as { requestId: string }).requestId))).toEqual(
      new Set([requestIdOf(other)]),
    );
  });

  it('means another execution for another run, another step and another plan', () => {
    const ids = [
      event,
      { ...event, PlanArn: 'arn:other' },
      { ...event, ExecutionId: 'other' },
      { ...event, StepName: 'other' },
    ].map(requestIdOf);
    expect(new Set(ids).size).toBe(4);
  });

  it.each([[undefined], ['recover'], [{}], [{ ...event, ExecutionId: '' }]])(
    'requests nothing for what is no call of Region switch: %j',
    async (called) => {
      said = [];
      await expect(step('three-tier')(called)).rejects.toThrow('This is no call of a Region switch step');
      expect(said).toEqual([]);
    },
  );
});
