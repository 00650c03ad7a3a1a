import { shownKinds } from '../../domain/actions/shown-kinds.ts';
import { moveText } from '../../../../contracts/traffic-order.ts';
import { nearNote, ofAttempt, unchanged, withoutNotes } from '../changes.ts';
import type { EventViews, FactData } from '../event-view.ts';
import {
  timeOut,
  type ActionView,
  type ExecutionView,
  type SpanView,
  type WaveView,
} from '../execution-view.ts';
import { beginSpan, endSpans } from '../spans.ts';

interface OfAction {
  readonly waveId: string;
  readonly stage: ActionView['stage'];
  readonly actionId: string;
}

const isIt =
  ({ stage, actionId }: OfAction) =>
  (action: ActionView): boolean =>
    action.stage === stage && action.actionId === actionId;

/** Changes the action, which appears if it is not known. */
const inAction = (wave: WaveView, data: OfAction, change: (action: ActionView) => ActionView): WaveView => {
  const { stage, actionId } = data;
  const blank: ActionView = {
    ...{ stage, actionId, kind: 'automation', status: 'WAITING' },
    ...{ prompt: '', approvers: [], message: '', tries: 0, tookMs: 0 },
  };
  const actions = wave.actions.some(isIt(data)) ? wave.actions : [...wave.actions, blank];
  return { ...wave, actions: actions.map((action) => (isIt(data)(action) ? change(action) : action)) };
};

const startAction = (wave: WaveView, data: FactData['ActionStarted'], at: number): WaveView => {
  const { stage, actionId, kind, prompt, approvers, endsBy } = data;
  const started = inAction(wave, data, (action) => ({
    ...{ ...action, kind, status: 'RUNNING', startedAt: at, message: '', tries: action.tries + 1 },
    endsBy: Date.parse(endsBy),
    ...(prompt !== undefined && { prompt }),
    ...(approvers !== undefined && { approvers }),
    ...(data.automationExecutionId !== undefined && { automationExecutionId: data.automationExecutionId }),
  }));
  return beginSpan(started, shownKinds[kind].asksPeople ? 'APPROVAL' : 'ACTION', at, actionId, {
    stage,
    kind,
  });
};

const endAction = (
  wave: WaveView,
  data: OfAction & { readonly by?: string | undefined },
  end: {
    readonly status: ActionView['status'];
    readonly why: string;
    readonly failed: boolean;
    readonly outputs?: ActionView['outputs'] | undefined;
  },
  at: number,
): WaveView => {
  const message = [data.by === undefined ? '' : `by ${data.by}`, end.why].filter((part) => part !== '');
  const ended = inAction(wave, data, ({ startedAt = at, endsBy: _over, ...action }) => ({
    ...{ ...action, status: end.status, message: message.join(': '), tookMs: action.tookMs + at - startedAt },
    ...(end.outputs !== undefined && { outputs: end.outputs }),
  }));
  const isIts = ({ label, action }: SpanView): boolean =>
    label === data.actionId && action?.stage === data.stage;
  const near = nearNote({ about: 'action', waveId: data.waveId, actionId: data.actionId });
  return endSpans(withoutNotes(ended, near), isIts, at, end.failed);
};

/** Who approved or declined: somebody, or the plan where nobody answers in time. */
const decider = (
  data: OfAction & { readonly by?: string | undefined },
  { waves }: ExecutionView,
): string | undefined => {
  if (data.by !== undefined) return data.by;
  const wave = waves.find(({ waveId }) => waveId === data.waveId);
  const action = wave?.actions.find(isIt(data));
  return action !== undefined && shownKinds[action.kind].asksPeople ? timeOut : undefined;
};

const progressText = ({ percent, message }: FactData['ActionProgressed']): string =>
  [percent === undefined ? '' : `${percent} %`, message].filter((part) => part !== '').join(': ') ||
  'at work';

const what = (verb: string, { waveId, actionId }: OfAction): string =>
  `${verb} ${actionId} of wave ${waveId}`;

/** What runs before and after a recovery. */
export const actionEvents = {
  // A claim is the product's own business, but for what it says of traffic: that may be moved from here on.
  ActionClaimed: {
    fold: ofAttempt((wave, data) => {
      const { moves } = data;
      return moves === undefined
        ? wave
        : inAction(wave, data, (action) => ({ ...action, kind: 'traffic', moves }));
    }),
    gist: ({ actionId, moves = [] }) => [actionId, ...moves.map(moveText)].join(' '),
  },
  ActionStarted: {
    fold: ofAttempt(startAction),
    gist: ({ kind, actionId }) => `${kind} ${actionId}`,
    severity: ({ kind }) => (shownKinds[kind].asksPeople ? 'warning' : undefined),
  },
  ActionProgressed: {
    fold: ofAttempt((wave, data) =>
      inAction(wave, data, (action) => ({ ...action, message: progressText(data) })),
    ),
    gist: (data) => `${data.actionId}: ${progressText(data)}`,
  },
  TaskReportRefused: {
    fold: unchanged,
    gist: ({ actionId, why }) => `${actionId}: ${why}`,
    problem: ({ actionId, why }) => `a report on action ${actionId} was refused: ${why}`,
    severity: () => 'warning',
  },
  ActionCompleted: {
    fold: ofAttempt((wave, data, at) =>
      endAction(
        wave,
        data,
        { status: 'SUCCEEDED', why: data.reason ?? '', failed: false, outputs: data.outputs },
        at,
      ),
    ),
    gist: ({ actionId, by, moves = [] }) =>
      [by === undefined ? actionId : `${actionId} by ${by}`, ...moves.map(moveText)].join('; '),
    decision: (data, before) => {
      const by = decider(data, before);
      return by === undefined ? undefined : { by, what: what('approved', data), reason: data.reason ?? '' };
    },
  },
  ActionFailed: {
    fold: ofAttempt((wave, data, at) =>
      endAction(
        wave,
        data,
        { status: data.final ? 'FAILED' : 'RUNNING', why: data.message, failed: true },
        at,
      ),
    ),
    gist: ({ actionId, message }) => `${actionId}: ${message}`,
    problem: ({ actionId, message }) => `action ${actionId}: ${message}`,
    decision: (data, before) => {
      const by = decider(data, before);
      return by === undefined || (by === timeOut && data.cause !== 'timed-out')
        ? undefined
        : { by, what: what('declined', data), reason: data.message };
    },
    severity: ({ final }) => (final ? 'warning' : 'info'),
  },
} satisfies Partial<EventViews>;
