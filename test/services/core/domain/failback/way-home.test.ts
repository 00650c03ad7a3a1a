import { describe, expect, it } from 'vitest';
import { nextCallOf } from '../../../../../services/core/domain/failback/next-call.ts';
import { obstaclesOf } from '../../../../../services/core/domain/failback/obstacles.ts';
import { type Look, wayHomeOf } from '../../../../../services/core/domain/failback/way-home.ts';
import type {
  RecordedMachine,
  ReplicatedServer,
  Replication,
} from '../../../../../services/core/domain/homeward-server.ts';

const inSync: Replication = {
  ...{ state: 'CONTINUOUS', lagSeconds: 0, totalBytes: 100, copiedBytes: 100, rescannedBytes: 0 },
};

const server = (change: Partial<ReplicatedServer> = {}): ReplicatedServer => ({
  sourceServerId: 's-forward',
  name: 'db-1',
  direction: 'FAILOVER',
  machineId: 'i-original',
  origin: { account: '111122223333', region: 'us-east-1' },
  replication: inSync,
  ...change,
});

const reversed = (replication: Partial<Replication> = {}, change: Partial<ReplicatedServer> = {}) =>
  server({
    ...{ sourceServerId: 's-reversed', direction: 'FAILBACK', machineId: 'i-away' },
    replication: { ...inSync, ...replication },
    ...change,
  });

const machine = (instanceId: string, change: Partial<RecordedMachine> = {}): RecordedMachine => ({
  ...{ instanceId, sourceServerId: 's-forward', state: 'RUNNING', isDrill: false },
  ...change,
});

const away = machine('i-away');
const backHome = machine('i-home', { sourceServerId: 's-reversed' });
const begun = { ...backHome, replication: 'RESCAN' };

const look = (change: Partial<Look> = {}): Look => ({
  ...{ server: server(), away: [away], reversed: undefined, home: [], launchedId: 'i-away' },
  ...{ existedBefore: [], busy: [] },
  ...change,
});

const atHome = server({ machineId: 'i-home' });

const stageOf = (given: Look) => {
  const way = wayHomeOf(given);
  const next = nextCallOf(given, way);
  return [way.stage, next && `${next.operation} ${next.where} ${next.id}`];
};

describe('the stage of a server, and the call that comes next', () => {
  it.each<[string, Partial<Look>, string, string | undefined]>([
    ['was recovered', {}, 'AWAY', 'ReverseReplication away i-away'],
    [
      'also has a machine of a drill',
      { away: [machine('i-drill', { isDrill: true }), away] },
      'AWAY',
      'ReverseReplication away i-away',
    ],
    ['has two machines', { away: [away, machine('i-other')] }, 'UNCLEAR', undefined],
    ['is not of AWS', { server: { ...server(), origin: undefined as never } }, 'UNCLEAR', undefined],
    ['is gone from DRS', { server: undefined }, 'UNCLEAR', undefined],
    ['was reversed a moment ago', { away: [{ ...away, replication: 'INITIATING' }] }, 'REVERSING', undefined],
    ['has an agent that connects', { reversed: reversed({ state: 'INITIATING' }) }, 'REVERSING', undefined],
    ['is copied', { reversed: reversed({ state: 'INITIAL_SYNC' }) }, 'SYNCING', undefined],
    ['lags', { reversed: reversed({ state: 'BACKLOG' }) }, 'SYNCING', undefined],
    ['is stalled on its way', { reversed: reversed({ state: 'STALLED' }) }, 'SYNCING', undefined],
    ['is in sync', { reversed: reversed() }, 'READY', 'StartRecovery home s-reversed'],
    ['is busy with a job at home', { reversed: reversed(), busy: ['home'] }, 'READY', undefined],
    [
      'is busy with a job away only',
      { reversed: reversed(), busy: ['away'] },
      'READY',
      'StartRecovery home s-reversed',
    ],
    [
      'was not launched the last time',
      { reversed: reversed({}, { lastLaunch: 'FAILED' }) },
      'READY',
      'StartRecovery home s-reversed',
    ],
    ['waits for its launch', { reversed: reversed({}, { lastLaunch: 'PENDING' }) }, 'LAUNCHING', undefined],
    [
      'is launched once more',
      { reversed: reversed({}, { lastLaunch: 'IN_PROGRESS' }), home: [backHome] },
      'LAUNCHING',
      undefined,
    ],
    [
      'runs at home',
      { reversed: reversed({}, { lastLaunch: 'LAUNCHED' }), home: [backHome] },
      'LAUNCHED',
      'ReverseReplication home i-home',
    ],
    [
      'runs at home and is named from before by the other direction',
      { reversed: reversed(), home: [backHome], server: atHome },
      'LAUNCHED',
      'ReverseReplication home i-home',
    ],
    [
      'runs at home as a drill',
      { reversed: reversed(), home: [{ ...backHome, isDrill: true }] },
      'LAUNCHED',
      'TerminateRecoveryInstances home i-home',
    ],
    [
      'runs as a drill in the original machine',
      { reversed: reversed(), home: [{ ...backHome, isDrill: true }], existedBefore: ['i-home'] },
      'LAUNCHED',
      undefined,
    ],
    [
      'runs at home, in earnest and as a drill',
      { reversed: reversed(), home: [machine('i-drill', { isDrill: true }), backHome] },
      'LAUNCHED',
      'ReverseReplication home i-home',
    ],
    [
      'was stopped at home before it is protected',
      { reversed: reversed({ state: 'STOPPED' }), home: [backHome] },
      'UNCLEAR',
      undefined,
    ],
    [
      'is to be protected, while the other direction still names the old machine',
      { reversed: reversed(), home: [begun] },
      'REPROTECTING',
      undefined,
    ],
    [
      'is read again',
      {
        reversed: reversed(),
        home: [begun],
        server: server({ ...atHome, replication: { ...inSync, state: 'RESCAN' } }),
      },
      'REPROTECTING',
      undefined,
    ],
    [
      'lags after it was read again',
      {
        reversed: reversed(),
        home: [begun],
        server: server({ ...atHome, replication: { ...inSync, lagSeconds: 9 } }),
      },
      'REPROTECTING',
      undefined,
    ],
    [
      'is protected',
      { reversed: reversed(), home: [begun], server: atHome },
      'PROTECTED',
      'StopReplication home s-reversed',
    ],
    [
      'is protected, and the reversed server stopped',
      { reversed: reversed({ state: 'STOPPED' }), home: [begun], server: atHome },
      'RETIRING',
      'TerminateRecoveryInstances away i-away',
    ],
    [
      'retires, and a standby was launched into',
      { reversed: reversed({ state: 'STOPPED' }), home: [begun], server: atHome, existedBefore: ['i-away'] },
      'RETIRING',
      'DeleteRecoveryInstance away i-away',
    ],
    [
      'retires, and a job ends the machine away',
      { reversed: reversed({ state: 'STOPPED' }), home: [begun], server: atHome, busy: ['away'] },
      'RETIRING',
      undefined,
    ],
    [
      'lost its protection before it retired',
      {
        reversed: reversed({ state: 'STOPPED' }),
        home: [begun],
        server: server({ ...atHome, replication: { ...inSync, state: 'STALLED' } }),
      },
      'RETIRING',
      undefined,
    ],
    [
      'has no machine away any more',
      { reversed: reversed({ state: 'STOPPED' }), away: [], home: [begun], server: atHome },
      'RETIRING',
      'DeleteRecoveryInstance home i-home',
    ],
    [
      'has no record at home any more',
      { reversed: reversed({ state: 'STOPPED' }), away: [], server: atHome },
      'RETIRING',
      'DisconnectSourceServer home s-reversed',
    ],
    [
      'is disconnected',
      { reversed: reversed({ state: 'DISCONNECTED' }), away: [], server: atHome },
      'RETIRING',
      'DeleteSourceServer home s-reversed',
    ],
    ['is home', { away: [], server: atHome }, 'HOME', undefined],
    [
      'was stopped on its way, with its machine still away',
      { reversed: reversed({ state: 'STOPPED' }) },
      'UNCLEAR',
      undefined,
    ],
    [
      'has lost its machine, and is replicated from nowhere',
      { away: [], server: server({ replication: { ...inSync, state: 'STALLED' } }) },
      'UNCLEAR',
      undefined,
    ],
    [
      'has no known lag at home',
      {
        reversed: reversed(),
        home: [begun],
        server: server({ ...atHome, replication: { ...inSync, lagSeconds: undefined as never } }),
      },
      'REPROTECTING',
      undefined,
    ],
  ])('of one that %s', (_what, change, stage, next) => {
    expect(stageOf(look(change))).toEqual([stage, next]);
  });

  it('never ends the machine at home of a failback in earnest, and never stops the forward replication', () => {
    const seen = new Set<string>();
    const states = ['CONTINUOUS', 'STOPPED', 'DISCONNECTED', 'STALLED', 'INITIATING', 'RESCAN'];
    const machinesAway = [[], [away], [{ ...away, replication: 'CONTINUOUS' }]];
    const machinesHome = [[], [backHome], [begun]];
    for (const forward of states)
      for (const back of states)
        for (const there of machinesAway)
          for (const here of machinesHome)
            for (const machineId of ['i-original', 'i-home']) {
              const given = look({
                server: server({ machineId, replication: { ...inSync, state: forward } }),
                reversed: reversed({ state: back }),
                ...{ away: there, home: here },
              });
              const next = nextCallOf(given, wayHomeOf(given));
              const isProtected = forward === 'CONTINUOUS' && machineId === 'i-home' && here[0] === begun;
              if (next !== undefined) seen.add(next.operation);
              if (next?.operation === 'TerminateRecoveryInstances') {
                expect(next).toEqual({ ...next, where: 'away', id: 'i-away' });
                expect([isProtected, back === 'STOPPED' || back === 'DISCONNECTED']).toEqual([true, true]);
              }
              if (next?.operation === 'StopReplication') {
                expect(next.id).toBe('s-reversed');
                expect(isProtected).toBe(true);
              }
            }
    expect([...seen].sort()).toEqual([
      ...['DeleteRecoveryInstance', 'DeleteSourceServer', 'DisconnectSourceServer', 'ReverseReplication'],
      ...['StartRecovery', 'StopReplication', 'TerminateRecoveryInstances'],
    ]);
  });
});

describe('progress', () => {
  const copying = { state: 'INITIAL_SYNC', copiedBytes: 40, rescannedBytes: 5, etaAt: 7 };

  it('is what was copied on the way home, and what was read again at home', () => {
    expect(wayHomeOf(look({ reversed: reversed(copying) })).progress).toEqual({
      ...{ doneBytes: 40, totalBytes: 100, etaAt: 7 },
    });
    const rescan = { ...inSync, ...copying, state: 'RESCAN' };
    const given = look({
      reversed: reversed(),
      home: [begun],
      server: server({ ...atHome, replication: rescan }),
    });
    expect(wayHomeOf(given).progress).toEqual({ doneBytes: 5, totalBytes: 100, etaAt: 7 });
  });

  it('has no end that DRS does not know', () => {
    const { etaAt: _unknown, ...rest } = copying;
    expect(wayHomeOf(look({ reversed: reversed(rest) })).progress).toEqual({
      doneBytes: 40,
      totalBytes: 100,
    });
  });
});

describe('what is in the way', () => {
  const nothing = { machine: undefined, launch: undefined, earlierId: undefined, unread: [] };
  const obstacles = (given: Look, facts: Partial<Parameters<typeof obstaclesOf>[2]> = {}) =>
    obstaclesOf(given, wayHomeOf(given), { ...nothing, ...facts }).map(
      ({ level, message }) => `${level}: ${message}`,
    );

  it('is nothing where all is well, or EC2 does not say', () => {
    expect(obstacles(look())).toEqual([]);
    expect(obstacles(look(), { machine: { state: 'RUNNING', instanceProfile: 'arn' } })).toEqual([]);
    expect(obstacles(look({ away: [], server: atHome }))).toEqual([]);
  });

  it('is the reason of what is unclear', () => {
    expect(obstacles(look({ away: [away, machine('i-other')] }))).toEqual([
      'error: it has several machines: i-away, i-other',
    ]);
  });

  it('is what DRS says of a replication in trouble, at each stage that has one', () => {
    const trouble = { state: 'STALLED', error: 'NOT_CONVERGING' };
    const said = ['warning: replication is STALLED: NOT_CONVERGING'];
    expect(obstacles(look({ reversed: reversed(trouble) }))).toEqual(said);
    const forward = server({ ...atHome, replication: { ...inSync, ...trouble } });
    expect(obstacles(look({ reversed: reversed(), home: [begun], server: forward }))).toEqual(said);
    expect(obstacles(look({ reversed: reversed({ state: 'STALLED' }) }))).toEqual([
      'warning: replication is STALLED',
    ]);
  });

  it('is a launch that failed, and a machine at home that does not run', () => {
    expect(obstacles(look({ reversed: reversed({}, { lastLaunch: 'FAILED' }) }))).toEqual([
      'warning: its last launch failed',
    ]);
    const stopped = { ...backHome, state: 'STOPPED' };
    expect(obstacles(look({ reversed: reversed(), home: [stopped] }))).toEqual([
      'warning: i-home is STOPPED',
    ]);
  });

  it('is also what could not be read, at each stage', () => {
    const unread = ['EC2 cannot be read'];
    const said = 'warning: EC2 cannot be read';
    expect(obstacles(look(), { unread })).toEqual([said]);
    expect(obstacles(look({ away: [], server: atHome }), { unread })).toEqual([said]);
    expect(obstacles(look({ server: undefined }), { unread })).toEqual([
      'error: DRS has the source server no more',
      said,
    ]);
  });

  const profiled = { state: 'RUNNING', instanceProfile: 'arn' };

  it('is what a reversal lacks: a machine that runs, its profile, and a free way', () => {
    const drill = machine('i-drill', { isDrill: true, state: 'STOPPED' });
    const given = look({ away: [drill, away] });
    expect(obstacles(given, { machine: { state: 'RUNNING' } })).toEqual([
      'warning: i-away has no instance profile; its agent needs one with AWSElasticDisasterRecoveryRecoveryInstancePolicy',
    ]);
    expect(obstacles(given, { machine: { ...profiled, state: 'STOPPED' } })).toEqual([
      'error: i-away is STOPPED; its agent replicates only while it runs: start it',
    ]);
    expect(obstacles(look({ away: [{ ...away, state: 'STOPPING' }] }))).toEqual([
      'error: i-away is STOPPING; its agent replicates only while it runs: start it',
    ]);
    expect(obstacles(given, { machine: profiled, earlierId: 's-earlier' })).toEqual([
      expect.stringMatching(/^error: s-earlier is left from an earlier failback; stop its replication/),
    ]);
  });

  it('is no more what a reversal lacks once it has begun', () => {
    const facts = { machine: { state: 'STOPPED' }, earlierId: 's-earlier' };
    expect(obstacles(look({ reversed: reversed() }), facts)).toEqual([]);
  });

  const into = {
    ...{ instanceId: 'i-original', machine: undefined, copiesPrivateAddress: false, copiesTags: false },
    sharedWith: [],
  };

  it.each<[string, Partial<Replication>]>([
    ['warning', { state: 'INITIATING' }],
    ['warning', { state: 'INITIAL_SYNC' }],
    ['error', {}],
  ])('is a machine that cannot be launched into: %s at %j', (level, replication) => {
    const launch = { securityGroupIds: [], into };
    expect(obstacles(look({ reversed: reversed(replication) }), { launch })).toEqual([
      `${level}: s-reversed is launched into i-original: EC2 does not know it; correct the launch configuration`,
    ]);
  });

  it('is a machine that was there before, and that a drill was launched into', () => {
    const home = [{ ...backHome, isDrill: true as const }];
    const given = look({ reversed: reversed(), home });
    expect(obstacles(given)).toEqual([]);
    expect(obstacles({ ...given, existedBefore: ['i-home'] })).toEqual([
      expect.stringMatching(/^warning: the drill was launched into i-home, .* never terminate it/),
    ]);
    expect(obstacles({ ...given, home: [backHome], existedBefore: ['i-home'] })).toEqual([]);
  });

  it.each<[string, Partial<Look>]>([
    [
      'the replication of the reversed server is STOPPED, and nothing was launched from it',
      { reversed: reversed({ state: 'STOPPED' }) },
    ],
    [
      'the reversed server was stopped before the machine at home is protected',
      { reversed: reversed({ state: 'STOPPED' }), home: [backHome] },
    ],
    [
      'i-away is gone, and the replication of the server is STALLED',
      { away: [], server: server({ replication: { ...inSync, state: 'STALLED' } }) },
    ],
    [
      'its machine is not of AWS: no plan brings it home, but the failback client of DRS, which a person boots: FAILBACK_IN_PROGRESS',
      {
        server: { ...server(), origin: undefined as never },
        away: [{ ...away, failback: 'FAILBACK_IN_PROGRESS' }],
      },
    ],
  ])('is, where nothing fits: %s', (why, change) => {
    expect(obstacles(look(change))).toEqual([`error: ${why}`]);
  });

  it('is a protection that lags once the reversed server is stopped', () => {
    const forward = server({ ...atHome, replication: { ...inSync, state: 'BACKLOG' } });
    const given = look({ reversed: reversed({ state: 'STOPPED' }), home: [begun], server: forward });
    expect(obstacles(given)).toEqual(['warning: the replication of the machine at home is BACKLOG']);
  });

  it('is nothing of a replication that goes on, nor of a machine at home that runs', () => {
    expect(obstacles(look({ reversed: reversed({ state: 'INITIAL_SYNC' }) }))).toEqual([]);
    expect(obstacles(look({ reversed: reversed(), home: [backHome] }))).toEqual([]);
    expect(obstacles(look({ reversed: reversed({ state: 'INITIATING', error: 'FAILED' }) }))).toEqual([
      'warning: replication is INITIATING: FAILED',
    ]);
  });

  it('is all parts of a network that the launch template lacks', () => {
    const launch = { securityGroupIds: [] };
    expect(obstacles(look({ reversed: reversed() }), { launch })).toEqual([
      expect.stringContaining('has no subnet, security group, instance profile; without'),
    ]);
  });

  it('is each part of a network that the launch template lacks', () => {
    const launch = { securityGroupIds: ['sg-1'], instanceProfile: 'Recovery' };
    expect(obstacles(look({ reversed: reversed() }), { launch })).toEqual([
      expect.stringContaining('the launch template of s-reversed has no subnet; without'),
    ]);
    expect(
      obstacles(look({ reversed: reversed() }), { launch: { ...launch, subnetId: 'subnet-1' } }),
    ).toEqual([]);
  });
});
