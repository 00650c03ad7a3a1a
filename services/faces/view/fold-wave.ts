import type { LaunchAction, WaveFact } from '../../../contracts/wave-events.ts';
import { shownKinds } from '../../core/domain/actions/shown-kinds.ts';
import type { ActionView, WaveView } from './execution-view.ts';
import { beginSpan, endSpans, followPhases, isRecovery } from './spans.ts';

type Fact = Exclude<WaveFact, { type: 'OperatorNeeded' | 'DecisionRefused' | 'TimeoutNear' }>;
type ActionFact = Extract<Fact, { type: `Action${string}` }>;
type Results = Extract<WaveFact, { type: 'DRSJobCompleted' }>['data']['servers'];

const withoutQueue = ({ ahead: _ahead, ...wave }: WaveView): WaveView => wave;

const withAction = (wave: WaveView, fact: ActionFact, change: Partial<ActionView>): WaveView => {
  const { stage, actionId } = fact.data;
  const known = wave.actions.some((action) => action.stage === stage && action.actionId === actionId);
  const blank: ActionView = {
    ...{ stage, actionId, kind: 'automation', status: 'WAITING' },
    ...{ prompt: '', approvers: [], message: '' },
  };
  const actions = known ? wave.actions : [...wave.actions, blank];
  return {
    ...wave,
    actions: actions.map((action) =>
      action.stage === stage && action.actionId === actionId ? { ...action, ...change } : action,
    ),
  };
};

/** How DRS says that servers ended. */
export const withResults = (wave: WaveView, results: Results): WaveView => {
  const byId = new Map(results.map((result) => [result.sourceServerId, result]));
  return {
    ...wave,
    servers: wave.servers.map((server) => {
      const result = byId.get(server.sourceServerId);
      if (result === undefined) return server;
      const { sourceServerId, name, launchResult: phase, phases: took, instanceId, failure } = result;
      const { keepsInstance, warnings, recoveryPoint, launchActions = server.launchActions } = result;
      return {
        ...{ sourceServerId, name, phase, took },
        ...(instanceId !== undefined && { instanceId }),
        ...(failure !== undefined && { failure }),
        ...(keepsInstance && { keepsInstance }),
        ...(warnings && { warnings }),
        ...(recoveryPoint && { recoveryPoint }),
        ...(launchActions && { launchActions }),
      };
    }),
  };
};

/** Those that have not begun are told of once, at first. */
const withActions = (
  known: readonly LaunchAction[] | undefined,
  told: readonly LaunchAction[] | undefined,
): readonly LaunchAction[] | undefined => {
  if (told === undefined) return known;
  const names = told.map(({ name }) => name);
  const pending = (known ?? []).filter(({ name, status }) => status === 'PENDING' && !names.includes(name));
  return [...told, ...pending];
};

type JobEnd = Extract<WaveFact, { type: 'DRSJobCompleted' }>['data'];

/** As DRS says that the job ran, whenever we heard of it. */
const endJob = (wave: WaveView, { jobId, createdAt, endedAt }: JobEnd): WaveView => ({
  ...wave,
  jobs: [
    ...wave.jobs.filter((job) => job.jobId !== jobId),
    { jobId, from: Date.parse(createdAt), to: Date.parse(endedAt) },
  ],
});

const foldAction = (wave: WaveView, fact: ActionFact, at: number): WaveView => {
  const { actionId } = fact.data;
  const isIts = ({ label }: { readonly label: string }): boolean => label === actionId;
  switch (fact.type) {
    case 'ActionClaimed':
      return wave;
    case 'ActionStarted': {
      const { kind, endsBy, prompt, approvers } = fact.data;
      const started = withAction(wave, fact, {
        ...{ kind, status: 'RUNNING', startedAt: at, endsBy: Date.parse(endsBy), message: '' },
        ...(prompt !== undefined && { prompt }),
        ...(approvers !== undefined && { approvers }),
      });
      return beginSpan(started, shownKinds[kind].asksPeople ? 'APPROVAL' : 'ACTION', actionId, at);
    }
    case 'ActionCompleted': {
      const { by, reason } = fact.data;
      const message = [by && `by ${by}`, reason].filter(Boolean).join(': ');
      return endSpans(withAction(wave, fact, { status: 'SUCCEEDED', message }), isIts, at);
    }
    case 'ActionFailed': {
      const { message, final } = fact.data;
      const failed = withAction(wave, fact, { status: final ? 'FAILED' : 'RUNNING', message });
      return endSpans(failed, isIts, at, true);
    }
  }
};

/** Folds a fact of the wave's own stream, said at `at` (epoch ms). */
export const foldWave = (wave: WaveView, fact: Fact, at: number): WaveView => {
  switch (fact.type) {
    case 'CapacityAwaited':
      return beginSpan({ ...wave, ahead: fact.data.ahead }, 'CAPACITY', 'CAPACITY', at);
    case 'DRSJobClaimed':
      return followPhases(withoutQueue(wave), at);
    case 'DRSJobStarted': {
      const { jobId } = fact.data;
      const known = wave.jobs.some((job) => job.jobId === jobId);
      return { ...withoutQueue(wave), jobs: known ? wave.jobs : [...wave.jobs, { jobId, from: at }] };
    }
    case 'DRSJobRefused':
      return { ...wave, notes: [...wave.notes, `DRS refused: ${fact.data.message}`] };
    case 'DRSJobProgressed': {
      const { phases, launchActions: told = {} } = fact.data;
      const servers = wave.servers.map((server) => {
        const launchActions = withActions(server.launchActions, told[server.sourceServerId]);
        return {
          ...server,
          phase: phases[server.sourceServerId] ?? server.phase,
          ...(launchActions && { launchActions }),
        };
      });
      return followPhases({ ...wave, servers }, at);
    }
    case 'DRSJobResultsListed':
      return withResults(wave, fact.data.servers);
    case 'DRSJobCompleted':
    case 'LaunchActionsEnded': {
      const ended = fact.type === 'DRSJobCompleted' ? endJob(wave, fact.data) : wave;
      const done = withResults(ended, fact.data.servers);
      const isOver = done.servers.every(({ phase }) => phase === 'LAUNCHED' || phase === 'FAILED');
      const failed = done.servers.some(({ phase }) => phase === 'FAILED');
      return isOver ? endSpans(done, isRecovery, at, failed) : followPhases(done, at);
    }
    case 'DRSJobStuck': {
      const { jobId, phase, sinceMinutes } = fact.data;
      const note = `${jobId} has been in ${phase} for ${Math.round(sinceMinutes)} min`;
      return { ...wave, notes: [...wave.notes, note] };
    }
    case 'ActionClaimed':
    case 'ActionStarted':
    case 'ActionCompleted':
    case 'ActionFailed':
      return foldAction(wave, fact, at);
    case 'WaveStopped':
      return { ...wave, notes: [...wave.notes, fact.data.reason] };
  }
};
