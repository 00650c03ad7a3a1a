import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDurableClock } from '../../../../infra/local/runtime/durable-clock.ts';

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

it('goes on from the exact time after an orderly end, however long the absence', async () => {
  const clock = createDurableClock({ file, speed: 1 });
  clock.close();
  const ended = Number(readFileSync(file, 'utf8'));
  await sleep(100);
  const again = createDurableClock({ file, speed: 1 }).now();
  expect(again - ended).toBeLessThan(50);
});
