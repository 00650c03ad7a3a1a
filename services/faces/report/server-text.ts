import type { RecoveryPoint } from '../../../contracts/wave-events.ts';
import { timeText } from '../../core/view/time-text.ts';

const sources = {
  'new-snapshot': '',
  'chosen-snapshot': ', as chosen',
  'earlier-snapshot': ', an earlier point',
} as const;

/** From which point in time a server was launched, or that DRS does not say. */
export const pointText = ({ from, at }: RecoveryPoint = {}): string => {
  const time = at === undefined ? 'not known' : timeText(Date.parse(at));
  return `${time}${from === undefined ? '' : sources[from]}`;
};
