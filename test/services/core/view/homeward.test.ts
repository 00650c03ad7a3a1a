import { describe, expect, it } from 'vitest';
import { cleanUpText } from '../../../../services/core/view/clean-up-text.ts';
import { partsText } from '../../../../services/core/view/figures.ts';
import { viewOf } from '../../../../services/core/view/fold.ts';
import { homewardRows } from '../../../../services/core/view/homeward-rows.ts';
import { homewardSummary } from '../../../../services/core/view/homeward-summary.ts';
import { requestedView } from '../../../../services/core/view/planned-view.ts';
import { waitsFor } from '../../../../services/core/view/waits-for.ts';
import { executionId, goodDrill, serverId, startedAt } from './said.ts';
import { failback, gib, when } from './said-failback.ts';

const blank = requestedView(executionId, { planId: 'shop-home', mode: 'RECOVERY', requestedBy: 'ann' });
const until = (seconds: number, ...differences: Parameters<typeof failback>) =>
  viewOf(
    blank,
    failback(...differences).filter(
      ({ metadata }) => Date.parse(metadata.emittedAt) <= startedAt + 1_000 * seconds,
    ),
  );
const secondsOf = (at: number | undefined) => (at === undefined ? undefined : (at - startedAt) / 1_000);

describe('the way home of each server', () => {
  it('is where DRS shows it, through the waves of all phases', () => {
    const stagesAt = (seconds: number) => homewardRows(until(seconds)).map(({ stage }) => stage);
    expect(stagesAt(11)).toEqual(['AWAY', 'AWAY']);
    expect(stagesAt(20)).toEqual(['REVERSING', 'REVERSING']);
    expect(stagesAt(100)).toEqual(['SYNCING', 'SYNCING']);
    expect(stagesAt(700)).toEqual(['READY', 'SYNCING']);
    expect(stagesAt(when.approved + 1)).toEqual(['READY', 'READY']);
    expect(stagesAt(when.launched)).toEqual(['LAUNCHED', 'LAUNCHED']);
    expect(stagesAt(when.moved + 300)).toEqual(['PROTECTED', 'PROTECTED']);
    expect(stagesAt(when.ended)).toEqual(['HOME', 'HOME']);
  });

  it('has the bytes while they are copied, and says what stands still until it moves', () => {
    const [first, second] = homewardRows(until(110));
    expect(first).toMatchObject({
      waveId: 'reverse-web',
      progress: { doneBytes: 2 * gib, totalBytes: 8 * gib },
    });
    expect(first).not.toHaveProperty('stalledSince');
    expect(secondsOf(second?.stalledSince)).toBe(100);
    const reversing = until(110).waves.find(({ waveId }) => waveId === 'reverse-web')!;
    expect(reversing.notes).toEqual([`replication stands still: ${serverId(2)}`]);
    expect(waitsFor(reversing, until(110)).text).toBe(
      'DRS: 2 SYNCING, 8.0 of 16.0 GiB, in sync about 2026-11-23 10:15 UTC',
    );
    expect(until(700).waves.find(({ waveId }) => waveId === 'reverse-web')?.notes).toHaveLength(1);
    const later = until(800);
    expect(homewardRows(later)[1]).not.toHaveProperty('stalledSince');
    expect(later.waves.find(({ waveId }) => waveId === 'reverse-web')?.notes).toEqual([]);
  });

  it('has how long each phase took', () => {
    const [server] = homewardRows(until(when.ended));
    const { reverse, launch, protect, retire } = server?.times ?? {};
    const took = [reverse, launch, protect, retire].map(
      (time) => ((time?.to ?? NaN) - (time?.from ?? NaN)) / 1_000,
    );
    // The launch is over when DRS says that its phases were, not when the job was.
    expect(took).toEqual([690, 1 + 290, 299, 498]);
    expect(server).toMatchObject({ instanceId: 'i-1', jobId: 'drsjob-web', waveId: 'web' });
  });

  it('is nobody’s of another execution', () => {
    const view = viewOf(blank, goodDrill());
    expect(homewardRows(view)).toEqual([]);
    expect(homewardSummary(view)).toBeUndefined();
  });

  it('counts each server once, with what it has become', () => {
    const ended = until(when.ended);
    const parts = Object.fromEntries(ended.waves.map((wave) => [wave.waveId, partsText(wave)]));
    expect(parts).toMatchObject({
      'reverse-web': '2 of 2 servers in sync',
      web: '2 of 2 servers launched',
      'protect-web': '2 of 2 servers protected',
      'retire-web': '2 of 2 servers home',
    });
  });
});

describe('what could have been lost', () => {
  const lossOf = (...differences: Parameters<typeof failback>) =>
    homewardSummary(until(when.ended, ...differences))?.loss;

  it('is nothing where writes had stopped before the data that came home', () => {
    expect(lossOf()).toContain(
      'The launch was let go at 2026-11-23 10:16:40 UTC, before that: where writes had stopped by then, nothing was lost.',
    );
  });

  it('is what was written between older data and the word that writes had stopped', () => {
    expect(lossOf({ dataOf: when.approved - 120 })).toContain('up to 2m 00s of writes could have been lost');
  });

  it('is what was written until the traffic had moved, where nobody was asked', () => {
    const loss = lossOf({ isUnattended: true });
    expect(loss).toContain('Nobody was asked whether writes had stopped.');
    expect(loss).toContain(`Up to 32m 44s of writes`);
  });

  it('is not known where DRS does not say of which time the data are', () => {
    const all = lossOf({ dataOf: 'not said' });
    expect(all).toContain('DRS does not say of which time the data of 2 servers of 2 are');
  });

  it('is nothing in a drill', () => {
    expect(lossOf({ mode: 'DRILL' })).toMatch(/^Nothing: a drill launches copies/);
  });

  it('comes with who did what people must do, and when', () => {
    const deeds = homewardSummary(until(when.ended))?.deeds ?? [];
    expect(deeds.map(({ phase, outcome, note }) => [phase, outcome, note])).toEqual([
      ['reverse', 'succeeded', 'by ann: as agreed'],
      ['launch', 'succeeded', 'by bob: as agreed'],
      ['protect', 'succeeded', 'by cid: as agreed'],
      ['retire', 'succeeded', 'by dan: as agreed'],
    ]);
    expect(secondsOf(deeds[1]?.at)).toBe(when.approved);
  });
});

it('a clean-up says when it takes back what the drill has reversed', () => {
  const cleanUp = {
    status: 'RUNNING',
    terminated: {},
    kept: {},
    left: [],
    spared: [],
    undoing: true,
  } as const;
  expect(cleanUpText({ cleanUp })).toBe('What the drill has reversed is being stopped and deleted.');
});
