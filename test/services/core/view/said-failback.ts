import type { DomainEvent } from '../../../../contracts/catalogue.ts';
import type { FrozenWave, Homeward } from '../../../../contracts/execution-events.ts';
import type { ServerResult } from '../../../../contracts/wave-events.ts';
import { createSpeaker, definition, executionId, result, serverId, startedAt } from './said.ts';

const away = { account: '111122223333', region: 'eu-west-1' };
const home = { account: '111122223333', region: 'us-east-1' };

const waveOf = (phase: Homeward['phase'], servers: readonly number[]): FrozenWave => ({
  ...definition(phase === 'launch' ? 'web' : `${phase}-web`, [], servers),
  target: phase === 'launch' ? home : away,
  homeward: { phase, away, home, stallMinutes: 30 },
});

export const gib = 1024 ** 3;
export const instant = (seconds: number): string => new Date(startedAt + 1_000 * seconds).toISOString();

/** When these things are said, in seconds from the start. */
export const when = { approved: 1_000, launched: 1_400, dataOf: 1_040, moved: 2_000, ended: 3_004 } as const;

interface Differences {
  readonly mode?: 'DRILL' | 'RECOVERY';
  /** Of which time the data are that are launched, in seconds from the start; or DRS does not say. */
  readonly dataOf?: number | 'not said';
  /** Nobody is asked before a phase. */
  readonly isUnattended?: boolean;
}

/** The events of a failback of one wave with two servers, from its start to its end, second by second. */
export const failback = ({
  mode = 'RECOVERY',
  dataOf = when.dataOf,
  isUnattended = false,
}: Differences = {}): readonly DomainEvent[] => {
  const say = createSpeaker();
  let now = 0;
  const said: DomainEvent[] = [];
  const tell = (at: number, stream: string, type: DomainEvent['type'], data: object): void => {
    said.push(say(stream, type, data, at - now));
    now = at;
  };
  const streamOf = (waveId: string): string => `${executionId}/${waveId}`;
  const gate = (at: number, phase: Homeward['phase'], by: string): void => {
    const waveId = `${phase}-gate`;
    const own = { waveId, attempt: 1 };
    const action = { ...own, stage: 'before', actionId: 'pause-before', kind: 'approval', tryNumber: 1 };
    tell(at, executionId, 'WaveStarted', { ...own, definition: definition(waveId, [], []) });
    if (!isUnattended) {
      const asked = { prompt: `Begin ${phase}?`, approvers: [], endsBy: instant(9_000) };
      tell(at, streamOf(waveId), 'ActionStarted', { ...action, ...asked });
      tell(at, streamOf(waveId), 'ActionCompleted', { ...action, by, reason: 'as agreed' });
    }
    tell(at, executionId, 'WaveCompleted', { ...own, outcome: 'COMPLETED', servers: [] });
  };
  const begin = (at: number, phase: Homeward['phase']): { waveId: string; attempt: number } => {
    const frozen = waveOf(phase, [1, 2]);
    const own = { waveId: frozen.waveId, attempt: 1 };
    tell(at, executionId, 'WaveStarted', { ...own, definition: frozen });
    return own;
  };
  const end = (at: number, own: { waveId: string }, servers: readonly ServerResult[]): void =>
    tell(at, executionId, 'WaveCompleted', { ...own, outcome: 'COMPLETED', servers });
  const bare = (n: number): ServerResult => ({
    ...{ sourceServerId: serverId(n), name: `server-${n}`, launchResult: 'LAUNCHED', phases: {} },
  });

  tell(1, executionId, 'ExecutionStarted', {
    ...{
      planId: 'shop-home',
      planVersion: 1,
      planHash: 'h',
      frozenHash: 'f',
      mode,
      direction: 'failback',
      overrides: [],
    },
    ...{ waveCount: 8, serverCount: 2, requestedBy: 'ann', reason: '' },
  });
  gate(2, 'reverse', 'ann');
  const reverse = begin(10, 'reverse');
  const progress = (at: number, own: object, servers: object): void =>
    tell(at, streamOf((own as { waveId: string }).waveId), 'HomewardProgressed', { ...own, servers });
  const copied = (doneGib: number) => ({
    ...{ stage: 'SYNCING', doneBytes: doneGib * gib, totalBytes: 8 * gib, etaAt: instant(900) },
  });
  progress(20, reverse, { [serverId(1)]: { stage: 'REVERSING' }, [serverId(2)]: { stage: 'REVERSING' } });
  progress(100, reverse, { [serverId(1)]: copied(2), [serverId(2)]: copied(6) });
  tell(110, streamOf('reverse-web'), 'ReplicationStalled', {
    ...reverse,
    servers: [{ sourceServerId: serverId(2), stage: 'SYNCING', since: instant(100) }],
  });
  progress(700, reverse, { [serverId(1)]: { stage: 'READY' } });
  progress(800, reverse, { [serverId(2)]: { stage: 'READY' } });
  end(801, reverse, [bare(1), bare(2)]);

  gate(when.approved, 'launch', 'bob');
  const launch = begin(when.approved + 1, 'launch');
  const job = { ...launch, jobId: 'drsjob-web', servers: [serverId(1), serverId(2)] };
  tell(when.approved + 2, streamOf('web'), 'DRSJobStarted', job);
  const launched = [1, 2].map((n) => ({
    ...result(n),
    jobId: 'drsjob-web',
    ...(dataOf !== 'not said' && { recoveryPoint: { at: instant(dataOf) } }),
  }));
  tell(when.launched, streamOf('web'), 'DRSJobCompleted', {
    ...{ ...launch, jobId: 'drsjob-web', servers: launched },
    ...{ createdAt: instant(when.approved + 2), endedAt: instant(when.launched) },
  });
  end(when.launched, launch, launched);
  if (mode === 'RECOVERY') {
    gate(when.moved, 'protect', 'cid');
    const protect = begin(when.moved + 1, 'protect');
    progress(when.moved + 300, protect, {
      [serverId(1)]: { stage: 'PROTECTED' },
      [serverId(2)]: { stage: 'PROTECTED' },
    });
    end(when.moved + 301, protect, [bare(1), bare(2)]);
    gate(when.ended - 1_000 + 400, 'retire', 'dan');
    const retire = begin(when.ended - 500, 'retire');
    progress(when.ended - 2, retire, { [serverId(1)]: { stage: 'HOME' }, [serverId(2)]: { stage: 'HOME' } });
    end(when.ended - 1, retire, [bare(1), bare(2)]);
  }
  tell(when.ended, executionId, 'ExecutionCompleted', {
    ...{ outcome: 'COMPLETED', endedAt: instant(when.ended), startedAt: instant(1) },
    ...{ servers: { launched: 2, failed: 0 }, durationMs: 1_000 * when.ended },
  });
  return said;
};
