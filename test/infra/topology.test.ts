import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compilePattern, leavesOf } from '../../infra/simulated-aws/eventbridge/pattern-match.ts';
import { parsePattern } from '../../infra/simulated-aws/eventbridge/pattern-parse.ts';
import {
  busName,
  functions,
  hintEvents,
  hintFilter,
  isFirstResult,
  rulesOf,
  stateTable,
} from '../../infra/topology.ts';
import { catalogue } from '../../contracts/catalogue.ts';
import { isFactName, isNoticedName } from '../../services/core/view/events.ts';
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

  it('brings the notifier each event that has a severity', () => {
    const heard = functions.find(({ service }) => service === 'notify')?.events;
    const noticed = catalogue
      .map(({ name }) => name)
      .filter((name) => isFactName(name) && isNoticedName(name));
    expect(noticed.length).toBeGreaterThan(20);
    expect(noticed.filter((name) => heard?.includes(name) !== true)).toEqual([]);
  });

  it('wakes no acting function by a replayed event', () => {
    const patterns = functions
      .filter(({ events }) => Array.isArray(events))
      .flatMap((fn) => rulesOf(fn))
      .flatMap(({ pattern }) => (pattern === undefined ? [] : [pattern]));
    expect(patterns.length).toBeGreaterThan(5);
    for (const pattern of patterns) expect(pattern['replay-name']).toEqual([{ exists: false }]);
  });

  it('readies those who act on the last result of a job by the first, and by no other progress', () => {
    const heardBy = (data: object): readonly string[] => {
      const event = { source: 'groundswell', 'detail-type': 'DRSJobProgressed', detail: { data } };
      return functions
        .filter((fn) => fn.events !== 'live-and-replayed')
        .filter((fn) =>
          rulesOf(fn).some(
            ({ pattern }) =>
              pattern !== undefined && compilePattern(parsePattern(JSON.stringify(pattern)))(leavesOf(event)),
          ),
        )
        .map(({ service }) => service);
    };
    const readied = heardBy({ isFirstResult: true });
    expect(readied).toEqual(['advance-execution', 'launch-wave']);
    expect(heardBy({})).toEqual([]);
    const isSo = (type: string, data: object): boolean => isFirstResult({ type, data });
    expect([isSo('DRSJobProgressed', { isFirstResult: true }), isSo('DRSJobProgressed', {})]).toEqual([
      true,
      false,
    ]);
    expect(isSo('DRSJobCompleted', { isFirstResult: true })).toBe(false);
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
      'detail-type': hintEvents.launch.type,
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

  it.each([
    ['of the end of an instance', 'terminated', 1],
    ['of any other state of one', 'shutting-down', 0],
    ['of a start', 'running', 0],
  ])('hears EC2 only %s', (_what, state, expected) => {
    const event = {
      ...{ source: 'aws.ec2', 'detail-type': 'EC2 Instance State-change Notification' },
      ...{ account: '111122223333', detail: { 'instance-id': 'i-0123456789abcdef0', state } },
    };
    const accounts = { own: '111122223333', forwarding: [] };
    const matches = (pattern: unknown): boolean =>
      compilePattern(parsePattern(JSON.stringify(pattern)))(leavesOf(event));
    const rules = functions.flatMap((fn) => rulesOf(fn, accounts));
    const matching = rules.filter(({ pattern }) => pattern !== undefined && matches(pattern));
    expect(matching.map(({ name }) => name)).toEqual(
      Array.from({ length: expected }, () => 'groundswell-clean-up-drill-hints'),
    );
    expect(matches(hintFilter())).toBe(expected === 1);
  });

  it('names what the command line looks for by default', () => {
    expect(defaultConnection).toMatchObject({ bus: busName, table: stateTable.name });
  });
});
