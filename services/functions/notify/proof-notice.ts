import * as z from 'zod';
import type { EventBridgeEnvelope } from '../../../contracts/foreign-events.ts';
import type { Notice } from '../../../contracts/notice.ts';
import { proofOverdue } from '../../../contracts/proof-event.ts';
import { counted } from '../../core/view/words.ts';
import { linkTo } from './saying.ts';
import { paragraph, type Whereabouts } from './notice.ts';

const detailSchema = z.object({ data: proofOverdue.data });

/**
 * The notice of a plan whose proof is overdue; undefined for what is not as its contract says. It is about no execution:
 * the lapse names it.
 */
export const noticeOfOverdueProof = (
  envelope: EventBridgeEnvelope,
  { consoleUrl, commandOptions }: Whereabouts,
): Notice | undefined => {
  const read = detailSchema.safeParse(envelope.detail);
  if (!read.success) return undefined;
  const { planId, planVersion, provenWithinDays, overdueSince, lastProof } = read.data.data;
  const last =
    lastProof === undefined
      ? 'No drill of it has recovered everything yet.'
      : `The last drill that did ended at ${lastProof.endedAt} (${lastProof.executionId}).`;
  return {
    // The same for each repeat of the event.
    eventId: `overdue:${planId}:${overdueSince}`,
    event: proofOverdue.name,
    ...{ planId, at: envelope.time, severity: 'warning' },
    title: paragraph(`The proof of ${planId} is overdue`),
    meaning: paragraph(
      `Version ${planVersion} wants a drill that recovers everything every ${counted(provenWithinDays, 'day')}. ${last} It is overdue since ${overdueSince}.`,
    ),
    next: 'Nothing was started. It stays overdue until a drill recovers everything; nobody is notified of this lapse again.',
    commands: [`groundswell check ${planId} --mode drill`, `groundswell request ${planId} --mode drill`].map(
      (line) => [line, commandOptions].filter(Boolean).join(' '),
    ),
    isOver: false,
    ...linkTo(consoleUrl, `plans/${planId}`),
  };
};
