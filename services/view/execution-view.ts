import type { ExecutionSnapshot, WaveSnapshot } from '../../contracts/api.ts';
import type { Recorded } from '../../contracts/envelope.ts';
import type { ExecutionFact } from '../../contracts/execution-events.ts';
import type { ActionStage, ServerPhase, WaveFact } from '../../contracts/wave-events.ts';

/** An event of an execution or of one of its waves. */
export type ViewEvent = Recorded<ExecutionFact | WaveFact>;

export type ExecutionStatus = ExecutionSnapshot['status'];
export type WaveStatus = WaveSnapshot['status'];

export interface ServerView {
  readonly sourceServerId: string;
  readonly name: string;
  readonly phase: ServerPhase;
  readonly instanceId?: string;
  readonly failure?: string;
}

export interface ActionView {
  readonly stage: ActionStage;
  readonly actionId: string;
  readonly kind: 'automation' | 'approval' | 'wait';
  readonly status: 'WAITING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  readonly prompt: string;
  readonly approvers: readonly string[];
  readonly message: string;
  readonly startedAt?: number;
  readonly endsBy?: number;
}

export type SpanKind =
  'ACTION' | 'APPROVAL' | 'CAPACITY' | 'STARTING' | 'SNAPSHOT' | 'CONVERSION' | 'LAUNCH' | 'HELD';

/** What a wave was doing for a while. Epoch ms; without an end it still does. */
export interface SpanView {
  readonly kind: SpanKind;
  readonly label: string;
  readonly from: number;
  readonly to?: number;
  readonly failed: boolean;
}

export interface WaveView {
  readonly waveId: string;
  readonly dependsOn: readonly string[];
  readonly place: string;
  readonly status: WaveStatus;
  readonly attempt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly servers: readonly ServerView[];
  readonly actions: readonly ActionView[];
  readonly spans: readonly SpanView[];
  /** How many are ahead in the queue for capacity, while it waits there. */
  readonly ahead?: number;
  /** Why it ended as it did, or what is odd about it. */
  readonly notes: readonly string[];
}

/** Something that an operator has to decide. */
export interface NeedView {
  readonly about: string;
  readonly why: string;
  readonly choices: readonly string[];
  readonly waveId?: string;
}

export interface ExecutionView {
  readonly executionId: string;
  readonly planId: string;
  readonly planVersion: number;
  readonly mode: 'DRILL' | 'RECOVERY';
  readonly status: ExecutionStatus;
  readonly requestedBy: string;
  readonly reason: string;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly rtoMinutes?: number;
  readonly waves: readonly WaveView[];
  readonly needs: readonly NeedView[];
  readonly faults: readonly string[];
  /** The last decision that was refused. */
  readonly refusal?: string;
}

const plannedWave = (wave: WaveSnapshot): WaveView => ({
  waveId: wave.waveId,
  dependsOn: wave.dependsOn,
  place: `${wave.account} ${wave.region}`,
  status: 'WAITING',
  attempt: 0,
  servers: wave.servers.map(({ sourceServerId, name }) => ({ sourceServerId, name, phase: 'NONE' })),
  actions: wave.actions.map(({ stage, actionId, kind, prompt = '', approvers = [] }) => ({
    ...{ stage, actionId, kind, prompt, approvers },
    status: 'WAITING',
    message: '',
  })),
  spans: [],
  notes: [],
});

/** An execution as it was planned, before its first event: what its events are folded into. */
export const plannedView = (snapshot: ExecutionSnapshot): ExecutionView => ({
  executionId: snapshot.executionId,
  planId: snapshot.planId,
  planVersion: snapshot.planVersion,
  mode: snapshot.mode,
  status: 'REQUESTED',
  requestedBy: snapshot.requestedBy,
  reason: '',
  ...(snapshot.rtoMinutes !== undefined && { rtoMinutes: snapshot.rtoMinutes }),
  waves: snapshot.waves.map(plannedWave),
  needs: [],
  faults: [],
});

const currentWave = (planned: WaveView, wave: WaveSnapshot): WaveView => ({
  ...planned,
  status: wave.status,
  attempt: wave.attempt,
  ...(wave.startedAt !== undefined && { startedAt: Date.parse(wave.startedAt) }),
  servers: wave.servers.map(({ sourceServerId, name, phase, instanceId, failure }) => ({
    ...{ sourceServerId, name, phase },
    ...(instanceId !== undefined && { instanceId }),
    ...(failure !== undefined && { failure }),
  })),
  actions: planned.actions.map((action, index) => {
    const { status = 'WAITING', message = '' } = wave.actions[index] ?? {};
    return { ...action, status: status === 'AGAIN' ? 'RUNNING' : status, message };
  }),
  ...(wave.awaitingCapacity && { ahead: 0 }),
  notes: wave.stopped === undefined ? [] : [wave.stopped],
});

/** An execution as its records say it stands: shown until its events are there. */
export const currentView = (snapshot: ExecutionSnapshot): ExecutionView => {
  const planned = plannedView(snapshot);
  return {
    ...planned,
    status: snapshot.status,
    startedAt: Date.parse(snapshot.startedAt),
    ...(snapshot.endedAt !== undefined && { endedAt: Date.parse(snapshot.endedAt) }),
    waves: planned.waves.map((wave, index) => {
      const current = snapshot.waves[index];
      return current === undefined ? wave : currentWave(wave, current);
    }),
  };
};
