import { expect, it } from 'vitest';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { createCalendarChanges } from '../../../../infra/simulated-aws/ssm/calendar-changes.ts';
import type { AwsEvent } from '../../../../infra/simulated-aws/ssm/notification.ts';
import { ssmScenario } from '../../../../infra/simulated-aws/ssm/scenario.ts';
import type { StoredCalendar } from '../../../../infra/simulated-aws/ssm/store.ts';
import { changeCalendar } from '../../../support/change-calendar.ts';
import { place } from '../drs/fixture.ts';
import { seededRandom } from '../random.ts';

/** Closed each day from eight to nine. */
const nightly = changeCalendar('DEFAULT_OPEN').replace(
  'BEGIN:VTODO',
  [
    ...['BEGIN:VEVENT', 'UID:1', 'DTSTART:20261123T080000Z', 'DTEND:20261123T090000Z'],
    ...['RRULE:FREQ=DAILY', 'END:VEVENT', 'BEGIN:VTODO'],
  ].join('\r\n'),
);
const hour = 3_600_000;

const fixture = (text: string, events: object = {}) => {
  const clock = createManualClock(Date.parse('2026-11-23T07:00:00Z'));
  const told: AwsEvent[] = [];
  const calendars = new Map<string, StoredCalendar>();
  const put = (content: string) =>
    calendars.set('freeze', { name: 'freeze', text: content, version: 1, createdAt: 0 });
  put(text);
  const look = createCalendarChanges(
    {
      ...{ ...place, clock, random: seededRandom(3) },
      scenario: ssmScenario.parse({ events: { delaySeconds: 0, ...events } }),
      emit: (event) => void told.push(event),
    },
    calendars,
  );
  const states = () => told.map(({ detail }) => detail['state']);
  return { clock, told, states, put, look };
};

it('a calendar tells when it closes and opens by its own times, in the words of SSM', async () => {
  const { clock, told, states } = fixture(nightly);
  await clock.advance(26 * hour);
  expect(states()).toEqual(['CLOSED', 'OPEN', 'CLOSED', 'OPEN']);
  expect(told[1]).toMatchObject({
    'detail-type': 'Calendar State Change',
    ...{ source: 'aws.ssm', account: '111122223333', region: 'eu-west-1', time: '2026-11-23T09:00:00Z' },
    resources: ['arn:aws:ssm:eu-west-1:111122223333:document/freeze'],
    detail: { state: 'OPEN', atTime: '2026-11-23T09:00:00Z', nextTransitionTime: '2026-11-24T08:00:00Z' },
  });
});

it('a calendar that somebody has changed tells of it, and only of a change', async () => {
  const { clock, states, put, look } = fixture(changeCalendar('DEFAULT_OPEN'));
  look('freeze');
  put(changeCalendar('DEFAULT_CLOSED'));
  look('freeze');
  put(nightly);
  look('freeze');
  await clock.advance(1_000);
  expect(states()).toEqual(['CLOSED', 'OPEN']);
});

it('what a calendar tells may come twice or never', async () => {
  const lost = fixture(nightly, { lossRate: 1 });
  await lost.clock.advance(3 * hour);
  expect(lost.states()).toEqual([]);
  const doubled = fixture(nightly, { duplicateRate: 1 });
  await doubled.clock.advance(3 * hour);
  expect(doubled.states()).toEqual(['CLOSED', 'CLOSED', 'OPEN', 'OPEN']);
});
