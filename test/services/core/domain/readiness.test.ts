import { describe, expect, it } from 'vitest';
import {
  waveFindings,
  type ReadinessQuestion,
  type TargetFacts,
} from '../../../../services/core/domain/readiness.ts';
import { aWave, serverId } from '../../../support/frozen-wave.ts';
import { targetFacts } from '../../../support/target-facts.ts';

const id = serverId(1);
const healthy = { replicationState: 'CONTINUOUS', lagSeconds: 0, volumesMissing: false };
const factsWith = (changes: Partial<TargetFacts> = {}): TargetFacts =>
  targetFacts({ servers: new Map([[id, healthy]]), ...changes });
const drill: ReadinessQuestion = { mode: 'DRILL', allowDrillOverRecovery: false, rpoMinutes: 10 };

const found = (changes: Partial<TargetFacts>, question: ReadinessQuestion = drill) =>
  waveFindings(aWave('w'), factsWith(changes), question).map(({ level, name }) => `${level} ${name}`);

describe('readiness of a wave', () => {
  it('finds nothing against a healthy server', () => {
    expect(found({})).toEqual([]);
  });

  it('fails closed for a server that DRS does not know', () => {
    expect(found({ servers: new Map() })).toEqual(['error unknown-server']);
  });

  it.each(['STOPPED', 'INITIATING', 'INITIAL_SYNC', 'DISCONNECTED'])(
    'refuses a server that is %s',
    (replicationState) => {
      expect(found({ servers: new Map([[id, { ...healthy, replicationState }]]) })).toEqual([
        'error not-recoverable',
      ]);
    },
  );

  it('refuses an extended server that DRS cannot reach in its staging account', () => {
    const extensionError = 'access denied';
    expect(found({ servers: new Map([[id, { ...healthy, extensionError }]]) })).toEqual(['error extension']);
  });

  it.each(['STALLED', 'BACKLOG', 'RESCAN', 'PAUSED'])('warns of a server that is %s', (replicationState) => {
    expect(found({ servers: new Map([[id, { ...healthy, replicationState }]]) })).toEqual([
      'warning replication',
    ]);
  });

  it('warns of a lag beyond the recovery point objective, and not at it', () => {
    expect(found({ servers: new Map([[id, { ...healthy, lagSeconds: 601 }]]) })).toEqual(['warning lag']);
    expect(found({ servers: new Map([[id, { ...healthy, lagSeconds: 600 }]]) })).toEqual([]);
  });

  it('does not take silence about the lag for none', () => {
    const { lagSeconds: _unknown, ...silent } = healthy;
    expect(found({ servers: new Map([[id, silent]]) })).toEqual(['warning lag']);
    expect(
      found({ servers: new Map([[id, silent]]) }, { mode: 'DRILL', allowDrillOverRecovery: false }),
    ).toEqual([]);
  });

  it('refuses a server without a recovery point, and warns of an old one', () => {
    const stalled = { servers: new Map([[id, { ...healthy, replicationState: 'STALLED' }]]) };
    const at = (takenAt: number | undefined) =>
      found({ ...stalled, recoveryPoints: new Map([[id, takenAt]]) });
    const now = Date.parse('2026-01-02T00:00:00Z');
    expect(at(undefined)).toEqual(['warning replication', 'error no-recovery-point']);
    expect(at(now - 11 * 60_000)).toEqual(['warning replication', 'warning recovery-point-age']);
    expect(at(now - 10 * 60_000)).toEqual(['warning replication']);
  });

  it('refuses a job that can never fit the quota of servers in all jobs', () => {
    expect(found({ serversMax: 0 })).toEqual(['error quota']);
  });

  it('refuses unknown disks and a missing launch configuration, and tells of running jobs and full quotas', () => {
    const facts = {
      servers: new Map([[id, { ...healthy, volumesMissing: true }]]),
      withoutLaunchConfiguration: new Set([id]),
      busy: new Map([[id, 'drsjob-1']]),
      activeJobs: 20,
    };
    expect(found(facts)).toEqual([
      'error volume-attributes',
      'warning busy',
      'error launch-configuration',
      'warning quota',
    ]);
  });

  const instance = (isDrill: boolean, state = 'RUNNING') => ({
    instances: [{ sourceServerId: id, instanceId: 'i-1', state, isDrill }],
  });

  it('refuses a drill that would destroy what a real recovery brought up', () => {
    expect(found(instance(false))).toEqual(['error drill-over-recovery']);
    expect(found(instance(false, 'STOPPED'))).toEqual(['error drill-over-recovery']);
  });

  it('lets an explicit override through as a warning', () => {
    expect(found(instance(false), { ...drill, allowDrillOverRecovery: true })).toEqual([
      'warning drill-over-recovery',
    ]);
  });

  it('lets a drill replace a drill, and a drill over what is terminated', () => {
    expect(found(instance(true))).toEqual([]);
    expect(found(instance(false, 'TERMINATED'))).toEqual([]);
  });

  const hidden = (unrecorded: 'drill' | 'recovery' | 'unknown') => ({
    instances: [
      {
        ...{ sourceServerId: id, instanceId: 'i-1', state: 'RUNNING' },
        ...{ unrecorded, isDrill: unrecorded === 'drill' },
      },
    ],
  });

  it('refuses a drill over a machine without a record that no job shows to be a drill, unless it is named', () => {
    for (const origin of ['recovery', 'unknown'] as const) {
      expect(found(hidden(origin))).toEqual(['error drill-over-unrecorded']);
      expect(found(hidden(origin), { ...drill, allowDrillOverRecovery: true })).toEqual([
        'error drill-over-unrecorded',
      ]);
      expect(found(hidden(origin), { ...drill, allowReplacing: ['i-1'] })).toEqual([
        'warning drill-over-unrecorded',
      ]);
      expect(found(hidden(origin), { ...drill, mode: 'RECOVERY' })).toEqual([
        'warning recovery-over-unrecorded',
      ]);
    }
    expect(found(hidden('drill'))).toEqual([]);
  });

  it('refuses a drill over a machine from which data flow back', () => {
    const failingBack = {
      instances: [
        {
          ...{ sourceServerId: id, instanceId: 'i-1', state: 'RUNNING', isDrill: true },
          failback: 'FAILBACK_IN_PROGRESS',
        },
      ],
    };
    expect(found(failingBack)).toEqual(['error drill-over-failback']);
    expect(found(failingBack, { ...drill, mode: 'RECOVERY' })).toEqual(['warning recovery-over-failback']);
  });

  it('refuses a drill while EC2 may not be asked, and a recovery only until somebody accepts that', () => {
    expect(found({ unwitnessed: 'denied' })).toEqual(['error unwitnessed']);
    expect(found({ unwitnessed: 'denied' }, { ...drill, mode: 'RECOVERY' })).toEqual(['warning unwitnessed']);
  });

  it('refuses a server that replicates back', () => {
    expect(found({ servers: new Map([[id, { ...healthy, direction: 'FAILBACK' }]]) })).toEqual([
      'error direction',
    ]);
  });

  it('warns of a recovery over a recovery', () => {
    expect(found(instance(false), { ...drill, mode: 'RECOVERY' })).toEqual([
      'warning recovery-over-recovery',
    ]);
  });
});
