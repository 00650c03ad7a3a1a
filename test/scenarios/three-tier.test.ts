import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../contracts/catalogue.ts';
import { drill, type DrillOptions } from '../../services/faces/cli/drill.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openTerminal } from '../support/terminal.ts';

const plans = resolve(import.meta.dirname, '../../contracts/plans');
/** Not faster: the 30 s of a function are 120 ms then, which a busy machine needs for a wave of 120 servers. */
const speed = 250;

const run = async (options: Partial<DrillOptions>) => {
  const { console, out, err } = openTerminal();
  const exitCode = await drill({ speed, mode: 'DRILL', ...options }, console);
  return { exitCode, out, err };
};

const eventsOf = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as DomainEvent);
const typesOf = (events: readonly DomainEvent[], type: DomainEvent['type']) =>
  events.filter((event) => event.type === type).length;

describe('drill', { timeout: 120_000 }, () => {
  it('of the sample plan recovers three waves of two servers, one after the other', async () => {
    const { exitCode, out, err } = await run({});
    expect(err).toEqual([]);
    expect(exitCode).toBe(0);
    const text = out.join('\n');
    for (const server of ['database-1', 'database-2', 'application-1', 'application-2', 'web-1', 'web-2'])
      expect(text).toMatch(new RegExp(`${server} +i-[0-9a-f]{17} +\\d+s +\\d+m \\d\\ds`));
    expect(text).toMatch(/critical path +database → application → web: 16m \d\ds/);
    expect(text).toMatch(/orchestration overhead +\S+/);
  });

  it('recovers a wave of 120 servers in two jobs', async () => {
    const { exitCode, out } = await run({ json: true, plan: `${plans}/large-wave.yaml` });
    const jobs = eventsOf(out).flatMap((event) =>
      event.type === 'DRSJobStarted' ? [event.data.servers.length] : [],
    );
    expect(exitCode).toBe(0);
    expect(jobs.toSorted((a, b) => b - a)).toEqual([100, 20]);
  });

  it('with failures says so, and its exit code too', async () => {
    const { exitCode, out } = await run({ plan: `${plans}/failures.yaml` });
    expect(exitCode).toBe(1);
    expect(out.at(-1)).toMatch(
      /database +PARTIAL[^]*application +FAILED[^]*web +SKIPPED[^]*static-web +COMPLETED/,
    );
  });

  it('that waits for an operator where nobody is says what is to be decided, and ends with 3', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'groundswell-asks-'));
    const plan = join(directory, 'asks.json');
    const servers = [{ sourceServerId: 's-795a8cda78bfa6253' }, { sourceServerId: 's-b7752420c706dc3a3' }];
    const waves = [{ waveId: 'application', servers, onFailure: 'ask' }];
    writeFileSync(plan, JSON.stringify({ planId: 'asks', waves }));
    const scenario = `${plans}/failures.scenario.yaml`;
    const { exitCode, err } = await run({ plan, scenario, json: true }).finally(() =>
      rmSync(directory, { recursive: true }),
    );
    expect(err).toEqual([
      expect.stringMatching(/^An operator is needed: .+ \(retry, skip, continue, cancel\)$/),
    ]);
    expect(exitCode).toBe(3);
  });

  it('of the plan that says everything runs to its end, in two accounts, as events and nothing else', async () => {
    const { exitCode, out, err } = await run({ json: true, plan: `${plans}/everything.yaml` });
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: [] });
    const events = eventsOf(out);
    expect(new Set(events.map(({ metadata }) => metadata.eventId)).size).toBe(events.length);
    const [completed] = events.filter(({ type }) => type === 'ExecutionCompleted');
    expect(completed).toMatchObject({ data: { outcome: 'COMPLETED' } });
    const ended = events.flatMap((event) => (event.type === 'ActionCompleted' ? [event.data.actionId] : []));
    expect(ended.toSorted()).toEqual([
      ...['caught-up', 'check', 'go-ahead', 'green', 'serving', 'settle'],
      ...['warm-cache', 'warm-pages', 'warm-search'],
    ]);
    const accounts = events.flatMap((event) => (event.type === 'DRSJobStarted' ? [event.data.account] : []));
    expect(new Set(accounts)).toContain('444455556666');
    expect(typesOf(events, 'WaveCompleted')).toBe(4);
  });

  it('refuses a server that DRS does not know, with every reason', async () => {
    const { exitCode, out } = await run({
      plan: `${plans}/three-tier.yaml`,
      scenario: `${plans}/large-wave.scenario.yaml`,
    });
    expect(exitCode).toBe(2);
    expect(out.at(-1)).toContain('REJECTED');
    expect(out.at(-1)).toContain('s-feb569732d596d1ec');
    expect(out.at(-1)).toContain('s-c18bfe78b69e0483a');
  });
});
