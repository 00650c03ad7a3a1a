import { faultText } from '../../../../contracts/fault-text.ts';
import { dataText } from '../point-text.ts';
import { counted, byWhom, calendarsText } from '../words.ts';
import { without, endExecution } from '../changes.ts';
import { secondPerson } from '../planned-view.ts';
import type { EventViews } from '../event-view.ts';
import type { ExecutionView } from '../execution-view.ts';
import { beginSpan, endSpans, isOf } from '../spans.ts';

const withoutApproval = (view: ExecutionView, at: number): ExecutionView => ({
  ...endSpans(without(view, 'awaitedApproval'), isOf('APPROVAL'), at),
  needs: view.needs.filter(({ about }) => about !== 'approval'),
});

const listed = (before: string, names: readonly string[] = []): string =>
  names.length === 0 ? '' : `; ${before} ${names.join(', ')}`;

const fromPoint = (point: ExecutionView['pointInTime']): string =>
  point === undefined ? '' : `, from ${dataText(point)}`;

/** From the request to the start. */
export const intakeEvents = {
  ExecutionAccepted: {
    fold: (view, { planId, mode, requestedBy, reason = '', acceptWarnings, pointInTime }, at) => ({
      ...{ ...view, planId, mode, requestedBy, reason, requestedAt: at, startedAt: at },
      ...(acceptWarnings !== undefined && { acceptWarnings }),
      ...(pointInTime !== undefined && { pointInTime }),
    }),
    gist: ({ planId, mode, requestedBy, pointInTime }) =>
      `${mode.toLowerCase()} of ${planId}, requested by ${requestedBy}${fromPoint(pointInTime)}`,
  },
  ApprovalAwaited: {
    fold: (view, { planVersion, planHash, requestedBy, expiresAt }, at) => {
      const awaitedApproval = { planVersion, planHash, requestedBy, expiresAt: Date.parse(expiresAt) };
      const need = { ...secondPerson(requestedBy, expiresAt), since: at };
      const awaited = { ...view, planVersion, planHash, awaitedApproval, needs: [need] };
      return beginSpan({ ...awaited, status: 'AWAITING_APPROVAL' }, 'APPROVAL', at);
    },
    gist: ({ requestedBy, expiresAt, pointInTime }) =>
      `${requestedBy} needs a second person by ${expiresAt}${fromPoint(pointInTime)}`,
    severity: () => 'critical',
  },
  ExecutionApproved: {
    fold: (view, { by }, at) => ({ ...withoutApproval(view, at), status: 'REQUESTED', approvedBy: by }),
    gist: byWhom,
    decision: ({ by, reason }) => ({ by, what: 'approved the recovery', reason }),
  },
  ExecutionStarted: {
    fold: (view, data, at) => {
      const { planId, planVersion, planHash, frozenHash, mode, requestedBy, reason, overrides } = data;
      const { serverCount, rtoMinutes, rpoMinutes, allowReplacing, calendars, warnings = [] } = data;
      const { pointInTime, direction } = data;
      return {
        ...{ ...view, planId, planVersion, planHash, frozenHash, mode, requestedBy, reason, overrides },
        ...{ serverCount, status: 'RUNNING', startedAt: at },
        ...(rtoMinutes !== undefined && { rtoMinutes }),
        ...(rpoMinutes !== undefined && { rpoMinutes }),
        ...([...overrides, ...warnings].includes('lag') && { didLag: true }),
        ...(pointInTime !== undefined && { pointInTime }),
        ...(allowReplacing !== undefined && { allowReplacing }),
        ...(calendars !== undefined && { calendars }),
        ...(direction !== undefined && { direction }),
      };
    },
    gist: ({ planId, planVersion, waveCount, serverCount, mode, ...data }) =>
      [
        `${data.direction === undefined ? '' : `${data.direction} by `}${planId} v${planVersion}, ${counted(waveCount, 'wave')}, ${counted(serverCount, 'server')}`,
        fromPoint(data.pointInTime),
        listed('warnings:', data.warnings),
        listed('accepted:', data.overrides),
        listed('may end or overwrite', data.allowReplacing),
        data.calendars === undefined ? '' : `, Change Calendars ${calendarsText(mode, data.calendars)}`,
      ].join(''),
    severity: ({ mode, allowReplacing = [] }) =>
      mode === 'RECOVERY' || allowReplacing.length > 0 ? 'warning' : 'info',
  },
  ExecutionRejected: {
    fold: (view, { faults }, at) => ({ ...withoutApproval(endExecution(view, 'REJECTED', at), at), faults }),
    gist: ({ faults }) => faults.map(faultText).join('; '),
    problem: ({ faults }) => faults.map(faultText).join('; '),
    decision: ({ decidedBy }) =>
      decidedBy && { by: decidedBy.by, what: 'declined the recovery', reason: decidedBy.reason },
    severity: () => 'warning',
  },
} satisfies Partial<EventViews>;
