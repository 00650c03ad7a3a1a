import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createDurableClock } from '../../../../infra/simulated-aws/state/durable-clock.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clock-'));
  file = join(folder, 'clock');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('gives out no time before a later one is on disk', async () => {
  const clock = createDurableClock({ file, speed: 10_000 });
  for (let look = 0; look < 20; look++) {
    const now = clock.now();
    expect(Number(readFileSync(file, 'utf8'))).toBeGreaterThan(now);
    await sleep(15);
  }
});

it('never goes back when its process is killed', () => {
  const seen = createDurableClock({ file, speed: 1_000 }).now();
  expect(createDurableClock({ file, speed: 1 }).now()).toBeGreaterThanOrEqual(seen);
});

it('goes on from the exact time after an orderly end, however long the absence', () => {
  vi.useFakeTimers({ toFake: ['performance', 'Date'] });
  try {
    const clock = createDurableClock({ file, speed: 1 });
    clock.close();
    const ended = Number(readFileSync(file, 'utf8'));
    vi.advanceTimersByTime(3_600_000);
    expect(createDurableClock({ file, speed: 1 }).now()).toBe(ended);
  } finally {
    vi.useRealTimers();
  }
});

it.each(['', 'yesterday', '0', '-5', '1e30', '\u0000\u0000'])(
  'whose file says %j goes on at the newest time that is known, and says so',
  (content) => {
    writeFileSync(file, content);
    const notes: string[] = [];
    const newestKnown = () => Date.UTC(2031, 0, 1);
    const clock = createDurableClock({ file, speed: 1, newestKnown, onNote: (text) => notes.push(text) });
    expect(clock.now() - Date.UTC(2031, 0, 1)).toBeLessThan(60_000);
    clock.close();
    expect(notes).toEqual([
      `${file} does not say a time; time goes on at the newest event's, 2031-01-01T00:00:00.000Z.`,
    ]);
    expect(Number(readFileSync(file, 'utf8'))).toBeGreaterThanOrEqual(Date.UTC(2031, 0, 1));
  },
);

it("whose file is damaged goes on at this machine's time where no other is known", () => {
  writeFileSync(file, '');
  expect(Math.abs(createDurableClock({ file, speed: 1 }).now() - Date.now())).toBeLessThan(60_000);
});

it('whose file is gone goes on at the newest time that is known', () => {
  const newestKnown = () => Date.UTC(2031, 0, 1);
  expect(createDurableClock({ file, speed: 1, newestKnown }).now()).toBeGreaterThanOrEqual(
    Date.UTC(2031, 0, 1),
  );
});
