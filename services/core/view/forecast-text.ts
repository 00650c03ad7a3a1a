import type { Expectation, Outlook } from '../domain/expectation.ts';
import { durationText } from './time-text.ts';

/** `31m 00s to 38m 00s`; one duration where both are as good as the same. */
export const rangeText = ({ leastMs, mostMs }: Expectation): string => {
  const [least, most] = [durationText(leastMs), durationText(mostMs)];
  return least === most ? most : `${least} to ${most}`;
};

const outlooks: Readonly<Record<Outlook, string>> = {
  'on-track': 'on track',
  'at-risk': 'at risk, at the latest it takes longer',
  'out-of-reach': 'out of reach, also at the soonest it takes longer',
};

/** What a forecast means for the recovery time objective. */
export const outlookText = (outlook: Outlook): string => outlooks[outlook];
