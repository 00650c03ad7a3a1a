import type { LaunchAction, RecoveryPoint } from '../../../contracts/wave-events.ts';
import { timeText } from './time-text.ts';

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

const states = {
  PENDING: 'has not begun',
  IN_PROGRESS: 'has not ended',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
} as const;

/** What DRS ran on a server after its launch, a line each. */
export const launchActionLines = (actions: readonly LaunchAction[] = []): readonly string[] =>
  actions.map(({ name, document, status, optional, failureReason }) =>
    [
      `${optional ? 'optional ' : ''}launch action ${name}`,
      ...(document === undefined ? [] : [`(${document})`]),
      `${states[status]}${failureReason === undefined ? '' : `: ${failureReason}`}`,
    ].join(' '),
  );
