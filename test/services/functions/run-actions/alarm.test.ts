import { beforeEach, describe, expect, it } from 'vitest';
import type { AlarmFact } from '../../../../services/core/ports/alarm-reader.ts';
import { openActions } from '../../../support/action-bench.ts';
import { aWave } from '../../../support/frozen-wave.ts';

const minute = 60_000;
const definition = aWave('app', {
  before: [
    {
      ...{ kind: 'alarm', actionId: 'green', when: 'BOTH', optional: false, timeoutMinutes: 60 },
      ...{ alarms: ['errors'], okMinutes: 5, missingData: 'wait' },
    },
  ],
});

let bench: Awaited<ReturnType<typeof openActions>>;
beforeEach(async () => {
  bench = await openActions(definition);
});

const rings = (state: AlarmFact['state']): void => {
  bench.alarms.splice(0, 1, { name: 'errors', state, since: bench.clock.now() });
};
const green = () => bench.action('before/green');
const lookAfter = async (minutes: number): Promise<void> => {
  await bench.clock.advance(minutes * minute);
  await bench.run();
};

describe('an alarm gate', () => {
  it('opens once its alarms have been OK for as long as the plan says', async () => {
    rings('OK');
    await bench.run();
    await lookAfter(4.9);
    expect(await green()).toMatchObject({ status: 'RUNNING' });
    await lookAfter(0.2);
    expect(await green()).toMatchObject({ status: 'SUCCEEDED' });
    expect(bench.said.at(-1)).toMatchObject({ data: { reason: 'the alarm has been OK for 5 min' } });
  });

  it('says what it waits for, once for each change', async () => {
    rings('ALARM');
    await bench.run();
    await lookAfter(1);
    await lookAfter(1);
    rings('OK');
    await lookAfter(1);
    const progress = bench.said.filter(({ type }) => type === 'ActionProgressed');
    expect(progress.map(({ data }) => (data as { message: string }).message)).toEqual([
      'errors is ALARM',
      'all OK since 2026-01-05T00:02:00.000Z',
    ]);
  });

  it('fails at its time-out with what was still wrong', async () => {
    rings('ALARM');
    await bench.run();
    await lookAfter(60);
    expect(await green()).toMatchObject({
      status: 'FAILED',
      cause: 'timed-out',
      message: 'not every alarm has been OK for long enough in time: errors is ALARM',
    });
  });

  it('waits while CloudWatch does not answer, and fails where it may not be asked', async () => {
    await bench.run();
    bench.alarms.splice(0);
    await lookAfter(1);
    expect(await green()).toMatchObject({ status: 'RUNNING' });
    bench.failAlarms(Object.assign(new Error('no such permission'), { name: 'AccessDenied' }));
    await lookAfter(1);
    expect(await green()).toMatchObject({ status: 'FAILED', cause: 'refused' });
  });

  it('ends with its wave', async () => {
    await bench.run();
    await bench.stopWave();
    await bench.run();
    expect(await green()).toMatchObject({ status: 'FAILED', cause: 'stopped' });
  });
});
