import type { ExecutionStatus, WaveStatus } from '../../../core/view/execution-view.ts';
import { runWord } from '../../../core/view/words.ts';

type Status = ExecutionStatus | WaveStatus;

/** A shape of its own for every state, so that none is told by its colour alone. */
const paths: Readonly<Record<Status, string>> = {
  WAITING: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11',
  REQUESTED: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11M8 5v3.2l2.2 1.3',
  AWAITING_APPROVAL: 'M8 2L14.5 13.5h-13zM8 6.2v3.6M8 11.4v.4',
  STARTED: 'M5 3l8 5l-8 5z',
  RUNNING: 'M5 3l8 5l-8 5z',
  PAUSED: 'M5 3v10M11 3v10',
  CANCELLING: 'M3.5 3.5h9v9h-9z',
  CANCELLED: 'M3.5 3.5h9v9h-9zM3.5 12.5l9-9',
  COMPLETED: 'M2.5 8.5l3.6 3.6l7.4-8',
  PARTIAL: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11M8 2.5v11M10 4v8M12 5.6v4.8',
  FAILED: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  REJECTED: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  SKIPPED: 'M3 4l5 4l-5 4zM8.5 4l5 4l-5 4z',
  HELD: 'M8 2L14.5 13.5h-13zM8 6.2v3.6M8 11.4v.4',
};

export const Sign = ({ status }: { readonly status: Status }) => (
  <svg class={`sign is-${status}`} viewBox="0 0 16 16" aria-hidden="true">
    <path d={paths[status]} />
  </svg>
);

export const Status = ({ status }: { readonly status: Status }) => (
  <span class={`status is-${status}`}>
    <Sign status={status} />
    {words[status]}
  </span>
);

interface ModeProps {
  readonly mode: 'DRILL' | 'RECOVERY';
  readonly direction?: 'failback' | undefined;
}

export const Mode = (props: ModeProps) => <span class={`mode is-${props.mode}`}>{runWord(props)}</span>;

export const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

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
