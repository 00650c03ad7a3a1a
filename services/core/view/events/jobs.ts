import type { LaunchAction, ServerResult } from '../../../../contracts/wave-events.ts';
import { counted, phaseWords, queueText } from '../words.ts';
import { inWave, ofAttempt, without, withNote, withoutNotes, withResults } from '../changes.ts';
import type { EventViews } from '../event-view.ts';
import type { ExecutionView, JobView, WaveView } from '../execution-view.ts';
import { launchActionsText, problemsText, resultsText } from '../server-text.ts';
import { beginSpan, endSpans, followPhases, isOf, isRecovery } from '../spans.ts';

const withoutQueue = (wave: WaveView): WaveView => without(wave, 'ahead');

/** Those that have not begun are reported once, at first. */
const withActions = (
  known: readonly LaunchAction[] = [],
  told: readonly LaunchAction[],
): readonly LaunchAction[] => {
  const names = told.map(({ name }) => name);
  return [...told, ...known.filter(({ name, status }) => status === 'PENDING' && !names.includes(name))];
};

/** A job is followed to its end also when a later attempt has begun. */
const inJob = (
  view: ExecutionView,
  { waveId, jobId }: { readonly waveId: string; readonly jobId: string },
  change: (job: JobView) => JobView,
): ExecutionView =>
  inWave(view, waveId, (wave) => ({
    ...wave,
    jobs: wave.jobs.map((job) => (job.jobId === jobId ? change(job) : job)),
  }));

const slower = (a: ServerResult['phases'], b: ServerResult['phases']): ServerResult['phases'] => ({
  snapshotMs: Math.max(a.snapshotMs ?? 0, b.snapshotMs ?? 0),
  conversionMs: Math.max(a.conversionMs ?? 0, b.conversionMs ?? 0),
  launchMs: Math.max(a.launchMs ?? 0, b.launchMs ?? 0),
});

const withServers = (job: JobView, servers: readonly ServerResult[]): JobView => ({
  ...job,
  slowest: servers.map(({ phases }) => phases).reduce(slower, job.slowest),
  failed: job.failed || servers.some(({ launchResult }) => launchResult === 'FAILED'),
  hasLaunchActions: job.hasLaunchActions || hasLaunchActions(servers),
});

const hasLaunchActions = (servers: readonly ServerResult[]): boolean =>
  servers.some(({ launchActions = [] }) => launchActions.length > 0);

const endRecovery = (wave: WaveView, servers: readonly ServerResult[], at: number): WaveView => {
  const done = withResults(wave, servers);
  const isOver = done.servers.every(({ phase }) => phase === 'LAUNCHED' || phase === 'FAILED');
  const failed = done.servers.some(({ phase }) => phase === 'FAILED');
  return isOver ? endSpans(done, isRecovery, at, failed) : followPhases(done, at);
};

const phasesText = (phases: Readonly<Record<string, keyof typeof phaseWords>>): string => {
  const names = Object.values(phases);
  return [...new Set(names)]
    .map((name) => `${names.filter((other) => other === name).length} in ${phaseWords[name]}`)
    .join(', ');
};

const refusedNote = 'DRS refused';
const stuckNote = (jobId: string): string => `${jobId} has been in`;

/** From the queue for the quota to the last launch action. */
export const jobEvents = {
  CapacityAwaited: {
    fold: ofAttempt((wave, { ahead }, at) => beginSpan({ ...wave, ahead }, 'CAPACITY', at)),
    gist: ({ account, region, ahead, others }) => queueText(`${account}/${region}`, ahead, others),
  },
  DRSJobClaimed: {
    fold: ofAttempt((wave, _data, at) =>
      followPhases(endSpans(withoutQueue(wave), isOf('CAPACITY'), at), at),
    ),
    gist: ({ servers, tryNumber }) => `${counted(servers.length, 'server')}, try ${tryNumber}`,
  },
  DRSJobStarted: {
    fold: (view, { waveId, jobId }, at) =>
      inWave(view, waveId, (wave) => {
        const job = { jobId, from: at, saidFrom: at, slowest: {}, failed: false };
        const known = wave.jobs.some((each) => each.jobId === jobId);
        const jobs = known ? wave.jobs : [...wave.jobs, { ...job, hasLaunchActions: false, awaiting: 0 }];
        return { ...withoutQueue(withoutNotes(wave, refusedNote)), jobs };
      }),
    gist: ({ jobId, servers }) => `${jobId}, ${counted(servers.length, 'server')}`,
  },
  DRSJobRefused: {
    fold: ofAttempt((wave, { message }) => withNote(wave, `${refusedNote}: ${message}`)),
    gist: ({ cause, message }) => `${cause}: ${message}`,
    problem: ({ cause, message }) => `DRS started no job (${cause}): ${message}`,
  },
  DRSJobProgressed: {
    fold: ofAttempt((wave, { jobId, phases, launchActions: told = {} }, at) => {
      const servers = wave.servers.map((server) => {
        const news = told[server.sourceServerId];
        return {
          ...server,
          phase: phases[server.sourceServerId] ?? server.phase,
          ...(news && { launchActions: [...withActions(server.launchActions, news)] }),
        };
      });
      return followPhases({ ...withoutNotes(wave, stuckNote(jobId)), servers }, at);
    }),
    gist: ({ phases, launchActions = {} }) =>
      [
        phasesText(phases),
        ...Object.entries(launchActions).map(([id, actions]) => `${id}: ${launchActionsText(actions)}`),
      ]
        .filter((part) => part !== '')
        .join('; '),
  },
  DRSJobResultsListed: {
    fold: (view, data, at) => {
      const { servers } = data;
      const listed = inJob(view, data, (job) => withServers(job, servers));
      return ofAttempt((wave) => withResults(wave, servers))(listed, data, at);
    },
    gist: ({ jobId, servers }) => [jobId, ...resultsText(servers)].join(', '),
    problem: ({ servers }) => problemsText(servers),
  },
  ServerLaunchesEnded: {
    fold: (view, data, at) => {
      const { servers } = data;
      const settled = inJob(view, data, (job) => withServers(job, servers));
      return ofAttempt((wave) => endRecovery(wave, servers, at))(settled, data, at);
    },
    gist: ({ jobId, servers }) => [jobId, ...resultsText(servers)].join(', '),
    problem: ({ servers }) => problemsText(servers),
  },
  DRSJobCompleted: {
    fold: (view, data, at) => {
      const { servers, awaiting = [], createdAt, endedAt } = data;
      const ended = inJob(view, data, (job) => ({
        ...withServers(job, servers),
        ...{ from: Date.parse(createdAt), to: Date.parse(endedAt), saidTo: at, awaiting: awaiting.length },
      }));
      return ofAttempt((wave) => endRecovery(wave, servers, at))(ended, data, at);
    },
    gist: ({ jobId, servers, awaiting = [] }) =>
      [
        jobId,
        ...resultsText(servers),
        ...(awaiting.length === 0
          ? []
          : [`launch actions of ${counted(awaiting.length, 'server')} continue`]),
      ].join(', '),
    problem: ({ servers }) => problemsText(servers),
  },
  LaunchActionsEnded: {
    fold: (view, data, at) => {
      const { servers } = data;
      const ended = inJob(view, data, (job) => ({
        ...job,
        awaiting: Math.max(0, job.awaiting - servers.length),
        launchActionsTo: at,
        hasLaunchActions: job.hasLaunchActions || hasLaunchActions(servers),
      }));
      return ofAttempt((wave) => endRecovery(wave, servers, at))(ended, data, at);
    },
    gist: ({ jobId, servers }) => [jobId, ...resultsText(servers)].join(', '),
    problem: ({ servers }) => problemsText(servers),
  },
  DRSJobStuck: {
    fold: ofAttempt((wave, { jobId, phase, sinceMinutes }) =>
      withNote(wave, `${stuckNote(jobId)} ${phase} for ${Math.round(sinceMinutes)} min`),
    ),
    gist: ({ jobId, phase, sinceMinutes }) => `${jobId} in ${phase} for ${Math.round(sinceMinutes)} min`,
    problem: ({ jobId, phase, sinceMinutes }) => `${jobId} stayed in ${phase} for ${sinceMinutes} minutes`,
    severity: () => 'warning',
  },
} satisfies Partial<EventViews>;
