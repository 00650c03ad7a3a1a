import { signal } from '@preact/signals';
import type { ExecutionPage, ExecutionSummary } from '../../../../contracts/api.ts';
import { get, messageOf } from './api.ts';

/** What the list is narrowed to; empty: nothing. */
export interface Filter {
  readonly text: string;
  readonly status: string;
  readonly mode: string;
  readonly plan: string;
  readonly by: string;
  /** Dates, in UTC as all that is shown. */
  readonly from: string;
  readonly to: string;
}

export const noFilter: Filter = { text: '', status: '', mode: '', plan: '', by: '', from: '', to: '' };

/** All that have not ended, whatever is filtered, and however many newer ones there are. */
export const open = signal<readonly ExecutionSummary[]>([]);
export const executions = signal<readonly ExecutionSummary[] | undefined>(undefined);
export const next = signal<string | undefined>(undefined);
export const fault = signal('');
export const filter = signal<Filter>(noFilter);

const pageSize = 25;

const queryOf = ({ from, to, ...said }: Filter, after: string | undefined): URLSearchParams =>
  new URLSearchParams(
    Object.entries({
      ...said,
      from: from && `${from}T00:00:00Z`,
      to: to && `${to}T23:59:59Z`,
      limit: String(pageSize),
      after: after ?? '',
    }).filter(([, value]) => value.trim() !== ''),
  );

/** At least so many, as long as there are as many. */
const readAtLeast = async (count: number, after?: string): Promise<ExecutionPage> => {
  const page = await get<ExecutionPage>(`/executions?${queryOf(filter.value, after)}`);
  if (page.executions.length >= count || page.next === undefined) return page;
  const rest = await readAtLeast(count - page.executions.length, page.next);
  return { ...rest, executions: [...page.executions, ...rest.executions] };
};

let readings = 0;

/** Only the answer to the last question counts: an earlier one may come later, and was for another filter. */
const read = async (ask: () => Promise<ExecutionPage>): Promise<void> => {
  const reading = ++readings;
  try {
    const [page, unended] = await Promise.all([
      ask(),
      get<{ readonly executions: readonly ExecutionSummary[] }>('/open-executions'),
    ]);
    if (reading !== readings) return;
    executions.value = page.executions;
    open.value = unended.executions;
    next.value = page.next;
    fault.value = '';
  } catch (error) {
    if (reading === readings) fault.value = messageOf(error);
  }
};

/** How many are asked for: what was loaded stays loaded when something happens. */
let wanted = pageSize;

/** Reads again what is shown. */
export const refresh = (): Promise<void> => read(() => readAtLeast(wanted));

export const readOlder = (): Promise<void> => {
  wanted = (executions.value?.length ?? 0) + pageSize;
  return refresh();
};

/** A pause in writing is as good as an end of it. */
const restMs = 300;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Narrows the list; what is shown stays until the answer is there. */
export const narrow = (change: Partial<Filter>): void => {
  filter.value = { ...filter.value, ...change };
  wanted = pageSize;
  clearTimeout(timer);
  timer = setTimeout(() => void refresh(), restMs);
};
