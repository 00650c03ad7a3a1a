import { expect, it } from 'vitest';
import { envelope, oneChannel, receiverOfAll, startNotify, takenBy } from './fixture.ts';

const receiver = await receiverOfAll();

it('a drill that a calendar has paused is told of as such, with when that ends and what to do', async () => {
  const { notify } = await startNotify(receiver, oneChannel(receiver));
  await notify(
    envelope('ExecutionPaused', {
      ...{ decisionId: 'calendar:0', by: 'Change Calendar freeze', calendars: ['freeze'] },
      reason: 'the calendar freeze is closed until 2026-11-24T06:00:00.000Z',
      opensAt: '2026-11-24T06:00:00.000Z',
    }),
  );
  expect(takenBy(receiver, 'plain')).toMatchObject([
    {
      ...{ severity: 'warning', title: 'DRILL of shop: Drill paused by a Change Calendar' },
      meaning: 'The calendar freeze is closed until 2026-11-24T06:00:00.000Z.',
      commands: [
        expect.stringContaining('groundswell resume') as string,
        expect.stringContaining('groundswell cancel') as string,
      ],
    },
  ]);
});

it('that the calendars of a paused drill are open is told, with what to do', async () => {
  const { notify } = await startNotify(receiver, oneChannel(receiver));
  await notify(envelope('CalendarsOpened', { calendars: ['freeze'] }));
  expect(takenBy(receiver, 'plain')).toMatchObject([
    {
      ...{ severity: 'info', title: 'DRILL of shop: Change Calendars of a paused drill are open' },
      meaning: 'freeze had paused it before its next wave.',
      commands: [
        expect.stringContaining('groundswell resume') as string,
        expect.stringContaining('groundswell cancel') as string,
      ],
    },
  ]);
});

it.each([
  ['RECOVERY', [], 'A real recovery waits for no Change Calendar: freeze.'],
  [
    'RECOVERY',
    ['calendar-closed'],
    'A real recovery waits for no Change Calendar: freeze (closed, or not to be asked).',
  ],
  ['DRILL', ['calendar-closed'], undefined],
])('the start of a %s with the warnings %j says of its calendars: %s', async (mode, warnings, said) => {
  const { notify } = await startNotify(receiver, oneChannel(receiver));
  await notify(
    envelope('ExecutionStarted', {
      ...{ requestId: 'r', planId: 'shop', planVersion: 1, planHash: 'h', frozenHash: 'f', mode },
      ...{ requestedBy: 'ada', reason: '', waveCount: 1, serverCount: 1, overrides: [] },
      ...{ calendars: ['freeze'], warnings },
    }),
  );
  const [notice] = takenBy(receiver, 'plain') as readonly { readonly meaning: string }[];
  expect(/A real recovery waits.*$/.exec(notice?.meaning ?? '')?.[0]).toBe(said);
});
