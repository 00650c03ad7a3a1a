import { describe, expect, it } from 'vitest';
import type { WaveFact } from '../../../../../contracts/wave-events.ts';
import {
  claimHomeward,
  illegalClaim,
  illegalEnd,
  lookFacts,
  phaseInHand,
  refusalFacts,
  unreadFacts,
} from '../../../../../services/core/domain/failback/homeward-wave.ts';
import type { PhaseCall } from '../../../../../services/core/domain/failback/phase.ts';
import { resultsOf, stageOf, type Wave } from '../../../../../services/core/domain/wave/wave.ts';
import { serverId } from '../../../../support/frozen-wave.ts';
import {
  awayId,
  homeAt,
  homeId,
  homewardWave,
  launchedAt,
  lookAt,
  minutes,
  protectedAt,
  reversedId,
  reversedOf,
  start,
  type Said,
} from '../../../../support/homeward.ts';

const reverseCall = (n: number): PhaseCall => ({
  ...{ sourceServerId: serverId(n), operation: 'ReverseReplication', where: 'away', id: awayId(n) },
});
const claimed = (...ns: number[]): WaveFact => ({
  type: 'HomewardCallsClaimed',
  data: { waveId: 'reverse-w', attempt: 1, calls: ns.map(reverseCall) },
});
const stopped: WaveFact = {
  type: 'WaveStopped',
  data: { waveId: 'reverse-w', attempt: 1, reason: 'cancelled' },
};

/** What a look says, as the names of facts and what they hold. */
const said = (wave: Wave, looked: Parameters<typeof lookFacts>[1], now: number) =>
  lookFacts(wave, looked, now).map(({ type, data }) => {
    const { waveId: _wave, attempt: _attempt, ...rest } = data as Record<string, unknown>;
    return [type, rest] as const;
  });
const endsOf = (wave: Wave, looked: Parameters<typeof lookFacts>[1], now: number) =>
  lookFacts(wave, looked, now).flatMap((fact) =>
    fact.type === 'HomewardServersEnded'
      ? fact.data.servers.map(({ sourceServerId, launchResult, failure }) => [
          sourceServerId,
          failure ?? launchResult,
        ])
      : [],
  );

/** A look after which nothing is new, at `at`, and the facts of it. */
const looking = (wave: Wave, looked: Parameters<typeof lookFacts>[1], at: number): Said => [
  at,
  ...lookFacts(wave, looked, at),
];

describe('a wave in a phase of a failback', () => {
  it('is one of reverse, protect, retire and undo; a launch is none, and needs no job of DRS here', () => {
    for (const phase of ['reverse', 'protect', 'retire', 'undo'] as const)
      expect(phaseInHand(homewardWave(phase))?.phase).toBe(phase);
    expect(phaseInHand(homewardWave('launch'))).toBeUndefined();
    expect(stageOf(homewardWave('reverse')).stage).toBe('recover');
  });

  it('claims the calls that come next, once, and nothing while they are open', () => {
    const looked = [lookAt(1), lookAt(2)];
    expect(claimHomeward(homewardWave('reverse'), looked, start)).toEqual([claimed(1, 2)]);
    const wave = homewardWave('reverse', [[start, claimed(1, 2)]]);
    expect(claimHomeward(wave, looked, minutes(9))).toEqual([]);
    expect(claimHomeward(homewardWave('reverse', [[start, claimed(1)]]), looked, start)).toEqual([
      claimed(2),
    ]);
  });

  it('claims nothing once it is stopped, and says then only what came of its calls', () => {
    const wave = homewardWave('reverse', [[start, claimed(1), stopped]]);
    expect(claimHomeward(wave, [lookAt(1), lookAt(2)], start)).toEqual([]);
    const looked = [lookAt(1, { reversed: reversedOf(1) }), lookAt(2, { reversed: reversedOf(2) })];
    expect(said(wave, looked, minutes(1))).toEqual([
      ['HomewardCallsEnded', { calls: [{ ...reverseCall(1), outcome: 'done' }] }],
    ]);
    expect(unreadFacts(wave, new Map([[serverId(2), 'it may not be read']]))).toEqual([]);
  });

  it('waits for its open calls when it is stopped, and is settled without them', () => {
    const wave = homewardWave('reverse', [[start, claimed(1), stopped]]);
    expect(stageOf(wave).stage).toBe('recover');
    const none = homewardWave('reverse', [[start, stopped]]);
    expect(stageOf(none)).toMatchObject({ stage: 'settled', outcome: 'STOPPED' });
  });

  it('takes a call for done when a look shows its effect, and says that this execution reversed it', () => {
    const wave = homewardWave('reverse', [[start, claimed(1)]]);
    const facts = lookFacts(wave, [lookAt(1, { reversed: reversedOf(1) })], minutes(3));
    expect(facts).toContainEqual({
      type: 'HomewardServersEnded',
      data: {
        ...{ waveId: 'reverse-w', attempt: 1 },
        servers: [
          {
            ...{ sourceServerId: serverId(1), name: 'server-1', launchResult: 'LAUNCHED', phases: {} },
            ...{ reversedId: reversedId(1), madeReversed: true },
          },
        ],
      },
    });
    const after = homewardWave('reverse', [
      [start, claimed(1)],
      [minutes(3), ...facts],
    ]);
    expect(after.state.madeReversed).toEqual([serverId(1)]);
    expect(after.state.homeward?.open).toEqual([]);
  });

  it('adopts what others have reversed, and does not call it its own', () => {
    const looked = [lookAt(1, { reversed: reversedOf(1) })];
    const [ended] = lookFacts(homewardWave('reverse'), looked, start).filter(
      ({ type }) => type === 'HomewardServersEnded',
    );
    expect(ended).toMatchObject({ data: { servers: [{ reversedId: reversedId(1) }] } });
    expect(JSON.stringify(ended)).not.toContain('madeReversed');
  });

  it('remembers through all attempts what it has reversed itself', () => {
    const one = lookFacts(
      homewardWave('reverse', [[start, claimed(1)]]),
      [lookAt(1, { reversed: reversedOf(1, { state: 'INITIAL_SYNC', copiedBytes: 5 }) })],
      minutes(2),
    );
    const again = homewardWave(
      'reverse',
      [
        [start, claimed(1)],
        [minutes(2), ...one],
      ],
      { attempt: 2 },
    );
    expect(again.state.madeReversed).toEqual([serverId(1)]);
    const [ended] = lookFacts(again, [lookAt(1, { reversed: reversedOf(1) })], minutes(9)).filter(
      ({ type }) => type === 'HomewardServersEnded',
    );
    expect(ended).toMatchObject({ data: { attempt: 2, servers: [{ madeReversed: true }] } });
  });

  it('opens a claim again that shows no effect for ten minutes, and not before', () => {
    const wave = homewardWave('reverse', [[start, claimed(1)]], { count: 1 });
    expect(said(wave, [lookAt(1)], minutes(10) - 1).map(([type]) => type)).toEqual(['HomewardProgressed']);
    expect(said(wave, [lookAt(1)], minutes(10))[0]).toEqual([
      'HomewardCallsEnded',
      { calls: [{ ...reverseCall(1), outcome: 'lost' }] },
    ]);
  });

  it('asks a person after five claims of a call that had no effect', () => {
    let facts: readonly Said[] = [];
    for (let time = 0; time < 5; time++) {
      const at = minutes(11 * time);
      facts = [...facts, [at, claimed(1)]];
      const wave = homewardWave('reverse', facts, { count: 1 });
      facts = [...facts, looking(wave, [lookAt(1)], at + 600_000)];
    }
    const wave = homewardWave('reverse', facts, { count: 1 });
    expect(claimHomeward(wave, [lookAt(1)], minutes(100))).toEqual([]);
    expect(resultsOf(wave)).toMatchObject([
      { launchResult: 'FAILED', failure: `ReverseReplication of ${awayId(1)} had no effect, 5 times` },
    ]);
  });

  it('waits after a conflict for longer each time, and fails a server whose call is refused for good', () => {
    const wave = homewardWave('reverse', [[start, claimed(1)]]);
    const busy = refusalFacts(wave, reverseCall(1), { outcome: 'conflict', message: 'initializing' });
    const later = homewardWave('reverse', [
      [start, claimed(1)],
      [start, ...busy],
    ]);
    expect(claimHomeward(later, [lookAt(1)], minutes(1) - 1)).toEqual([]);
    expect(claimHomeward(later, [lookAt(1)], minutes(1))).toEqual([claimed(1)]);
    const never = refusalFacts(wave, reverseCall(1), { outcome: 'invalid', message: 'not of EC2' });
    const asked = homewardWave('reverse', [
      [start, claimed(1)],
      [start, ...never],
    ]);
    expect(claimHomeward(asked, [lookAt(1)], minutes(60))).toEqual([]);
    expect(endsOf(asked, [lookAt(1)], start)).toEqual([[serverId(1), 'not of EC2']]);
    expect(endsOf(asked, [lookAt(1, { reversed: reversedOf(1) })], start)).toEqual([
      [serverId(1), 'LAUNCHED'],
    ]);
  });

  it('takes no refusal of a call that is not open', () => {
    const refusal = { outcome: 'conflict', message: 'late' } as const;
    expect(refusalFacts(homewardWave('reverse'), reverseCall(1), refusal)).toEqual([]);
  });
});

describe('what a phase tells of how far its servers are', () => {
  const at = (copiedBytes: number) => [
    lookAt(1, { reversed: reversedOf(1, { state: 'INITIAL_SYNC', copiedBytes, etaAt: minutes(60) }) }),
  ];
  const first = looking(homewardWave('reverse', [], { count: 1 }), at(10), start);
  const wave = homewardWave('reverse', [first], { count: 1 });

  it('is a stage at once, and bytes every five minutes', () => {
    expect(first.slice(1)).toMatchObject([
      {
        type: 'HomewardProgressed',
        data: {
          servers: {
            [serverId(1)]: {
              stage: 'SYNCING',
              doneBytes: 10,
              totalBytes: 100,
              etaAt: '2026-01-01T01:00:00.000Z',
            },
          },
        },
      },
    ]);
    expect(said(wave, at(20), minutes(5) - 1)).toEqual([]);
    expect(said(wave, at(20), minutes(5)).map(([type]) => type)).toEqual(['HomewardProgressed']);
    expect(said(wave, [lookAt(1, { reversed: reversedOf(1) })], start + 1).map(([type]) => type)).toEqual([
      'HomewardProgressed',
      'HomewardServersEnded',
    ]);
  });

  it('is a standstill once, after as long as the plan says', () => {
    expect(said(wave, at(10), minutes(30) - 1)).toEqual([]);
    expect(said(wave, at(10), minutes(30))).toEqual([
      [
        'ReplicationStalled',
        { servers: [{ sourceServerId: serverId(1), stage: 'SYNCING', since: '2026-01-01T00:00:00.000Z' }] },
      ],
    ]);
    const told = homewardWave('reverse', [first, looking(wave, at(10), minutes(30))], { count: 1 });
    expect(said(told, at(10), minutes(90))).toEqual([]);
    const goesOn = homewardWave(
      'reverse',
      [first, looking(wave, at(10), minutes(30)), looking(told, at(11), minutes(91))],
      {
        count: 1,
      },
    );
    expect(said(goesOn, at(11), minutes(121)).map(([type]) => type)).toEqual(['ReplicationStalled']);
  });
});

describe('the end of a server in a phase', () => {
  it.each([
    ['reverse', [lookAt(1, { reversed: reversedOf(1) })], 'LAUNCHED'],
    ['protect', [protectedAt(1)], 'LAUNCHED'],
    ['retire', [homeAt(1)], 'LAUNCHED'],
    ['undo', [lookAt(1)], 'LAUNCHED'],
  ] as const)('of %s is what DRS shows', (phase, looked, result) => {
    expect(endsOf(homewardWave(phase, [], { count: 1 }), looked, start)).toEqual([[serverId(1), result]]);
  });

  it('names the machine at home that is protected', () => {
    const [, ended] = lookFacts(homewardWave('protect', [], { count: 1 }), [protectedAt(1)], start);
    expect(ended).toMatchObject({ data: { servers: [{ instanceId: homeId(1) }] } });
  });

  it('of one that several machines stand for is a question to people', () => {
    const other = lookAt(1);
    const two = lookAt(1, { away: [...other.look.away, { ...other.look.away[0]!, instanceId: 'i-other' }] });
    expect(endsOf(homewardWave('reverse', [], { count: 1 }), [two], start)).toEqual([
      [serverId(1), `it has several machines: ${awayId(1)}, i-other`],
    ]);
  });

  it.each([
    ['protect', [lookAt(1, { reversed: reversedOf(1) })], 'it was not launched at home: it is READY'],
    ['retire', [launchedAt(1)], 'it is not protected at home: it is LAUNCHED'],
    [
      'undo',
      [lookAt(1, { reversed: reversedOf(1), home: launchedAt(1).look.home })],
      `${homeId(1)} runs of it at home`,
    ],
  ] as const)(
    'of %s that stands before its phase comes after ten minutes, and not before',
    (phase, looked, why) => {
      const fresh = homewardWave(phase, [], { count: 1 });
      const first = looking(fresh, looked, start);
      const wave = homewardWave(phase, [first], { count: 1 });
      expect(endsOf(wave, looked, minutes(10) - 1)).toEqual([]);
      expect(endsOf(wave, looked, minutes(10))).toEqual([[serverId(1), why]]);
    },
  );

  it('of reverse that is home already is no failure', () => {
    expect(endsOf(homewardWave('reverse', [], { count: 1 }), [homeAt(1)], start)).toEqual([
      [serverId(1), 'LAUNCHED'],
    ]);
  });

  it('is a failure where the place may not be read, but for a server with an open call', () => {
    const wave = homewardWave('reverse', [[start, claimed(1)]]);
    const why = new Map([
      [serverId(1), 'AccessDenied'],
      [serverId(2), 'AccessDenied'],
    ]);
    expect(unreadFacts(wave, why)).toMatchObject([
      {
        data: { servers: [{ sourceServerId: serverId(2), launchResult: 'FAILED', failure: 'AccessDenied' }] },
      },
    ]);
  });

  it('completes the wave with its last server, and a retry takes up those that failed alone', () => {
    const two = [lookAt(1, { reversed: reversedOf(1) }), lookAt(2, { server: undefined })];
    const first = looking(homewardWave('reverse'), two, start);
    const wave = homewardWave('reverse', [first]);
    expect(stageOf(wave)).toMatchObject({
      ...{ stage: 'settled', outcome: 'FAILED' },
    });
    const again = homewardWave('reverse', [first], { attempt: 2 });
    expect(claimHomeward(again, [lookAt(1), lookAt(2)], minutes(20))).toMatchObject([
      { data: { attempt: 2, calls: [reverseCall(2)] } },
    ]);
    const both = looking(again, [lookAt(2, { reversed: reversedOf(2) })], minutes(30));
    expect(stageOf(homewardWave('reverse', [first, both], { attempt: 2 }))).toMatchObject({
      ...{ stage: 'settled', outcome: 'COMPLETED' },
    });
  });
});

describe('what a phase may claim, and say of ends', () => {
  const wave = homewardWave('reverse', [[start, claimed(1)]]);
  const retire = (call: Partial<PhaseCall>): PhaseCall => ({
    ...{ sourceServerId: serverId(1), operation: 'TerminateRecoveryInstances', where: 'away', id: awayId(1) },
    ...call,
  });

  it('is what its servers need, each of them once', () => {
    expect(illegalClaim(wave, [reverseCall(2)])).toBeUndefined();
    expect(illegalClaim(homewardWave('retire'), [retire({})])).toBeUndefined();
  });

  it.each([
    ['a call for one that is open', wave, [reverseCall(1)], `a call for ${serverId(1)} was open`],
    ['a server of another wave', wave, [reverseCall(3)], `${serverId(3)} was not in hand`],
    [
      'a call of another phase',
      wave,
      [retire({ sourceServerId: serverId(2), id: awayId(2) })],
      'TerminateRecoveryInstances away is no call of reverse',
    ],
    [
      'a machine at home that would be ended',
      homewardWave('retire'),
      [retire({ where: 'home', id: homeId(1) })],
      'TerminateRecoveryInstances home is no call of retire',
    ],
    [
      'a machine that is not the one which comes home',
      homewardWave('retire'),
      [retire({ id: 'i-other' })],
      `i-other is not the machine of ${serverId(1)} that comes home`,
    ],
    [
      'more calls at once than one run makes',
      homewardWave('reverse', [], { count: 30 }),
      Array.from({ length: 26 }, (_, at) => reverseCall(at + 1)),
      'it claims 26 calls at once',
    ],
    ['anything of a launch', homewardWave('launch'), [], 'no phase of a failback was under way'],
    [
      'anything of a wave that is stopped',
      homewardWave('reverse', [[start, stopped]]),
      [reverseCall(1)],
      'no phase of a failback was under way',
    ],
  ] as const)('is not %s', (_what, given, calls, why) => {
    expect(illegalClaim(given, calls)).toBe(why);
  });

  it('is the end of no server that has a call open, or that is none of its own', () => {
    const ended = (n: number) => [
      { sourceServerId: serverId(n), name: '', launchResult: 'LAUNCHED' as const, phases: {} },
    ];
    expect(illegalEnd(wave, ended(2))).toBeUndefined();
    expect(illegalEnd(wave, ended(1))).toBe(`${serverId(1)} was not in hand, or has a call open`);
    expect(illegalEnd(wave, ended(9))).toBe(`${serverId(9)} was not in hand, or has a call open`);
    expect(illegalEnd(homewardWave('launch'), ended(1))).toBe('no phase of a failback was under way');
  });
});
