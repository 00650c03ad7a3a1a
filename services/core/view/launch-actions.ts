import type { LaunchAction } from '../../../contracts/wave-events.ts';

const states = {
  PENDING: 'not begun',
  IN_PROGRESS: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
} as const;

export const launchActionState = ({ status }: LaunchAction): string => states[status];

/** The launch actions of a server in a few words: how many are done, and each that is not. */
export const launchActionsText = (actions: readonly LaunchAction[]): string => {
  if (actions.length === 0) return '';
  const done = actions.filter(({ status }) => status === 'SUCCEEDED').length;
  const others = actions
    .filter(({ status }) => status !== 'SUCCEEDED')
    .map((action) => `${action.name} ${launchActionState(action)}${action.optional ? ' (optional)' : ''}`);
  return [`launch actions ${done}/${actions.length}`, ...others].join(', ');
};
