import type { Recorded } from '../../contracts/envelope.ts';
import type { ExecutionFact, FrozenWave } from '../../contracts/execution-events.ts';
import type { ServerResult, WaveFact } from '../../contracts/wave-events.ts';
import type { StoredStream } from '../../services/core/domain/audit/discrepancy.ts';
import type { ArchivedEvent } from '../../services/core/domain/audit/read-archived.ts';
import { concluding } from '../../services/core/domain/execution-end.ts';
import { evolveExecution, initialExecution } from '../../services/core/domain/execution-state.ts';
import { graphOf } from '../../services/core/domain/graph.ts';
import { initialWave } from '../../services/core/domain/wave/state.ts';
import { evolveWave } from '../../services/core/domain/wave/evolve.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import { append, emptyStream } from '../../services/core/kernel/stream.ts';
import { waveStream } from '../../services/core/kernel/stream-names.ts';
import { aWave } from './frozen-wave.ts';

export interface Archive {
  readonly events: readonly ArchivedEvent[];
  readonly stored: readonly StoredStream[];
}

const startedAt = Date.parse('2026-11-23T09:00:00.000Z');
const waveIds = ['database', 'application', 'web'] as const;
const serverOf = (wave: number, index: number): string => `s-${wave}${index}`.padEnd(19, '0');
const jobOf = (wave: number): string => `drsjob-${wave}`.padEnd(24, '0');

const definitionOf = (wave: number): FrozenWave =>
  aWave(waveIds[wave]!, {
    dependsOn: wave === 0 ? [] : [waveIds[wave - 1]!],
    servers: [1, 2].map((index) => ({
      sourceServerId: serverOf(wave, index),
      name: `${waveIds[wave]!}-${index}`,
      critical: true,
    })),
  });

const waveFacts = (wave: number): readonly WaveFact[] => {
  const inWave = { waveId: waveIds[wave]!, attempt: 1 };
  const inJob = { ...inWave, job: 1, tryNumber: 1 };
  const servers = [serverOf(wave, 1), serverOf(wave, 2)];
  const jobId = jobOf(wave);
  const results: ServerResult[] = servers.map((sourceServerId, index) => ({
    ...{ sourceServerId, name: `${waveIds[wave]!}-${index + 1}`, launchResult: 'LAUNCHED', jobId },
    phases: { snapshotMs: 30_000, conversionMs: 120_000, launchMs: 60_000 },
  }));
  const at = new Date(startedAt).toISOString();
  const progress = (['SNAPSHOT', 'CONVERSION', 'LAUNCH'] as const).map((phase): WaveFact => ({
    type: 'DRSJobProgressed',
    data: { ...inWave, jobId, phases: Object.fromEntries(servers.map((id) => [id, phase])) },
  }));
  return [
    { type: 'DRSJobClaimed', data: { ...inJob, servers } },
    {
      type: 'DRSJobStarted',
      data: { ...inJob, jobId, account: '111122223333', region: 'eu-west-1', servers, adopted: false },
    },
    ...progress,
    {
      type: 'DRSJobCompleted',
      data: { ...inWave, job: 1, jobId, servers: results, createdAt: at, endedAt: at },
    },
  ];
};

const executionFacts = (): readonly ExecutionFact[] => {
  const request = {
    requestId: 'request',
    planId: 'shop',
    mode: 'DRILL' as const,
    requestedBy: 'the-operator',
  };
  const at = new Date(startedAt).toISOString();
  const facts: ExecutionFact[] = [
    { type: 'ExecutionAccepted', data: request },
    {
      type: 'ExecutionStarted',
      data: {
        ...{ ...request, planVersion: 1, planHash: 'a'.repeat(64), frozenHash: 'b'.repeat(64) },
        ...{ reason: '', waveCount: 3, serverCount: 6, overrides: [] },
      },
    },
    ...waveIds.flatMap((waveId, wave): ExecutionFact[] => {
      const done = waveFacts(wave).at(-1)!;
      const servers = done.type === 'DRSJobCompleted' ? done.data.servers : [];
      const times = { startedAt: at, endedAt: at };
      return [
        { type: 'WaveStarted', data: { waveId, attempt: 1, mode: 'DRILL', definition: definitionOf(wave) } },
        {
          type: 'WaveCompleted',
          data: { waveId, attempt: 1, policy: 'all', servers, ...times, outcome: 'COMPLETED' },
        },
      ];
    }),
  ];
  const state = facts.reduce((now, fact) => evolveExecution(now, fact, startedAt), initialExecution);
  return [...facts, ...concluding({ ...graphOf([], 0), waveIds: [...waveIds] }, state, startedAt, 'all')];
};

const archived = ({ type, data, metadata }: Recorded): ArchivedEvent => ({
  type,
  detail: { metadata, data },
});

/** So many finished executions of three waves, as the archive and the state table have them. */
export const archiveOf = (executions: number): Archive => {
  const events: ArchivedEvent[] = [];
  const stored: StoredStream[] = [];
  const facts = executionFacts();
  for (let index = 0; index < executions; index++) {
    const id = executionIdOf(`execution-${index}`);
    const own = append(emptyStream(id, id, initialExecution), evolveExecution, facts, 'request', startedAt);
    const waves = waveIds.map((waveId, wave) =>
      append(
        emptyStream(waveStream(id, waveId), id, initialWave),
        evolveWave,
        waveFacts(wave),
        `${id}@3`,
        startedAt,
      ),
    );
    for (const record of [own, ...waves]) {
      events.push(...record.outbox.map(archived));
      stored.push(record);
    }
  }
  return { events, stored };
};
