import type { ExecutionStatus, WaveStatus } from '../../../core/view/execution-view.ts';

export const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const two = (value: number): string => String(value).padStart(2, '0');

/** A duration as people say it: `42 s`, `5:07 min`, `1:02 h`. */
export const duration = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)} min`;
  return `${Math.floor(seconds / 3_600)}:${two(Math.floor((seconds % 3_600) / 60))} h`;
};

/** Time of day, in UTC as in every record. */
export const timeOfDay = (at: number): string => new Date(at).toISOString().slice(11, 19);
export const dateAndTime = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');

export const words: Readonly<Record<ExecutionStatus | WaveStatus, string>> = {
  REQUESTED: 'Requested',
  AWAITING_APPROVAL: 'Needs a second person',
  REJECTED: 'Rejected',
  RUNNING: 'Running',
  PAUSED: 'Paused',
  CANCELLING: 'Cancelling',
  COMPLETED: 'Completed',
  PARTIAL: 'Partial',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
  WAITING: 'Waiting',
  STARTED: 'Running',
  HELD: 'Needs you',
  SKIPPED: 'Skipped',
};

const phaseWords: Readonly<Record<string, string>> = {
  NONE: 'Waiting',
  CLEANUP: 'Cleanup',
  SNAPSHOT: 'Snapshot',
  CONVERSION: 'Conversion',
  LAUNCH: 'Launch',
  LAUNCH_ACTIONS: 'Launch actions',
  LAUNCHED: 'Launched',
  FAILED: 'Failed',
  STARTING: 'Starting',
  CAPACITY: 'Waits for quota',
  APPROVAL: 'Approval',
  ACTION: 'Action',
  HELD: 'Waits for a decision',
};
export const phase = (name: string): string => phaseWords[name] ?? name;
