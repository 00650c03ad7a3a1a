import { dateAndTime, durationText } from '../../../core/view/time-text.ts';
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ExecutionPage, ExecutionSummary } from '../../../../contracts/api.ts';
import { executionStatuses } from '../../../../contracts/execution-status.ts';
import { get, messageOf } from './api.ts';
import { now } from './clock.ts';
import { listen } from './live.ts';
import { OpenExecution } from './open-execution.tsx';
import { Status, words } from './signs.tsx';
import { useTitle } from './route.ts';

const choices = ['', ...executionStatuses] as const;

const executions = signal<readonly ExecutionSummary[] | undefined>(undefined);
const next = signal<string | undefined>(undefined);
const fault = signal('');
const filter = signal<(typeof choices)[number]>('');

const read = async (after?: string): Promise<void> => {
  const query = new URLSearchParams({
    ...(filter.value !== '' && { status: filter.value }),
    ...(after !== undefined && { after }),
  });
  try {
    const page = await get<ExecutionPage>(`/executions?${query}`);
    executions.value =
      after === undefined ? page.executions : [...(executions.value ?? []), ...page.executions];
    next.value = page.next;
    fault.value = '';
  } catch (error) {
    fault.value = messageOf(error);
  }
};

const isOpen = ({ status }: ExecutionSummary): boolean =>
  ['REQUESTED', 'AWAITING_APPROVAL', 'RUNNING', 'PAUSED', 'CANCELLING'].includes(status);

const Row = ({ execution }: { readonly execution: ExecutionSummary }) => (
  <tr>
    <td>
      <Status status={execution.status} />
    </td>
    <th scope="row">
      <a href={`#/executions/${execution.executionId}`}>
        {execution.planId === '' ? 'unreadable request' : execution.planId}
      </a>
      <small class="code">{execution.executionId}</small>
    </th>
    <td>
      {dateAndTime(Date.parse(execution.startedAt))}
      {isOpen(execution) && <small>{durationText(now.value - Date.parse(execution.startedAt))} ago</small>}
    </td>
  </tr>
);

const Filter = () => (
  <label>
    State
    <select
      value={filter.value}
      onChange={(event) => {
        filter.value = choices.find((each) => each === event.currentTarget.value) ?? '';
        void read();
      }}
    >
      {choices.map((status) => (
        <option key={status} value={status}>
          {status === '' ? 'All' : words[status]}
        </option>
      ))}
    </select>
  </label>
);

const Table = ({ all }: { readonly all: readonly ExecutionSummary[] }) => (
  <table class="executions">
    <caption class="unseen">Executions, newest first</caption>
    <thead>
      <tr>
        <th scope="col">State</th>
        <th scope="col">Plan</th>
        <th scope="col">Started (UTC)</th>
      </tr>
    </thead>
    <tbody>
      {all.map((execution) => (
        <Row key={execution.executionId} execution={execution} />
      ))}
    </tbody>
  </table>
);

export const ExecutionsPage = () => {
  useEffect(() => {
    void read();
    return listen({
      onReset: () => void read(),
      onEvent: ({ type }) => {
        if (type.startsWith('Execution')) void read();
      },
    });
  }, []);
  useTitle('Executions');
  const all = executions.value;
  return (
    <main>
      <header class="page-head">
        <h1>Executions</h1>
        <Filter />
        <a class="button primary" href="#/plans">
          Start from a plan
        </a>
      </header>
      <p class="fault" role="alert">
        {fault.value}
      </p>
      {all === undefined && fault.value === '' && (
        <p class="empty" role="status">
          Reading…
        </p>
      )}
      {all !== undefined && all.length === 0 && (
        <p class="empty">
          {filter.value === ''
            ? 'Nothing has run yet. Choose a plan, check that it is ready, and start a drill.'
            : `No execution is ${words[filter.value].toLowerCase()}.`}
        </p>
      )}
      <div class="cards">
        {(all ?? []).filter(isOpen).map(({ executionId }) => (
          <OpenExecution key={executionId} executionId={executionId} />
        ))}
      </div>
      {all !== undefined && all.length > 0 && (
        <section class="panel">
          <Table all={all} />
          {next.value !== undefined && (
            <button type="button" onClick={() => void read(next.value)}>
              Show older
            </button>
          )}
        </section>
      )}
    </main>
  );
};
