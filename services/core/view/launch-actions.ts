import type { LaunchAction } from '../../../contracts/wave-events.ts';

const states = {
  PENDING: 'not started',
  IN_PROGRESS: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
} as const;

const stateOf = ({ status }: LaunchAction): string => states[status];

/** A launch action in one line. */
export const launchActionLine = (action: LaunchAction): string =>
  [
    `${action.optional ? 'optional ' : ''}launch action ${action.name}`,
    ...(action.document === undefined ? [] : [` (${action.document})`]),
    `: ${stateOf(action)}`,
    ...(action.failureReason === undefined ? [] : [`: ${action.failureReason}`]),
  ].join('');

/** The launch actions of a server in a few words: how many are done, and each that is not. */
export const launchActionsText = (actions: readonly LaunchAction[]): string => {
  if (actions.length === 0) return '';
  const done = actions.filter(({ status }) => status === 'SUCCEEDED').length;
  const others = actions
    .filter(({ status }) => status !== 'SUCCEEDED')
    .map((action) => `${action.name} ${stateOf(action)}${action.optional ? ' (optional)' : ''}`);
  return [`launch actions ${done}/${actions.length}`, ...others].join(', ');
};
