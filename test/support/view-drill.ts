import type { ExecutionSnapshot } from '../../contracts/api.ts';
import type { FrozenWave } from '../../contracts/execution-events.ts';
import type { ServerPhase } from '../../contracts/wave-events.ts';
import type { DomainEvent } from '../../contracts/catalogue.ts';
import type { ExecutionView } from '../../services/core/view/execution-view.ts';
import { inOrder } from '../../services/core/view/order.ts';
import { plannedView } from '../../services/core/view/planned-view.ts';
import { aWave, jobId, serverId } from './frozen-wave.ts';

export interface DrillShape {
  readonly waves: number;
  readonly serversOfWave: number;
  /** How many waves stand side by side. Default: 20. */
  readonly wide?: number;
}

export interface Drill {
  readonly snapshot: ExecutionSnapshot;
  readonly planned: ExecutionView;
  /** From its request to its end, in order. */
  readonly events: readonly DomainEvent[];
}

const executionId = 'exec-00000000000000000042';
const begin = Date.parse('2026-03-01T08:00:00Z');
const layerMs = 20 * 60_000;
const phases: readonly ServerPhase[] = ['SNAPSHOT', 'CONVERSION', 'LAUNCH'];

const wavesOf = ({ waves, serversOfWave, wide = 20 }: DrillShape): readonly FrozenWave[] =>
  Array.from({ length: waves }, (_, index) => {
    const inLayer = index % wide;
    const above = index - inLayer - wide;
    const dependsOn = above < 0 ? [] : [...new Set([above + inLayer, above + ((inLayer * 7) % wide)])];
    const servers = Array.from({ length: serversOfWave }, (_, n) => ({
      ...{ sourceServerId: serverId(index * serversOfWave + n), name: `host-${index}-${n}`, critical: true },
    }));
    return aWave(nameOf(index), { dependsOn: dependsOn.map(nameOf), servers });
  });

const nameOf = (index: number): string => `wave-${String(index).padStart(3, '0')}`;

/** Numbers the facts of each stream, as the kernel does. */
const createSay = () => {
  const versions = new Map<string, number>();
  return (at: number, stream: string, type: string, data: object): DomainEvent => {
    const version = (versions.get(stream) ?? 0) + 1;
    versions.set(stream, version);
    const metadata = {
      ...{ eventId: `${stream}@${version}`, schemaVersion: 1, executionId, causationId: 'drill', stream },
      ...{ version, emittedAt: new Date(at).toISOString(), previousHash: '', hash: '' },
    };
    return { type, data, metadata } as DomainEvent;
  };
};

const eventsOfWave = (
  wave: FrozenWave,
  number: number,
  startMs: number,
  say: ReturnType<typeof createSay>,
) => {
  const { waveId, servers } = wave;
  const ids = servers.map(({ sourceServerId }) => sourceServerId);
  const stream = `${executionId}/${waveId}`;
  const at = (minute: number): number => startMs + minute * 60_000;
  const inWave = { waveId, attempt: 1 };
  const job = { ...inWave, job: 1, tryNumber: 1, jobId: jobId(number), servers: ids };
  const results = servers.map(({ sourceServerId, name }, n) => ({
    ...{ sourceServerId, name, launchResult: 'LAUNCHED', phases: {} },
    instanceId: `i-${String(number * 1_000 + n).padStart(17, '0')}`,
  }));
  const span = { startedAt: new Date(startMs).toISOString(), endedAt: new Date(at(15)).toISOString() };
  return [
    say(at(0), executionId, 'WaveStarted', { ...inWave, mode: 'DRILL', definition: wave }),
    say(at(0), stream, 'DRSJobClaimed', job),
    say(at(0), stream, 'DRSJobStarted', { ...job, account: '1', region: 'eu-west-1', adopted: false }),
    ...phases.map((phase, index) =>
      say(at(1 + 4 * index), stream, 'DRSJobProgressed', {
        ...{ ...inWave, jobId: jobId(number) },
        phases: Object.fromEntries(ids.map((id) => [id, phase])),
      }),
    ),
    say(at(15), stream, 'DRSJobCompleted', { ...job, servers: results, ...span, createdAt: span.startedAt }),
    say(at(15), executionId, 'WaveCompleted', { ...inWave, outcome: 'COMPLETED', servers: results, ...span }),
  ];
};

const snapshotOf = (waves: readonly FrozenWave[]): ExecutionSnapshot => ({
  ...{ executionId, planId: 'everything', planVersion: 1, mode: 'DRILL', status: 'RUNNING' },
  ...{ requestedBy: 'an-operator', startedAt: new Date(begin).toISOString() },
  ...{ now: new Date(begin).toISOString(), rtoMinutes: 240 },
  waves: waves.map(({ waveId, dependsOn, target, servers }) => ({
    ...{ waveId, dependsOn, ...target, status: 'WAITING', attempt: 0, onFailure: 'ask', success: 'all' },
    ...{ awaitingCapacity: false, jobIds: [], actions: [] },
    servers: servers.map((server) => ({ ...server, phase: 'NONE' })),
  })),
});

/** A drill that goes well, layer by layer, told in the events that such a drill has. */
export const drillOf = (shape: DrillShape): Drill => {
  const waves = wavesOf(shape);
  const snapshot = snapshotOf(waves);
  const say = createSay();
  const asked = {
    planId: 'everything',
    planVersion: 1,
    mode: 'DRILL',
    requestedBy: 'an-operator',
    reason: '',
  };
  const count = { waveCount: waves.length, serverCount: waves.length * shape.serversOfWave };
  const facts = [
    say(begin, executionId, 'ExecutionAccepted', asked),
    say(begin, executionId, 'ExecutionStarted', { ...asked, ...count, rtoMinutes: 240, overrides: [] }),
    ...waves.flatMap((wave, index) => {
      const layer = Math.floor(index / (shape.wide ?? 20));
      return eventsOfWave(wave, index + 1, begin + layer * layerMs + index, say);
    }),
  ];
  const end = begin + Math.ceil(waves.length / (shape.wide ?? 20)) * layerMs;
  const last = say(end, executionId, 'ExecutionCompleted', { outcome: 'COMPLETED' });
  return { snapshot, planned: plannedView(snapshot), events: inOrder([...facts, last]) };
};
