import { expect, it } from 'vitest';
import { verify } from '../../../../../services/core/domain/audit/verify.ts';
import { archiveOf } from '../../../../support/archive-of.ts';

const executions = 500;

/** Processor time of the fastest of a few runs, in ms: other work on the machine does not count. */
const fastest = (runs: number, run: () => void): number =>
  Math.min(
    ...Array.from({ length: runs }, () => {
      const before = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    }),
  );

it('verification takes 20,000 events a second and more', { timeout: 60_000 }, () => {
  const archive = archiveOf(executions);
  const verdict = verify(archive);
  expect(verdict).toMatchObject({ sound: true, events: archive.events.length, streams: 4 * executions });
  const eventsPerSecond = (1_000 * archive.events.length) / fastest(8, () => verify(archive));
  expect(eventsPerSecond).toBeGreaterThan(20_000);
});
