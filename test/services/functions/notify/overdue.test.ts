import { describe, expect, it } from 'vitest';
import { noticeSchema } from '../../../../contracts/notice.ts';
import { at, everyChannel, executionId, oneChannel, receiverOfAll, startNotify, takenBy } from './fixture.ts';

const receiver = await receiverOfAll();

const overdueSince = '2026-11-20T09:00:00.000Z';
const lastProof = { executionId, endedAt: '2026-10-21T09:00:00.000Z' };
const overdue = (more: object = { lastProof }, id = 'event-1') => ({
  ...{ id, source: 'groundswell', 'detail-type': 'ProofOverdue', account: '111122223333' },
  ...{ region: 'eu-west-1', time: at, resources: [] },
  detail: { data: { planId: 'shop', planVersion: 3, provenWithinDays: 30, overdueSince, ...more } },
});

describe('a plan whose proof is overdue', () => {
  it('is told of, with its last proof and what to do', async () => {
    const { notify } = await startNotify(receiver, oneChannel(receiver));
    await notify(overdue());
    const taken = takenBy(receiver, 'plain');
    expect(taken.map((each) => noticeSchema.strict().parse(each))).toEqual([
      {
        ...{ eventId: `overdue:shop:${overdueSince}`, event: 'ProofOverdue', planId: 'shop', at },
        ...{ severity: 'warning', isOver: false, title: 'The proof of shop is overdue' },
        meaning:
          'Version 3 wants a drill that recovers everything every 30 days. ' +
          `The last drill that did ended at 2026-10-21T09:00:00.000Z (${executionId}). It is overdue since ${overdueSince}.`,
        next: 'Nothing was started. It stays overdue until a drill recovers everything; nobody is notified of this lapse again.',
        commands: ['groundswell check shop --mode drill', 'groundswell request shop --mode drill'],
        link: 'https://console.example.com/#/plans/shop',
      },
    ]);
  });

  it('that no drill has proven says so', async () => {
    const { notify } = await startNotify(receiver, oneChannel(receiver));
    await notify(overdue({}));
    expect(JSON.stringify(takenBy(receiver, 'plain'))).toContain(
      'No drill of it has recovered everything yet.',
    );
  });

  it('is told of once to each channel, however often its event is published, and names no execution for its own', async () => {
    const { notify } = await startNotify(receiver, everyChannel(receiver));
    await notify(overdue());
    await notify(overdue({ lastProof }, 'event-2'));
    for (const channel of ['slack', 'teams', 'pager', 'plain'])
      expect(takenBy(receiver, channel)).toHaveLength(1);
    expect(takenBy(receiver, 'pager')).toMatchObject([
      { event_action: 'trigger', dedup_key: `overdue:shop:${overdueSince}` },
    ]);
    expect(JSON.stringify(takenBy(receiver, 'teams'))).toContain('{"title":"Plan","value":"shop"}');
    for (const { text } of receiver.taken) expect(text).not.toContain('undefined');
  });

  it('is told of again when it has lapsed again', async () => {
    const { notify } = await startNotify(receiver, oneChannel(receiver));
    await notify(overdue());
    await notify(overdue({ overdueSince: '2027-01-20T09:00:00.000Z' }, 'event-2'));
    expect(takenBy(receiver, 'plain')).toHaveLength(2);
  });

  it.each([
    [{ severity: 'critical' }, 0],
    [{ severity: 'warning', events: ['ProofOverdue'], plans: ['shop'] }, 1],
    [{ plans: ['mail'] }, 0],
    [{ events: ['DrillSkipped'] }, 0],
  ])('by a rule of %j is told of %i times', async (rule, times) => {
    const rules = [{ channels: ['hook'], ...rule }];
    const { notify } = await startNotify(receiver, everyChannel(receiver, { rules }));
    await notify(overdue());
    expect(takenBy(receiver, 'plain')).toHaveLength(times);
  });

  it('waits for a receiver that is down, and is told of once', async () => {
    const { notify, waiting, tick } = await startNotify(receiver, oneChannel(receiver));
    receiver.mood = { status: 503 };
    await notify(overdue());
    await notify(overdue({ lastProof }, 'event-2'));
    expect(await waiting()).toHaveLength(1);
    receiver.mood = 'well';
    receiver.forget();
    await tick(60 * 60_000);
    expect(takenBy(receiver, 'plain')).toHaveLength(1);
    expect(await waiting()).toEqual([]);
  });

  it('is told to nobody where it is not as its contract says', async () => {
    const { notify } = await startNotify(receiver, oneChannel(receiver));
    await notify(overdue({ planId: 'No plan' }));
    expect(receiver.taken).toEqual([]);
  });
});
