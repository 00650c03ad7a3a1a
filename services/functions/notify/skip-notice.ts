import * as z from 'zod';
import type { EventBridgeEnvelope } from '../../../contracts/foreign-events.ts';
import type { Notice, Severity } from '../../../contracts/notice.ts';
import { drillSkipped, type skipReasons } from '../../../contracts/schedule-events.ts';
import { requestIdOf } from '../../core/domain/schedules/request-id.ts';
import { executionIdOf } from '../../core/kernel/canonical.ts';
import { linkTo } from './saying.ts';
import { paragraph, type Whereabouts } from './notice.ts';

/** What somebody has decided beforehand is only reported; what nobody intended is a warning. */
const severities: Readonly<Record<(typeof skipReasons)[number], Severity>> = {
  ...{ deleted: 'info', paused: 'info', 'blocked-date': 'info', 'blocked-window': 'info' },
  ...{ 'calendar-closed': 'info', 'calendar-unknown': 'warning', alarm: 'warning' },
  ...{ 'alarm-unknown': 'warning', late: 'warning', refused: 'warning' },
};

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;

const detailSchema = z.object({ data: drillSkipped.data });

/**
 * The notice of a drill that was due and is not held; undefined for what is not as its contract says. It stands in no
 * stream: what it is about names it.
 */
export const noticeOfSkip = (
  envelope: EventBridgeEnvelope,
  { consoleUrl, commandOptions }: Whereabouts,
): Notice | undefined => {
  const read = detailSchema.safeParse(envelope.detail);
  if (!read.success) return undefined;
  const { scheduleId, scheduledAt, planId, reason, message, executionId } = read.data.data;
  const requestId = requestIdOf(scheduleId, scheduledAt);
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
    ...linkTo(consoleUrl, 'schedules'),
  };
};
