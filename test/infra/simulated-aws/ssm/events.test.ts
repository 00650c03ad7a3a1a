import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import { eventDate } from '../../../../infra/simulated-aws/ssm/notification.ts';
import type { SsmRecord } from '../../../../infra/simulated-aws/ssm/store.ts';
import { ssmFixture, startAt } from './fixture.ts';

const prompt = { events: { delaySeconds: 0 } };
const oneStep = { Runbook: { seconds: 6, steps: [{ name: 'run' }] } };

describe('the events of an execution', () => {
  it('have the documented shape when it succeeds', async () => {
    const { clock, events, start } = ssmFixture({ documents: oneStep, ...prompt });
    const id = await start('Runbook');
    await clock.advance(6000);
    expect(events.at(-1)).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'EC2 Automation Execution Status-change Notification',
      source: 'aws.ssm',
      account: '111122223333',
      time: '2026-11-23T10:00:06Z',
      region: 'eu-west-1',
      resources: [
        `arn:aws:ssm:eu-west-1:111122223333:automation-execution/${id}`,
        'arn:aws:ssm:eu-west-1:111122223333:automation-definition/Runbook:1',
      ],
      detail: {
        ExecutionId: id,
        Definition: 'Runbook',
        DefinitionVersion: 1,
        Status: 'Success',
        StartTime: 'Nov 23, 2026 10:00:00 AM',
        EndTime: 'Nov 23, 2026 10:00:06 AM',
        Time: 6000,
        ExecutedBy: 'arn:aws:iam::111122223333:user/local',
      },
    });
  });

  it('tell each change of the execution and of its steps, in order', async () => {
    const { clock, events, start } = ssmFixture({ documents: oneStep, ...prompt });
    await start('Runbook');
    await clock.advance(6000);
    expect(events.map(({ detail }) => [detail['StepName'] ?? 'execution', detail['Status']])).toEqual([
      ['execution', 'InProgress'],
      ['run', 'InProgress'],
      ['run', 'Success'],
      ['execution', 'Success'],
    ]);
  });

  it('are lost or doubled at the rates of the scenario; a double has the same id', async () => {
    const lost = ssmFixture({ documents: oneStep, events: { lossRate: 1 } });
    await lost.start('Runbook');
    await lost.clock.advance(60_000);
    expect(lost.events).toEqual([]);

    const doubled = ssmFixture({ documents: oneStep, events: { duplicateRate: 1 } });
    await doubled.start('Runbook');
    await doubled.clock.advance(60_000);
    expect(doubled.events).toHaveLength(8);
    expect(new Set(doubled.events.map(({ id }) => id)).size).toBe(4);
  });
});

describe('a time in an event', () => {
  it.each([
    ['2026-01-05T00:07:09Z', 'Jan 5, 2026 12:07:09 AM'],
    ['2026-12-31T12:00:00Z', 'Dec 31, 2026 12:00:00 PM'],
    ['2024-11-29T19:43:20Z', 'Nov 29, 2024 7:43:20 PM'],
  ])('of %s is %s', (time, text) => {
    expect(eventDate(Date.parse(time))).toBe(text);
  });
});

describe('a restart', () => {
  it('goes on with the execution from the journal alone, and announces only what comes after', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'ssm-')), 'ssm.jsonl');
    const before = ssmFixture({ documents: oneStep, ...prompt }, { journal: openJournal<SsmRecord>(file) });
    const id = await before.start('Runbook');
    await before.clock.advance(2000);

    const after = ssmFixture(prompt, { journal: openJournal<SsmRecord>(file), now: startAt + 2000 });
    expect(after.local.automation.view(id).status).toBe('InProgress');
    await after.clock.advance(4000);
    expect(after.local.automation.view(id)).toMatchObject({ status: 'Success', endedAt: startAt + 6000 });
    expect(after.events.map(({ detail }) => detail['Status'])).toEqual(['Success', 'Success']);
  });

  it('begins what was queued when a place has become free meanwhile', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'ssm-')), 'ssm.jsonl');
    const before = ssmFixture(
      { documents: oneStep, concurrentMax: 1 },
      { journal: openJournal<SsmRecord>(file) },
    );
    await before.start('Runbook');
    const queued = await before.start('Runbook');
    const options = { journal: openJournal<SsmRecord>(file), now: startAt + 60_000 };
    const after = ssmFixture({ concurrentMax: 1 }, options);
    expect(after.local.automation.view(queued)).toMatchObject({ status: 'InProgress' });
  });

  it('forgets executions older than 30 days', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'ssm-')), 'ssm.jsonl');
    await ssmFixture({}, { journal: openJournal<SsmRecord>(file) }).start('Groundswell-NotifyTeam');
    const later = startAt + 31 * 24 * 3_600_000;
    const after = ssmFixture({}, { journal: openJournal<SsmRecord>(file), now: later });
    expect(after.local.automation.views()).toEqual([]);
  });
});
