import { describe, expect, it } from 'vitest';
import { skipReasons } from '../../../../contracts/schedule-events.ts';
import { executionIdOf } from '../../../../services/core/kernel/canonical.ts';
import { at, everyChannel, oneChannel, receiverOfAll, startNotify, takenBy } from './fixture.ts';

const receiver = await receiverOfAll();

const skipped = (
  reason: (typeof skipReasons)[number] = 'calendar-closed',
  more: object = {},
  id = 'event-1',
) => ({
  ...{ id, source: 'groundswell', 'detail-type': 'DrillSkipped', account: '111122223333' },
  ...{ region: 'eu-west-1', time: at, resources: [] },
  detail: {
    data: {
      ...{ scheduleId: 'nightly', scheduledAt: '2026-03-27T01:30:00.000Z', planId: 'shop', reason },
      ...{ message: 'its calendars are closed', ...more },
    },
  },
});

describe('a drill that a schedule skips', () => {
  it('is told of, with why and what to do', async () => {
    const { notify } = await startNotify(receiver, oneChannel(receiver));
    await notify(skipped());
    expect(takenBy(receiver, 'plain')).toMatchObject([
      {
        ...{ event: 'DrillSkipped', planId: 'shop', mode: 'DRILL', severity: 'info', isOver: false },
        executionId: executionIdOf('schedule:nightly:20260327T013000Z'),
        title: 'DRILL of shop: skipped by the schedule nightly',
        meaning: 'It was due at 2026-03-27T01:30:00.000Z. Its calendars are closed.',
        commands: ['groundswell schedule next nightly', 'groundswell request shop --mode drill'],
        link: 'https://console.example.com/#/schedules',
      },
    ]);
  });

  it('is told of once, however often its event is published', async () => {
    const { notify } = await startNotify(receiver, oneChannel(receiver));
    await notify(skipped());
    await notify(skipped('calendar-closed', {}, 'event-2'));
    expect(takenBy(receiver, 'plain')).toHaveLength(1);
  });

  it.each(skipReasons.map((reason) => [reason, /unknown|late|refused|^alarm/.test(reason)] as const))(
    'as %s is a warning: %s',
    async (reason, isWarning) => {
      const rules = [{ channels: ['hook'], severity: 'warning', events: ['DrillSkipped'], plans: ['shop'] }];
      const { notify } = await startNotify(receiver, everyChannel(receiver, { rules }));
      await notify(skipped(reason));
      expect(takenBy(receiver, 'plain')).toHaveLength(isWarning ? 1 : 0);
    },
  );

  it('waits for a receiver that is down', async () => {
    const { notify, waiting, tick } = await startNotify(receiver, oneChannel(receiver));
    receiver.mood = { status: 503 };
    await notify(skipped());
    expect(await waiting()).toHaveLength(1);
    receiver.mood = 'well';
    receiver.forget();
    await tick(60 * 60_000);
    expect(takenBy(receiver, 'plain')).toHaveLength(1);
  });

  it('names the request that was refused', async () => {
    const { notify } = await startNotify(receiver, oneChannel(receiver));
    const executionId = executionIdOf('schedule:nightly:20260327T013000Z');
    await notify(skipped('refused', { executionId }));
    expect(takenBy(receiver, 'plain')).toMatchObject([{ executionId }]);
  });

  it('that is not as its contract says is told to nobody', async () => {
    const { notify } = await startNotify(receiver, oneChannel(receiver));
    await notify(skipped('late', { planId: 'No plan' }));
    expect(receiver.taken).toEqual([]);
  });
});
