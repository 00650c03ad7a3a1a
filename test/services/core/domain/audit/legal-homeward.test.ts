import { describe, expect, it } from 'vitest';
import type { FrozenWave, Homeward } from '../../../../../contracts/execution-events.ts';
import type { ServerResult, WaveFact } from '../../../../../contracts/wave-events.ts';
import { illegalInWave } from '../../../../../services/core/domain/audit/legal-wave.ts';
import { batchMax, type PhaseCall } from '../../../../../services/core/domain/failback/phase.ts';
import { evolveWave } from '../../../../../services/core/domain/wave/evolve.ts';
import { initialWave } from '../../../../../services/core/domain/wave/state.ts';
import { waveOf } from '../../../../../services/core/domain/wave/wave.ts';
import { deepFreeze } from '../../../../support/freeze.ts';
import { aWave, serverId } from '../../../../support/frozen-wave.ts';

const inWave = { waveId: 'w', attempt: 1 };
const away = { account: '111122223333', region: 'eu-west-1' };
const home = { account: '111122223333', region: 'us-east-1' };
const machineOf = (n: number): string => `i-${String(n).padStart(17, '0')}`;
const reversedOf = (n: number): string => serverId(100 + n);

const phaseWave = (phase: Homeward['phase'], servers = 2): FrozenWave =>
  aWave('w', {
    homeward: { phase, away, home, stallMinutes: 30 },
    servers: Array.from({ length: servers }, (_, index) => ({
      ...{ sourceServerId: serverId(index + 1), name: `server-${index + 1}`, critical: true },
      machineId: machineOf(index + 1),
    })),
  });

const why = (definition: FrozenWave, before: readonly WaveFact[], fact: WaveFact) => {
  const state = before.reduce((folded, each) => evolveWave(folded, each, 0), initialWave);
  return illegalInWave(deepFreeze(waveOf('exec-1', 'RECOVERY', definition, 1, state)), fact);
};

const call = (
  operation: PhaseCall['operation'],
  where: PhaseCall['where'],
  n = 1,
  id = where === 'away' ? machineOf(n) : reversedOf(n),
): PhaseCall => ({ operation, where, id, sourceServerId: serverId(n) });
const claimed = (...calls: readonly PhaseCall[]): WaveFact => ({
  type: 'HomewardCallsClaimed',
  data: { ...inWave, calls: [...calls] },
});
const ended = (...calls: readonly PhaseCall[]): WaveFact => ({
  type: 'HomewardCallsEnded',
  data: { ...inWave, calls: calls.map((each) => ({ ...each, outcome: 'done' as const })) },
});
const result = (n: number): ServerResult => ({
  ...{ sourceServerId: serverId(n), name: `server-${n}`, launchResult: 'LAUNCHED', phases: {} },
});
const serversEnded = (...numbers: readonly number[]): WaveFact => ({
  type: 'HomewardServersEnded',
  data: { ...inWave, servers: numbers.map(result) },
});
const reversal = call('ReverseReplication', 'away');

describe('the claims of a phase', () => {
  it.each([
    ['reverse', [reversal, call('ReverseReplication', 'away', 2)]],
    ['protect', [call('ReverseReplication', 'home')]],
    ['retire', [...[call('StopReplication', 'home'), call('TerminateRecoveryInstances', 'away', 2)]]],
    ['undo', [call('StopReplication', 'home'), call('DeleteSourceServer', 'home', 2)]],
  ] as const)('of %s are legal for what it may call', (phase, calls) => {
    expect(why(phaseWave(phase), [], claimed(...calls))).toBeUndefined();
  });

  it.each([
    ['reverse', call('ReverseReplication', 'home'), 'ReverseReplication home is no call of reverse'],
    ['reverse', call('StopReplication', 'home'), 'StopReplication home is no call of reverse'],
    ['protect', call('StopReplication', 'home'), 'StopReplication home is no call of protect'],
    // The forward replication is never stopped, and no machine at home is terminated.
    ['retire', call('StopReplication', 'away'), 'StopReplication away is no call of retire'],
    [
      'retire',
      call('TerminateRecoveryInstances', 'home'),
      'TerminateRecoveryInstances home is no call of retire',
    ],
    [
      'undo',
      call('TerminateRecoveryInstances', 'away'),
      'TerminateRecoveryInstances away is no call of undo',
    ],
  ] as const)('of %s are illegal for any other', (phase, wrong, reason) => {
    expect(why(phaseWave(phase), [], claimed(wrong))).toBe(reason);
  });

  it('end the machine that came home alone', () => {
    const foreign = call('TerminateRecoveryInstances', 'away', 1, machineOf(9));
    expect(why(phaseWave('retire'), [], claimed(foreign))).toBe(
      `${machineOf(9)} is not the machine of ${serverId(1)} that comes home`,
    );
  });

  it('are made once while one is open, and for servers in hand alone', () => {
    const wave = phaseWave('reverse');
    expect(why(wave, [claimed(reversal)], claimed(reversal))).toBe(`a call for ${serverId(1)} was open`);
    expect(why(wave, [claimed(reversal), ended(reversal)], claimed(reversal))).toBeUndefined();
    expect(why(wave, [serversEnded(1)], claimed(reversal))).toBe(`${serverId(1)} was not in hand`);
    expect(why(wave, [], claimed(call('ReverseReplication', 'away', 7)))).toBe(
      `${serverId(7)} was not in hand`,
    );
  });

  it('are at most so many at once, and none of a wave that launches or is stopped', () => {
    const many = Array.from({ length: batchMax + 1 }, (_, n) => call('ReverseReplication', 'away', n + 1));
    expect(why(phaseWave('reverse', batchMax + 1), [], claimed(...many))).toBe(
      `it claims ${batchMax + 1} calls at once`,
    );
    const none = 'no phase of a failback was under way';
    expect(why(phaseWave('launch'), [], claimed(reversal))).toBe(none);
    const stopped: WaveFact = { type: 'WaveStopped', data: { ...inWave, reason: 'cancelled' } };
    expect(why(phaseWave('reverse'), [stopped], claimed(reversal))).toBe(none);
  });
});

describe('what comes of them', () => {
  it('is legal of what was claimed', () => {
    const wave = phaseWave('reverse');
    expect(why(wave, [claimed(reversal)], ended(reversal))).toBeUndefined();
    expect(why(wave, [], ended(reversal))).toBe(`ReverseReplication of ${machineOf(1)} was not claimed`);
  });

  it('ends servers that are in hand, and have no call open', () => {
    const wave = phaseWave('reverse');
    expect(why(wave, [], serversEnded(1, 2))).toBeUndefined();
    const reason = `${serverId(1)} was not in hand, or has a call open`;
    expect(why(wave, [claimed(reversal)], serversEnded(1))).toBe(reason);
    expect(why(wave, [serversEnded(1)], serversEnded(1))).toBe(reason);
  });

  it('tells of the servers of the wave alone', () => {
    const progressed = (n: number): WaveFact => ({
      type: 'HomewardProgressed',
      data: { ...inWave, servers: { [serverId(n)]: { stage: 'SYNCING' } } },
    });
    const stalled = (n: number): WaveFact => ({
      type: 'ReplicationStalled',
      data: {
        ...inWave,
        servers: [{ sourceServerId: serverId(n), stage: 'SYNCING', since: '2026-01-01T00:00:00Z' }],
      },
    });
    for (const told of [progressed, stalled]) {
      expect(why(phaseWave('protect'), [], told(1))).toBeUndefined();
      expect(why(phaseWave('protect'), [], told(7))).toBe(`the wave has no server ${serverId(7)}`);
      expect(why(aWave('w'), [], told(1))).toBe('no phase of a failback was under way');
    }
  });
});

describe('which servers are launched at home', () => {
  const found = (reversed: Readonly<Record<string, string>>): WaveFact => ({
    type: 'ReversedServersFound',
    data: { ...inWave, reversed },
  });
  const reason = 'no reversed servers were to be found, or it names other servers than the plan';

  it('is said once, of the servers of the plan, by a wave that launches', () => {
    const own = found({ [serverId(1)]: reversedOf(1) });
    expect(why(phaseWave('launch'), [], own)).toBeUndefined();
    expect(why(phaseWave('launch'), [own], own)).toBe(reason);
    expect(why(phaseWave('launch'), [], found({ [serverId(7)]: reversedOf(7) }))).toBe(reason);
    expect(why(phaseWave('reverse'), [], own)).toBe(reason);
  });
});
