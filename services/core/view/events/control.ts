import { nearText } from '../../../../contracts/near-text.ts';
import { counted, byWhom, openedNote, noteText } from '../words.ts';
import { inWave, nearNote, unchanged, without, withNote, endExecution } from '../changes.ts';
import type { EventViews, FactData } from '../event-view.ts';
import { beginSpan, endSpans, isOf } from '../spans.ts';

const launchedText = ({ servers }: { readonly servers: { readonly launched: number } }): string =>
  `${counted(servers.launched, 'server')} launched`;

const alarmsText = ({ alarms }: FactData['AlarmRaised']): string =>
  alarms
    .map(({ name, account, region, since }) => `${name} in ${account}/${region} since ${since}`)
    .join(', ');

const consequences = {
  pause: 'the drill is paused',
  cancel: 'the drill is cancelled',
  none: 'a recovery goes on',
} as const;

/** What people decide of a whole execution, what they are asked, and its end. */
export const controlEvents = {
  ExecutionPaused: {
    fold: (view, data, at) => beginSpan({ ...view, status: 'PAUSED', note: byWhom(data) }, 'HELD', at),
    gist: byWhom,
    decision: ({ by, reason, calendars }) =>
      calendars === undefined ? { by, what: 'paused the execution', reason } : undefined,
    problem: ({ reason, calendars }) =>
      calendars === undefined ? undefined : `paused before the next wave: ${reason}`,
    severity: () => 'warning',
  },
  CalendarsOpened: {
    fold: (view) => ({ ...view, note: openedNote(view.note) }),
    gist: ({ calendars }) => `${calendars.join(', ')}: it goes on once a person resumes it`,
    severity: () => 'info',
  },
  ExecutionResumed: {
    fold: (view, _data, at) => endSpans({ ...without(view, 'note'), status: 'RUNNING' }, isOf('HELD'), at),
    gist: byWhom,
    decision: ({ by, reason }) => ({ by, what: 'resumed the execution', reason }),
    severity: () => 'warning',
  },
  ExecutionCancelling: {
    fold: (view, data, at) =>
      endSpans({ ...view, status: 'CANCELLING', note: byWhom(data) }, isOf('HELD'), at),
    gist: byWhom,
    decision: ({ by, reason }) => ({ by, what: 'cancelled the execution', reason }),
    severity: () => 'warning',
  },
  AlarmRaised: {
    fold: unchanged,
    gist: (data) => `${alarmsText(data)}: ${consequences[data.consequence]}`,
    problem: (data) => `in ALARM: ${alarmsText(data)}; ${consequences[data.consequence]}`,
    // What becomes of a drill is told by its own event.
    severity: ({ consequence }) => (consequence === 'none' ? 'warning' : undefined),
  },
  NoteAdded: {
    fold: (view, { by, text, to }, at) => ({
      ...view,
      notes: [...view.notes, { at, by, text, ...(to !== undefined && { to }) }],
      ...(to !== undefined && { inCharge: to }),
    }),
    gist: noteText,
    severity: ({ to }) => (to === undefined ? 'info' : 'warning'),
  },
  DecisionRefused: {
    fold: (view, { decision, reason }) => ({ ...view, refusal: `${decision}: ${reason}` }),
    gist: ({ decision, reason }) => `${decision}: ${reason}`,
    decision: ({ by, decision, reason }) => ({ by, what: `asked to ${decision}, and was refused`, reason }),
  },
  OperatorNeeded: {
    fold: (view, { about, why, choices, waveId }, at) => ({
      ...view,
      needs: [
        ...view.needs.filter((need) => need.about !== about || need.waveId !== waveId),
        { about, why, choices, since: at, ...(waveId !== undefined && { waveId }) },
      ],
    }),
    gist: ({ why, choices }) => `${why} (${choices.join(', ')})`,
    // The failure of a wave or of a clean-up is told by its own event, and a question is no problem.
    problem: ({ about, why }) =>
      ['wave-failed', 'clean-up-due', 'clean-up-failed'].includes(about) ? undefined : why,
    severity: ({ about }) => (about === 'clean-up-due' ? 'warning' : 'critical'),
  },
  TimeoutNear: {
    fold: (view, data) => {
      const { waveId, endsBy } = data;
      const note = `${nearNote(data)}, at ${endsBy}`;
      return waveId === undefined ? view : inWave(view, waveId, (wave) => withNote(wave, note));
    },
    gist: (data) => `${nearText(data)} ends by ${data.endsBy}: ${data.consequence}`,
    problem: (data) =>
      data.about === 'clean-up'
        ? undefined
        : `the time-out of ${nearText(data)} is near: ${data.consequence}`,
    severity: () => 'warning',
  },
  ExecutionCompleted: {
    fold: (view, { outcome }, at) => endExecution(view, outcome, at),
    gist: ({ outcome }) => outcome,
    severity: ({ outcome }) => (outcome === 'COMPLETED' ? 'info' : 'warning'),
  },
  ExecutionFailed: {
    fold: (view, _data, at) => endExecution(view, 'FAILED', at),
    gist: launchedText,
    severity: () => 'critical',
  },
  ExecutionCancelled: {
    fold: (view, _data, at) => endExecution(view, 'CANCELLED', at),
    gist: launchedText,
    severity: () => 'warning',
  },
} satisfies Partial<EventViews>;
