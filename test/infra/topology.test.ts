import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compilePattern, leavesOf } from '../../infra/simulated-aws/eventbridge/pattern-match.ts';
import { parsePattern } from '../../infra/simulated-aws/eventbridge/pattern-parse.ts';
import { busName, functions, hintTypes, rulesOf, stateTable } from '../../infra/topology.ts';
import { defaultConnection } from '../../services/faces/cli/connection.ts';
import { wokenServices } from '../../contracts/services.ts';
import { requestTravelsMs, startHidesMs } from '../../services/core/kernel/quarantine.ts';
import { launchKnobs } from '../../services/functions/launch-wave/launch.ts';
import { actionKnobs } from '../../services/functions/run-actions/service.ts';

const root = join(import.meta.dirname, '../..');

describe('topology', () => {
  it('names every service that has a handler, and no other', () => {
    const folders = readdirSync(join(root, 'services/functions')).filter((folder) =>
      existsSync(join(root, 'services/functions', folder, 'handler.ts')),
    );
    expect(folders.toSorted()).toEqual(functions.map(({ service }) => service).toSorted());
  });

  it('lets no function that claims live longer than its quarantine takes into account', () => {
    const claiming = functions.filter(({ service }) => ['launch-wave', 'run-actions'].includes(service));
    expect(claiming).toHaveLength(2);
    for (const { timeoutSeconds } of claiming)
      for (const knobs of [launchKnobs, actionKnobs.claim])
        expect(knobs.quarantineMs).toBeGreaterThanOrEqual(
          timeoutSeconds * 1_000 + requestTravelsMs + startHidesMs,
        );
  });

  it('gives every service that a timer can wake a queue', () => {
    const queued = functions.filter(({ hasTimers }) => hasTimers).map(({ service }) => service);
    expect(wokenServices.filter((name) => !queued.includes(name))).toEqual([]);
  });

  it('wakes no acting function by a replayed event', () => {
    const patterns = functions
      .filter(({ events }) => Array.isArray(events))
      .flatMap((fn) => rulesOf(fn))
      .flatMap(({ pattern }) => (pattern === undefined ? [] : [pattern]));
    expect(patterns.length).toBeGreaterThan(5);
    for (const pattern of patterns) expect(pattern['replay-name']).toEqual([{ exists: false }]);
  });

  it.each([
    ['as AWS says it', {}, 1],
    ['that somebody says under a source of one’s own', { source: 'groundswell' }, 0],
    ['of another account', { account: '999988887777' }, 0],
    ['of another kind', { 'detail-type': 'DRS Source Server Data Replication Stalled' }, 0],
    ['of AWS’s sister service', { source: 'aws.mgn' }, 0],
    ['that is replayed', { 'replay-name': 'again' }, 0],
  ])('lets a hint in on the default bus %s or not at all', (_how, changes, expected) => {
    const accounts = { own: '111122223333', forwarding: ['777788889999'] };
    const rules = functions.flatMap((fn) => rulesOf(fn, accounts));
    const event = {
      source: 'aws.drs',
      'detail-type': hintTypes['aws.drs'],
      account: accounts.own,
      ...changes,
    };
    const matching = rules.filter(
      ({ bus, pattern }) =>
        bus === 'default' &&
        pattern !== undefined &&
        compilePattern(parsePattern(JSON.stringify(pattern)))(leavesOf(event)),
    );
    expect(matching).toHaveLength(expected);
  });

  it('names what the command line looks for by default', () => {
    expect(defaultConnection).toMatchObject({ bus: busName, table: stateTable.name });
  });
});
