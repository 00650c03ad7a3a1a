import type { FrozenWave } from '../../contracts/execution-events.ts';
import type { PlanWave } from '../../contracts/plan.ts';
import type { ServerPhase, ServerResult, WaveFact } from '../../contracts/wave-events.ts';
import type { ActionView, ServerView, WaveView } from './view-model.ts';

/** A wave of which nothing is known but its name. */
export const unknownWave = (waveId: string): WaveView => ({
  waveId,
  dependsOn: [],
  state: 'PENDING',
  attempt: 0,
  servers: [],
  serversExpected: 0,
  jobs: [],
  actions: [],
  note: '',
});

export const plannedWave = ({ waveId, dependsOn, servers }: PlanWave): WaveView => {
  const wave = { ...unknownWave(waveId), dependsOn };
  if (!Array.isArray(servers)) return { ...wave, serversExpected: servers.minimum };
  return {
    ...wave,
    servers: servers.map(({ sourceServerId }) => ({ sourceServerId, name: sourceServerId, phase: 'NONE' })),
    serversExpected: servers.length,
  };
};

const isLaunched = ({ result }: ServerView): boolean => result?.launchResult === 'LAUNCHED';

/** A wave at the start of an attempt. A retry names only the servers that it tries again; the others stay. */
export const startedWave = (
  before: WaveView,
  definition: FrozenWave,
  attempt: number,
  at: number,
): WaveView => {
  const { dependsOn, servers } = definition;
  const fresh = servers.map(({ sourceServerId, name }): ServerView => ({
    sourceServerId,
    name,
    phase: 'NONE',
  }));
  const isTried = ({ sourceServerId }: ServerView): boolean =>
    fresh.some((server) => server.sourceServerId === sourceServerId);
  const kept = attempt === 1 ? [] : before.servers.filter((server) => isLaunched(server) || !isTried(server));
  const isKept = ({ sourceServerId }: ServerView): boolean =>
    kept.some((server) => server.sourceServerId === sourceServerId);
  const all = [...kept, ...fresh.filter((server) => !isKept(server))];
  return {
    ...before,
    dependsOn,
    state: 'RUNNING',
    attempt,
    servers: all,
    serversExpected: all.length,
    startedAt: before.startedAt ?? at,
    endedAt: undefined,
    note: attempt > 1 ? `attempt ${attempt}` : '',
  };
};

export const withResults = (wave: WaveView, results: readonly ServerResult[]): WaveView => ({
  ...wave,
  servers: wave.servers.map((server) => {
    const result = results.find(({ sourceServerId }) => sourceServerId === server.sourceServerId);
    return result === undefined
      ? server
      : { ...server, name: result.name, phase: result.launchResult, result };
  }),
});

const withPhases = (wave: WaveView, phases: Readonly<Record<string, ServerPhase>>): WaveView => ({
  ...wave,
  servers: wave.servers.map((server) =>
    server.result === undefined
      ? { ...server, phase: phases[server.sourceServerId] ?? server.phase }
      : server,
  ),
});

const endAction = (
  wave: WaveView,
  actionId: string,
  end: Pick<ActionView, 'endedAt' | 'state' | 'note'>,
): WaveView => ({
  ...wave,
  actions: wave.actions.map((action) =>
    action.id === actionId && action.state === 'RUNNING' ? { ...action, ...end } : action,
  ),
});

/** What a fact of a wave's own stream changes in it; `at` is when it was said, epoch ms. */
export const evolveWave = (
  wave: WaveView,
  fact: Exclude<WaveFact, { type: 'OperatorNeeded' }>,
  at: number,
): WaveView => {
  switch (fact.type) {
    case 'CapacityAwaited':
      return { ...wave, note: `waits for capacity in ${fact.data.region}, ${fact.data.ahead} ahead` };
    case 'DRSJobClaimed':
      return { ...wave, note: '' };
    case 'DRSJobStarted':
      return { ...wave, note: '', jobs: [...wave.jobs, { id: fact.data.jobId, startedAt: at }] };
    case 'DRSJobRefused':
      return { ...wave, note: `DRS refused: ${fact.data.message}` };
    case 'DRSJobProgressed':
      return withPhases(wave, fact.data.phases);
    case 'DRSJobCompleted': {
      const { jobId, createdAt, endedAt, servers } = fact.data;
      const job = { id: jobId, startedAt: Date.parse(createdAt), endedAt: Date.parse(endedAt) };
      return withResults({ ...wave, jobs: [...wave.jobs.filter(({ id }) => id !== jobId), job] }, servers);
    }
    case 'DRSJobStuck':
      return {
        ...wave,
        note: `${fact.data.jobId} has been in ${fact.data.phase} for ${fact.data.sinceMinutes} min`,
      };
    case 'ActionStarted': {
      const { actionId: id, kind, prompt = '' } = fact.data;
      return {
        ...wave,
        actions: [...wave.actions, { id, kind, state: 'RUNNING', startedAt: at, note: prompt }],
      };
    }
    case 'ActionCompleted':
      return endAction(wave, fact.data.actionId, {
        state: 'COMPLETED',
        endedAt: at,
        note: fact.data.reason ?? '',
      });
    case 'ActionFailed':
      return endAction(wave, fact.data.actionId, { state: 'FAILED', endedAt: at, note: fact.data.message });
    case 'WaveStopped':
      return { ...wave, state: 'STOPPED', note: fact.data.reason };
  }
};
