import type { CleanUpView, ExecutionView } from '../execution-view.ts';
import type { EventViews, FactData } from '../event-view.ts';
import { inAttempt, settle, without } from '../changes.ts';
import { endWave, startWave } from './waves.ts';
import { byWhom, counted, queueText } from '../words.ts';

const blank: CleanUpView = { status: 'AWAITED', terminated: {}, kept: {}, left: [], spared: [] };

const inCleanUp = (view: ExecutionView, change: (cleanUp: CleanUpView) => CleanUpView): ExecutionView => ({
  ...view,
  cleanUp: change(view.cleanUp ?? blank),
});

/** Nothing waits for the quota of this place any more; without one, of none. */
const unqueued = ({ queuedIn = [], ...cleanUp }: CleanUpView, place?: string): CleanUpView => {
  const left = place === undefined ? [] : queuedIn.filter((each) => each !== place);
  return { ...cleanUp, ...(left.length > 0 && { queuedIn: left }) };
};

/** What a person had to decide of the instances is decided. */
const settled = (view: ExecutionView): ExecutionView => ({
  ...view,
  needs: view.needs.filter(({ about }) => !about.startsWith('clean-up')),
});

const hoursText = (hours: number): string => counted(hours, 'instance-hour');

/** A wave that the clean-up has begun is over. */
const endOfWave = (
  view: ExecutionView,
  data: FactData['CleanUpActionsEnded' | 'CleanUpUndoEnded'],
  at: number,
): ExecutionView => {
  const ended = inAttempt(view, data, (wave) => {
    const isDone = data.outcome === 'COMPLETED';
    const known = endWave(wave, isDone ? 'COMPLETED' : 'FAILED', at, data.reasons);
    return isDone ? { ...known, outcome: 'COMPLETED' } : { ...known, reasons: data.reasons };
  });
  return settle(ended, data.waveId);
};

/** What becomes of the instances that a drill launched. */
export const cleanUpEvents = {
  CleanUpAwaited: {
    fold: (view, { policy, dueAt }) =>
      inCleanUp(view, (cleanUp) => ({ ...cleanUp, status: 'AWAITED', policy, dueAt: Date.parse(dueAt) })),
    gist: ({ policy, dueAt }) =>
      policy === 'auto' ? `its instances are terminated at ${dueAt}` : `an operator is asked at ${dueAt}`,
  },
  DrillExtended: {
    fold: (view, { dueAt }) =>
      inCleanUp(settled(view), (cleanUp) => ({ ...cleanUp, dueAt: Date.parse(dueAt) })),
    gist: (data) => `until ${data.dueAt}, ${byWhom(data)}`,
    decision: ({ by, reason, dueAt }) => ({ by, what: `extended the drill until ${dueAt}`, reason }),
    severity: () => 'info',
  },
  DrillKept: {
    fold: (view, { by, instances }, at) =>
      inCleanUp(settled(view), (cleanUp) => {
        if (instances !== undefined)
          return {
            ...cleanUp,
            kept: { ...cleanUp.kept, ...Object.fromEntries(instances.map((id) => [id, by])) },
          };
        const isUnderWay = cleanUp.status === 'RUNNING';
        return { ...cleanUp, keptBy: by, ...(!isUnderWay && { status: 'KEPT', endedAt: at }) };
      }),
    gist: (data) => `${data.instances?.join(', ') ?? 'all instances'}, ${byWhom(data)}`,
    decision: ({ by, reason, instances }) => ({
      ...{ by, reason },
      what: `kept ${instances === undefined ? 'the instances of the drill' : instances.join(', ')}`,
    }),
    severity: () => 'warning',
  },
  CleanUpStarted: {
    fold: (view, { includesKept }, at) =>
      inCleanUp(
        settled(view),
        ({ keptBy: _before, endedAt: _end, reason: _reason, actions: _actions, ...cleanUp }) => ({
          ...unqueued(cleanUp),
          status: 'RUNNING',
          startedAt: at,
          left: [],
          ...(includesKept && { kept: {} }),
        }),
      ),
    gist: ({ decidedBy, actions }) =>
      `${decidedBy === undefined ? 'as the plan says' : byWhom(decidedBy)}${actions === 'skipped' ? ', without the actions before it' : ''}`,
    decision: ({ decidedBy, includesKept, actions }) =>
      decidedBy && {
        by: decidedBy.by,
        what: `asked for the clean-up of the drill${includesKept ? ', with what was kept' : ''}${actions === 'skipped' ? ', without the actions before it' : ''}`,
        reason: decidedBy.reason,
      },
    severity: () => 'info',
  },
  CleanUpQueued: {
    fold: (view, { account, region }) =>
      inCleanUp(view, (cleanUp) => ({
        ...cleanUp,
        queuedIn: [...(cleanUp.queuedIn ?? []), `${account}/${region}`],
      })),
    gist: ({ account, region, instances, ahead, others }) =>
      `${counted(instances, 'instance')} in ${queueText(`${account}/${region}`, ahead, others)}`,
  },
  CleanUpActionsStarted: {
    fold: (view, data, at) => {
      const begun = inAttempt(view, data, (wave) => startWave(wave, data, at));
      return inCleanUp(settle(begun, data.waveId), (cleanUp) => ({ ...cleanUp, actions: 'running' }));
    },
    gist: ({ definition, instances }) =>
      `${counted(definition.before.flat().length, 'action')} before any instance is terminated` +
      (instances === undefined ? '' : `, given ${counted(instances.length, 'instance')}`),
  },
  CleanUpActionsEnded: {
    fold: (view, data, at) => inCleanUp(endOfWave(view, data, at), (cleanUp) => without(cleanUp, 'actions')),
    gist: ({ outcome, reasons }) => [outcome, ...reasons].join('; '),
  },
  CleanUpUndoStarted: {
    fold: (view, data, at) => {
      const begun = inAttempt(view, data, (wave) => startWave(wave, data, at));
      return inCleanUp(settle(begun, data.waveId), (cleanUp) => ({ ...cleanUp, undoing: true }));
    },
    gist: ({ definition }) =>
      `${counted(definition.servers.length, 'reversed server')} to be stopped and deleted`,
  },
  CleanUpUndoEnded: {
    fold: (view, data, at) => inCleanUp(endOfWave(view, data, at), (cleanUp) => without(cleanUp, 'undoing')),
    gist: ({ outcome, reasons }) => [outcome, ...reasons].join('; '),
    problem: ({ outcome, reasons }) =>
      outcome === 'COMPLETED' ? undefined : `what was reversed is left: ${reasons.join('; ')}`,
  },
  TerminationClaimed: {
    fold: (view, { account, region }) =>
      inCleanUp(view, (cleanUp) => unqueued(cleanUp, `${account}/${region}`)),
    gist: ({ instances }) => `claims ${counted(instances.length, 'instance')}`,
  },
  TerminationStarted: {
    fold: (view) => view,
    gist: ({ jobId, instances }) => `${jobId} ends ${counted(instances, 'instance')}`,
  },
  InstanceTerminated: {
    fold: (view, { instanceId, ranMinutes }, at) =>
      inCleanUp(view, (cleanUp) => ({
        ...cleanUp,
        terminated: {
          ...cleanUp.terminated,
          [instanceId]: { at, ...(ranMinutes !== undefined && { ranMinutes }) },
        },
      })),
    gist: ({ instanceId, sourceServerId }) => `${instanceId} of ${sourceServerId}`,
  },
  TerminationEnded: {
    fold: (view) => view,
    gist: ({ cause, left, message }) =>
      cause === 'done' ? 'nothing is left' : `${counted(left.length, 'instance')} left: ${message}`,
    problem: ({ cause, left, message }) =>
      cause === 'done' ? undefined : `${left.join(', ')} could not be ended: ${message}`,
  },
  CleanUpCompleted: {
    fold: (view, { spared }, at) =>
      inCleanUp(settled(view), (cleanUp) => ({
        ...{ ...unqueued(cleanUp), spared, left: [], endedAt: at },
        status: cleanUp.keptBy === undefined ? 'COMPLETED' : 'KEPT',
      })),
    gist: ({ terminated, kept, instanceHours }) =>
      [
        `${counted(terminated, 'instance')} terminated`,
        ...(kept > 0 ? [`${kept} kept`] : []),
        hoursText(instanceHours),
      ].join(', '),
    severity: () => 'info',
  },
  CleanUpFailed: {
    fold: (view, { left, reason, actions }, at) =>
      inCleanUp(view, (cleanUp) => ({
        ...{ ...unqueued(cleanUp), status: 'FAILED', left, endedAt: at },
        ...(reason !== undefined && { reason }),
        ...(actions !== undefined && { actions }),
      })),
    gist: ({ terminated, leftCount, reason }) =>
      `${counted(terminated, 'instance')} terminated, ${reason ?? `${leftCount} still running`}`,
    problem: ({ left, leftCount, reason }) =>
      reason ??
      `${counted(leftCount, 'instance')} of the drill still running: ${left.map(({ instanceId, reason }) => `${instanceId}: ${reason}`).join('; ')}`,
    severity: () => 'warning',
  },
} satisfies Partial<EventViews>;
