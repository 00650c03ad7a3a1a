import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../contracts/catalogue.ts';
import { drillOf, type Drill } from '../support/view-drill.ts';
import { barriersOf } from './accessibility.ts';
import { openBrowser } from './browser.ts';
import { openStandIn, type StandIn } from './stand-in.ts';

const patience = { timeout: 120_000 };

/** Two waves, whose servers DRS tells in an order that nobody looks for. */
const unordered = (drill: Drill): Drill => ({
  ...drill,
  snapshot: {
    ...drill.snapshot,
    waves: drill.snapshot.waves.map((wave) => ({ ...wave, servers: wave.servers.toReversed() })),
  },
  events: drill.events.map((event): DomainEvent => {
    if (event.type !== 'WaveStarted') return event;
    const { definition } = event.data;
    const servers = definition.servers.toReversed();
    return { ...event, data: { ...event.data, definition: { ...definition, servers } } };
  }),
});

/** The same until its jobs have ended, and before its waves have. */
const untilJobsEnded = (drill: Drill): Drill => ({
  ...drill,
  events: drill.events.filter(({ type }) => type !== 'WaveCompleted' && type !== 'ExecutionCompleted'),
});

/** The same, in which DRS calls the job of the first wave completed although one server of it failed. */
const withFailedServer = (drill: Drill): Drill => ({
  ...drill,
  events: drill.events.map((event): DomainEvent => {
    if (event.type !== 'DRSJobCompleted' || event.data.waveId !== 'wave-000') return event;
    const servers = event.data.servers.map((server) =>
      server.name === 'host-0-3'
        ? { ...server, launchResult: 'FAILED' as const, failure: 'no capacity' }
        : server,
    );
    return { ...event, data: { ...event.data, servers } };
  }),
});

const drill = withFailedServer(unordered(untilJobsEnded(drillOf({ waves: 2, serversOfWave: 12 }))));
const known = drill.events.length;
const { executionId } = drill.snapshot;

let version = 100;
const fact = (type: DomainEvent['type'], data: object): DomainEvent => {
  const { metadata } = drill.events.at(-1) ?? expect.fail('the drill says something');
  version += 1;
  return {
    ...{ type, data },
    metadata: { ...metadata, stream: executionId, version, eventId: `${executionId}@${version}` },
  } as DomainEvent;
};

let browser: Browser;
let server: StandIn;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  server = await openStandIn({ drill, known, isPushed: true });
  page = await browser.newPage({ viewport: { width: 1_440, height: 1_000 } });
  page.setDefaultTimeout(patience.timeout);
  await page.goto(`${server.address}/#/executions/${executionId}`);
  await page.getByText(`${known} events`, { exact: true }).waitFor(patience);
}, 240_000);
afterAll(async () => {
  await browser.close();
  server.close();
});

describe('the page of an execution', { timeout: 180_000 }, () => {
  it('lists servers by the names that people know, in the order in which people count', async () => {
    await page.getByRole('button', { name: /^Wave wave-001/ }).click();
    await page.getByRole('heading', { level: 2, name: 'wave-001' }).waitFor();
    const names = page.getByRole('table', { name: 'Servers' }).locator('tbody th');
    const shown = (await names.allTextContents()).map((text) => text.replace(/s-0.*/, ''));
    expect(shown).toEqual(Array.from({ length: 12 }, (_, n) => `host-1-${n}`));
  });

  it('shows a job with a failed server as failed, although DRS calls it completed', async () => {
    const ends = page.locator('.events summary', { hasText: 'DRS Job Completed' });
    const colorOf = (waveId: string): Promise<string> =>
      ends
        .filter({ hasText: waveId })
        .locator('.event-name')
        .evaluate((name) => getComputedStyle(name).color);
    const failed = page.locator('.phase.is-FAILED').first();
    await page.getByRole('button', { name: /^Wave wave-000/ }).click();
    await failed.waitFor();
    const red = await failed.evaluate((phase) => getComputedStyle(phase).color);
    expect(await colorOf('wave-000')).toBe(red);
    expect(await colorOf('wave-001')).not.toBe(red);
  });

  it('drops a banner with what it tells of', async () => {
    const person = { decisionId: 'd', by: 'bob', reason: 'lunch' };
    server.say(fact('ExecutionPaused', person));
    server.say(fact('DecisionRefused', { ...person, decision: 'retry', reason: 'nothing of it failed' }));
    const paused = page.getByRole('heading', { name: 'Paused by bob: lunch' });
    const refused = page.getByText('Not done – retry: nothing of it failed');
    await paused.waitFor();
    await refused.waitFor();
    server.say(fact('ExecutionResumed', { ...person, decisionId: 'e' }));
    await paused.waitFor({ state: 'detached' });
    await refused.waitFor({ state: 'detached' });
  });

  it('says the time of the reader beside UTC, also on a phone', async () => {
    const elsewhere = await browser.newPage({
      ...{ viewport: { width: 390, height: 844 }, timezoneId: 'Asia/Kolkata' },
    });
    await elsewhere.goto(`${server.address}/#/executions/${executionId}`);
    await elsewhere.getByText(/\d\d:\d\d:\d\d UTC · \d\d:\d\d GMT\+5:30/).waitFor(patience);
    await elsewhere.getByText('at 2026-03-01 08:00 UTC (13:30 GMT+5:30)').waitFor(patience);
    await elsewhere.getByText(/^UTC \(until .*GMT\+5:30\)$/).waitFor();
    expect(await barriersOf(elsewhere)).toEqual([]);
    expect(await elsewhere.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await elsewhere.close();
  });
});
