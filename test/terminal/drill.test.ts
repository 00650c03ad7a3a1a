import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openTerminal, type PseudoTerminal, type Size } from './pseudo-terminal.ts';

const main = resolve(import.meta.dirname, '../../services/faces/cli/groundswell.mjs');
const small = { columns: 80, rows: 24 };
const large = { columns: 140, rows: 40 };
const wait = { timeout: 120_000, interval: 50 };

const opened: PseudoTerminal[] = [];
const open = (args: readonly string[], size: Size): PseudoTerminal => {
  const terminal = openTerminal(args, size);
  opened.push(terminal);
  return terminal;
};
afterEach(() => {
  for (const terminal of opened.splice(0)) terminal.close();
});

const text = (terminal: PseudoTerminal): string => terminal.lines().join('\n');
/** A picture of a drill of which the first wave converts and the second has not begun. */
const converting =
  /^three-tier v1 +DRILL +exec-[0-9a-f]{20} +RUNNING.*\n● database +STARTED +[01]\/2 .*\n +database-1 +█+░+ (?:SNAPSHOT|CONVERSION|LAUNCH)\n +database-2 +█+░+ (?:SNAPSHOT|CONVERSION|LAUNCH)\n○ application +WAITING +0\/2 +waits for database\n○ web +WAITING/m;

describe('drill in a terminal', { timeout: 150_000 }, () => {
  it('of 80 by 24 draws waves and progress in place and ends with a summary that fits', async () => {
    const terminal = open(['drill', '--speed', '200'], small);
    await expect.poll(() => terminal.pictures().some((each) => converting.test(each)), wait).toBe(true);
    expect(terminal.isCursorShown()).toBe(false);
    expect(await terminal.ended).toEqual({ exitCode: 0, signal: 0 });
    const heads = text(terminal).match(/^three-tier v1/gm) ?? [];
    expect(heads.length).toBeLessThanOrEqual(1);
    expect(text(terminal)).toMatch(
      /three-tier: COMPLETED in \d+m[^]*wave +state +server +recovered as[^]*database +COMPLETED +database-1 +i-[0-9a-f]{17}[^]*critical path +database → application → web/,
    );
    expect(terminal.isWrapped()).toBe(false);
    expect(terminal.isCursorShown()).toBe(true);
  });

  it('of 140 by 40 goes on in place when it becomes 80 by 24, and Ctrl-C ends it with the cursor shown', async () => {
    const terminal = open(['drill', '--speed', '30'], large);
    await expect.poll(() => converting.test(text(terminal)), wait).toBe(true);
    expect(text(terminal)).toMatch(/database-1 +[█░]{30} /);
    terminal.resize(small);
    await expect.poll(() => text(terminal), wait).toMatch(/database-1 +[█░]{27} /);
    expect(text(terminal).match(/^three-tier v1/gm)).toHaveLength(1);
    expect(terminal.isWrapped()).toBe(false);
    terminal.type('\u0003');
    expect(await terminal.ended).toEqual({ exitCode: 130, signal: 0 });
    expect(terminal.isCursorShown()).toBe(true);
    expect(text(terminal)).toMatch(/three-tier v1[^]*○ web/);
    expect(text(terminal)).not.toMatch(/Error|\bat .*:\d+:\d+/);
  });
});

it(
  'drill whose reader leaves after the first line ends in silence, and not as completed',
  { timeout: 150_000 },
  async () => {
    const line = `set -o pipefail; "${process.execPath}" "${main}" drill --json --speed 600 | head -1`;
    const ended = await new Promise<{ code: unknown; out: string; err: string }>((done) =>
      execFile('bash', ['-c', line], (error, out, err) => done({ code: error?.code ?? 0, out, err })),
    );
    expect(ended).toMatchObject({ code: 141, err: '' });
    expect(JSON.parse(ended.out)).toMatchObject({ type: 'ExecutionAccepted' });
  },
);
