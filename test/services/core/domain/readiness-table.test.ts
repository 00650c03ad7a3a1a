import { describe, expect, it } from 'vitest';
import {
  quotaFindings,
  serverFindings,
  type ReadinessQuestion,
  type ServerFacts,
  type TargetFacts,
} from '../../../../services/core/domain/readiness.ts';
import { serverId } from '../../../support/frozen-wave.ts';
import { targetFacts } from '../../../support/target-facts.ts';

const id = serverId(1);
const other = serverId(2);
const now = Date.parse('2026-01-02T00:00:00Z');
const minutesAgo = (minutes: number): number => now - minutes * 60_000;

const facts = (server: Partial<ServerFacts>, rest: Partial<TargetFacts> = {}): TargetFacts =>
  targetFacts({
    servers: new Map([[id, { replicationState: 'CONTINUOUS', volumesMissing: false, ...server }]]),
    now,
    ...rest,
  });
const point = (minutes: number | undefined) =>
  facts(
    { lagSeconds: 0 },
    { recoveryPoints: new Map([[id, minutes === undefined ? undefined : minutesAgo(minutes)]]) },
  );
const recovered = (sourceServerId: string, state = 'RUNNING') =>
  facts(
    {},
    {
      instances: [
        { sourceServerId: other, instanceId: 'i-other', state: 'RUNNING', isDrill: false },
        { sourceServerId, instanceId: 'i-real', state, isDrill: false },
      ],
    },
  );

const drill: ReadinessQuestion = { mode: 'DRILL', allowDrillOverRecovery: false };
const within10: ReadinessQuestion = { ...drill, rpoMinutes: 10 };
const recovery: ReadinessQuestion = { mode: 'RECOVERY', allowDrillOverRecovery: false };

type Told = readonly (readonly [TargetFacts, ReadinessQuestion, ...(readonly string[])])[];
/** What is said of one server, word for word, as `level name: message`. */
const told: Readonly<Record<string, Told>> = {
  'a server that DRS does not know': [
    [facts({}, { servers: new Map() }), drill, `error unknown-server: DRS knows no source server ${id}`],
  ],
  'an extended server that DRS cannot reach': [
    [
      facts({ extensionError: 'access denied' }),
      drill,
      `error extension: DRS cannot reach the source server that ${id} is extended from: access denied`,
    ],
  ],
  'how the server replicates': [
    [
      facts({ replicationState: 'DISCONNECTED' }),
      drill,
      `error not-recoverable: ${id} is DISCONNECTED: it has no point in time to launch from`,
    ],
    [
      facts({ replicationState: 'STALLED' }),
      drill,
      `warning replication: ${id} is STALLED: an older point in time may be used`,
    ],
    [
      facts({ volumesMissing: true }),
      drill,
      `error volume-attributes: ${id} has disks whose attributes DRS does not know`,
    ],
  ],
  'how far the server lags behind its objective': [
    [facts({ lagSeconds: 600 }), within10],
    [facts({ lagSeconds: 750 }), within10, `warning lag: ${id} lags 13 minutes behind; the plan allows 10`],
    [
      facts({}),
      within10,
      `warning lag: DRS does not say how far ${id} lags behind; the plan allows 10 minutes`,
    ],
    [facts({ lagSeconds: 750 }), drill],
  ],
  'the age of the newest recovery point, by the objective or by a day': [
    [point(undefined), drill, `error no-recovery-point: DRS keeps no recovery point of ${id}`],
    [point(10), within10],
    [
      point(11),
      within10,
      `warning recovery-point-age: the newest recovery point of ${id} is 11 minutes old; the plan allows 10`,
    ],
    [point(1_440), drill],
    [
      point(1_441),
      drill,
      `warning recovery-point-age: the newest recovery point of ${id} is 1441 minutes old`,
    ],
  ],
  'what keeps the server from being launched': [
    [
      facts({}, { busy: new Map([[id, 'drsjob-1']]), withoutLaunchConfiguration: new Set([id]) }),
      drill,
      `warning busy: ${id} takes part in job drsjob-1; its wave will wait for the end of it`,
      `error launch-configuration: ${id} has no launch configuration`,
    ],
    [
      facts({}, { busy: new Map([[other, 'drsjob-1']]), withoutLaunchConfiguration: new Set([other]) }),
      drill,
    ],
  ],
  'what the launch would replace, and not what another server’s would': [
    [
      recovered(id),
      drill,
      `error drill-over-recovery: ${id} runs as i-real since a real recovery; a drill would destroy it`,
    ],
    [
      recovered(id),
      { ...drill, allowDrillOverRecovery: true },
      `warning drill-over-recovery: ${id} runs as i-real since a real recovery; a drill would destroy it`,
    ],
    [
      recovered(id),
      recovery,
      `warning recovery-over-recovery: ${id} runs as i-real; this recovery replaces it`,
    ],
    [recovered(id, 'NOT_FOUND'), recovery],
    [recovered(other), drill],
    [recovered(other), recovery],
  ],
};

describe('readiness of a server', () => {
  it.each(Object.entries(told))('tells %s', (_, rows) => {
    for (const [given, question, ...sentences] of rows)
      expect(
        serverFindings(id, given, question).map(({ level, name, message }) => `${level} ${name}: ${message}`),
      ).toEqual(sentences);
  });
});

describe('readiness for the quotas of DRS', () => {
  const quotas = { activeJobs: 19, jobsMax: 20, serversMax: 100 };
  const of = (servers: number, changes: Partial<typeof quotas> = {}) =>
    quotaFindings({ waveId: 'w', servers: Array.from({ length: servers }) }, { ...quotas, ...changes });

  it('lets a wave through whose largest job is exactly what fits, however large the wave is', () => {
    expect(of(1)).toEqual([]);
    expect(of(100)).toEqual([]);
    expect(of(400)).toEqual([]);
  });

  it('refuses a job of one server more than fits', () => {
    expect(of(51, { serversMax: 50 })).toEqual([
      {
        level: 'error',
        name: 'quota',
        waveId: 'w',
        message: 'a job of 51 servers never fits the quota of 50 servers in all jobs',
      },
    ]);
  });

  it('tells that a wave will wait once the last job is taken', () => {
    expect(of(1, { activeJobs: 20 })).toEqual([
      {
        level: 'warning',
        name: 'quota',
        waveId: 'w',
        message: '20 of 20 DRS jobs are in progress; the wave will wait its turn',
      },
    ]);
  });
});
