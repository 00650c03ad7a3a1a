import { dateAndTime, durationText } from '../../../core/view/time-text.ts';
import { useEffect } from 'preact/hooks';
import type { ExecutionSummary } from '../../../../contracts/api.ts';
import { isOver } from '../../../core/view/fold.ts';
import { now } from './clock.ts';
import { decisions } from './decisions-store.ts';
import { ExecutionFilter, isNarrowed } from './execution-filter.tsx';
import { executions, fault, next, open, readOlder, refresh } from './executions-store.ts';
import { listen } from './live.ts';
import { OpenExecution } from './open-execution.tsx';
import { Mode, Status } from './signs.tsx';
import { useTitle } from './route.ts';
import { Head } from './head.tsx';

const Row = ({ execution }: { readonly execution: ExecutionSummary }) => (
  <tr>
    <td>
      <Status status={execution.status} />
    </td>
    <th scope="row">
      <a href={`#/executions/${execution.executionId}`}>
        {execution.planId === '' ? 'unreadable request' : execution.planId}
      </a>{' '}
      <Mode mode={execution.mode} />
      <small class="code">{execution.executionId}</small>
    </th>
    <td>{execution.requestedBy}</td>
    <td>
      {dateAndTime(Date.parse(execution.startedAt))}
      {!isOver(execution) && <small>{durationText(now.value - Date.parse(execution.startedAt))} ago</small>}
    </td>
  </tr>
);

const Table = ({ all }: { readonly all: readonly ExecutionSummary[] }) => (
  <table class="executions">
    <caption class="unseen">Executions, newest first</caption>
    <Head columns={['State', 'Plan', 'Requested by', 'Started (UTC)']} />
    <tbody>
      {all.map((execution) => (
        <Row key={execution.executionId} execution={execution} />
      ))}
    </tbody>
  </table>
);

/** What waits for a person stands in front, the longest wait first; the rest as it began. */
const inOrder = (all: readonly ExecutionSummary[]): readonly ExecutionSummary[] => {
  const waiting = (decisions.value ?? []).map(({ executionId }) => executionId);
  const rankOf = ({ executionId }: ExecutionSummary): number => {
    const at = waiting.indexOf(executionId);
    return at < 0 ? waiting.length : at;
  };
  return all.toSorted((a, b) => rankOf(a) - rankOf(b));
};

const Listed = ({ all }: { readonly all: readonly ExecutionSummary[] }) =>
  all.length === 0 ? (
    <p class="empty">
      {isNarrowed()
        ? 'No execution matches.'
        : 'Nothing has run yet. Choose a plan, check that it is ready, and start a drill.'}
    </p>
  ) : (
    <Table all={all} />
  );

export const ExecutionsPage = () => {
  useEffect(() => {
    void refresh();
    return listen({
      onReset: () => void refresh(),
      onEvent: ({ type }) => {
        if (type.startsWith('Execution')) void refresh();
      },
    });
  }, []);
  useTitle('Executions');
  const all = executions.value;
  return (
    <main>
      <header class="page-head">
        <h1>Executions</h1>
        <a class="button primary" href="#/plans">
          Start from a plan
        </a>
      </header>
      <p class="fault" role="alert">
        {fault.value}
      </p>
      <div class="cards">
        {inOrder(open.value).map(({ executionId }) => (
          <OpenExecution key={executionId} executionId={executionId} />
        ))}
      </div>
      <section class="panel">
        <ExecutionFilter />
        {all === undefined && fault.value === '' && (
          <p class="empty" role="status">
            Reading…
          </p>
        )}
        {all !== undefined && <Listed all={all} />}
        {next.value !== undefined && (
          <button type="button" onClick={() => void readOlder()}>
            Show older
          </button>
        )}
      </section>
    </main>
  );
};
