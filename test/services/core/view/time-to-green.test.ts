import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../../../contracts/catalogue.ts';
import { viewOf } from '../../../../services/core/view/fold.ts';
import { requestedView } from '../../../../services/core/view/planned-view.ts';
import { milestonesOf, milestonesOfAll } from '../../../../services/core/view/time-to-green.ts';
import { createSpeaker, definition, executionId, result, serverId, startedAt } from './said.ts';

const seconds = (at: number | undefined): number | undefined =>
  at === undefined ? undefined : (at - startedAt) / 1_000;

/** Two waves side by side, of one server each: that of `a` is launched after 100 s, that of `b` after 200 s. */
const launched = (say: ReturnType<typeof createSpeaker>): readonly DomainEvent[] => {
  const wave = (waveId: string, n: number, afterSeconds: number): readonly DomainEvent[] => {
    const own = { waveId, attempt: 1, jobId: `drsjob-${waveId}` };
    const stream = `${executionId}/${waveId}`;
    return [
      say(executionId, 'WaveStarted', { ...own, definition: definition(waveId, [], [n]) }, 0),
      say(stream, 'DRSJobClaimed', { ...own, servers: [serverId(n)], tryNumber: 1 }, 0),
      say(stream, 'DRSJobStarted', { ...own, servers: [serverId(n)] }, 0),
      say(stream, 'ServerLaunchesEnded', { ...own, servers: [result(n)] }, afterSeconds),
    ];
  };
  return [...wave('a', 1, 100), ...wave('b', 2, 100)];
};

const gate = (waveId: string, actionId = 'green') => ({
  ...{ waveId, attempt: 1, stage: 'after', actionId, kind: 'alarm', tryNumber: 1 },
  endsBy: new Date(startedAt + 3_600_000).toISOString(),
});

const wavesAfter = (more: (say: ReturnType<typeof createSpeaker>) => readonly DomainEvent[]) => {
  const say = createSpeaker();
  const blank = requestedView(executionId, { planId: 'shop', mode: 'DRILL', requestedBy: 'ann' });
  return viewOf(blank, [...launched(say), ...more(say)]).waves;
};

describe('the time to green', () => {
  it('is that of the last gate after a recovery, beside the time to the last launch', () => {
    const waves = wavesAfter((say) => [
      say(`${executionId}/a`, 'ActionStarted', gate('a'), 0),
      say(`${executionId}/a`, 'ActionStarted', gate('a', 'fast'), 0),
      say(`${executionId}/a`, 'ActionCompleted', gate('a', 'fast'), 30),
      say(`${executionId}/a`, 'ActionCompleted', gate('a'), 30),
    ]);
    const [a, b] = waves.map(milestonesOf);
    expect([seconds(a?.launchedAt), seconds(a?.greenAt), a?.isGated]).toEqual([100, 260, true]);
    expect([seconds(b?.launchedAt), b?.greenAt, b?.isGated]).toEqual([200, undefined, false]);
    const all = milestonesOfAll(waves);
    expect([seconds(all.launchedAt), seconds(all.greenAt), all.isGated]).toEqual([200, 260, true]);
  });

  it('has not come while a gate of any wave is closed, or after one that failed', () => {
    const waves = wavesAfter((say) => [
      say(`${executionId}/a`, 'ActionStarted', gate('a'), 0),
      say(`${executionId}/a`, 'ActionCompleted', gate('a'), 30),
      say(`${executionId}/b`, 'ActionStarted', gate('b'), 0),
      say(`${executionId}/b`, 'ActionFailed', {
        ...gate('b'),
        message: 'late',
        cause: 'timed-out',
        final: true,
      }),
    ]);
    expect(waves.map((wave) => seconds(milestonesOf(wave).greenAt))).toEqual([230, undefined]);
    expect(milestonesOfAll(waves)).not.toHaveProperty('greenAt');
    expect(milestonesOfAll(waves).isGated).toBe(true);
  });

  it('is not asked where the only gate stands before the recovery', () => {
    const waves = wavesAfter((say) => [
      say(`${executionId}/a`, 'ActionStarted', { ...gate('a'), stage: 'before' }, 0),
      say(`${executionId}/a`, 'ActionCompleted', { ...gate('a'), stage: 'before' }, 30),
    ]);
    expect(milestonesOfAll(waves)).not.toHaveProperty('greenAt');
    expect(milestonesOfAll(waves).isGated).toBe(false);
  });
});
