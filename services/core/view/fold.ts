import type { DomainEvent } from '../../../contracts/catalogue.ts';
import { foldEvent } from './events.ts';
import type { ExecutionView } from './execution-view.ts';

/** What events show of an execution that was planned so. They have to be in order. */
export const viewOf = (planned: ExecutionView, events: readonly DomainEvent[]): ExecutionView =>
  events.reduce(foldEvent, planned);

const ended: readonly string[] = ['COMPLETED', 'PARTIAL', 'FAILED', 'CANCELLED', 'REJECTED'];
export const isOver = ({ status }: Pick<ExecutionView, 'status'>): boolean => ended.includes(status);
