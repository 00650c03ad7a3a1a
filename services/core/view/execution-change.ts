import type { DecidedBy, Fault } from '../../../contracts/execution-events.ts';
import type { ExecutionStatus, ExecutionView } from './execution-view.ts';

export const endExecution = (view: ExecutionView, status: ExecutionStatus, at: number): ExecutionView => ({
  ...{ ...view, status, endedAt: at, needs: [] },
});

export const byWhom = ({ by, reason }: Pick<DecidedBy, 'by' | 'reason'>): string =>
  reason === '' ? `by ${by}` : `by ${by}: ${reason}`;

/** A fault in one line. */
export const faultText = ({ path, message, expected }: Fault): string =>
  `${path === '' ? '' : `${path}: `}${message}${expected === undefined ? '' : ` (valid: ${expected})`}`;
