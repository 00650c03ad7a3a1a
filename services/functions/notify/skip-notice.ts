import { faultText } from '../../../contracts/fault-text.ts';
import type { EventBridgeEnvelope } from '../../../contracts/foreign-events.ts';
import type { Notice, Severity } from '../../../contracts/notice.ts';
import { drillSkipped, type skipReasons } from '../../../contracts/schedule-events.ts';
import { requestIdOf } from '../../core/domain/schedules/request-id.ts';
import { executionIdOf } from '../../core/kernel/canonical.ts';
import { readRequest } from '../../core/ports/aws/read-request.ts';
import { UnprocessableEvent } from '../../core/ports/aws/wake-of-event.ts';
import { paragraph, type Whereabouts } from './notice.ts';

/** What somebody has decided beforehand is only reported; what nobody intended is a warning. */
const severities: Readonly<Record<(typeof skipReasons)[number], Severity>> = {
  ...{ deleted: 'info', paused: 'info', 'blocked-date': 'info', 'blocked-window': 'info' },
  ...{ 'calendar-closed': 'info', 'calendar-unknown': 'warning', alarm: 'warning' },
  ...{ 'alarm-unknown': 'warning', late: 'warning', refused: 'warning' },
};

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;

/** The notice of a drill that was due and is not held. It stands in no stream: what it is about names it. */
export const noticeOfSkip = (
  envelope: EventBridgeEnvelope,
  { consoleUrl, commandOptions }: Whereabouts,
): Notice => {
  const read = readRequest(drillSkipped.data, envelope);
  if ('faults' in read) throw new UnprocessableEvent(read.faults.map(faultText).join('\n'));
  const { scheduleId, scheduledAt, planId, reason, message, executionId } = read.data;
  const requestId = requestIdOf(scheduleId, scheduledAt);
  const link = consoleUrl && `${consoleUrl.replace(/\/$/, '')}/#/schedules`;
  return {
    // The same for each repeat of the event.
    eventId: `skipped:${requestId}`,
    event: drillSkipped.name,
    executionId: executionId ?? executionIdOf(requestId),
    ...{ planId, mode: 'DRILL', at: envelope.time, severity: severities[reason] },
    title: paragraph(`DRILL of ${planId}: skipped by the schedule ${scheduleId}`),
    meaning: paragraph(`It was due at ${scheduledAt}. ${sentence(message)}`),
    next: 'Nothing was started. The drill is due again at the next time of its schedule.',
    commands: [`groundswell schedule next ${scheduleId}`, `groundswell request ${planId} --mode drill`].map(
      (line) => [line, commandOptions].filter(Boolean).join(' '),
    ),
    isOver: false,
    ...(link !== undefined && { link }),
  };
};
