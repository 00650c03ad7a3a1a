import type { DrillRun } from '../../../contracts/api.ts';
import { dateAndTime } from './time-text.ts';

/** What becomes of an instance of a drill, in a few words. */
export const fateText = ({ fate, at, reason }: Pick<DrillRun, 'fate' | 'at' | 'reason'>): string => {
  const when = at === undefined ? '' : ` ${dateAndTime(Date.parse(at))}`;
  switch (fate) {
    case 'in-drill':
      return 'its drill has not ended';
    case 'due':
      return `is terminated${when}`;
    case 'asked':
      return `an operator is asked${when}`;
    case 'ending':
      return 'is being terminated';
    case 'kept':
      return reason ?? 'is kept';
    case 'left':
      return `could not be terminated: ${reason ?? 'no reason is known'}`;
    case 'spared':
      return `not the drill’s to terminate: ${reason ?? 'no reason is known'}`;
    case 'runs-on':
      return 'runs until somebody asks for its clean-up';
    case 'unknown':
      return 'no execution launched it: it is only reported';
  }
};
