import { useEffect } from 'preact/hooks';
import type { DrillPage, DrillRun } from '../../../../contracts/api.ts';
import { fateText } from '../../../core/view/drill-run-text.ts';
import { dateAndTime } from '../../../core/view/time-text.ts';
import { counted } from '../../../core/view/words.ts';
import { get } from './api.ts';
import { createReading, ListPage } from './list-page.tsx';
import { capitalized } from './signs.tsx';
import { ScrolledTable } from './scrolled-table.tsx';

const { read: page, fault, again: readDrills } = createReading(() => get<DrillPage>('/drills'));

const Run = ({ run }: { readonly run: DrillRun }) => (
  <tr>
    <td class="code">{run.instanceId}</td>
    <td>
      {run.serverName ?? <span class="code">{run.sourceServerId}</span>}
      {run.serverName !== undefined && <small class="code">{run.sourceServerId}</small>}
    </td>
    <td>
      {run.account}/{run.region}
    </td>
    <td>{run.since === undefined ? 'Unknown' : dateAndTime(Date.parse(run.since))}</td>
    <td>{run.since === undefined ? 'Unknown' : run.instanceHours.toFixed(2)}</td>
    <td>
      {run.execution === undefined ? (
        'None'
      ) : (
        <a href={`#/executions/${run.execution.executionId}`}>
          {run.execution.planId}
          <span class="unseen"> {run.execution.executionId}</span>
        </a>
      )}
    </td>
    <td>{run.execution?.requestedBy ?? 'Unknown'}</td>
    <td>{capitalized(fateText(run))}</td>
  </tr>
);

const columns = [
  ...['Instance', 'Server', 'Account/Region', 'Since (UTC)', 'Hours', 'Drill', 'Requested by'],
  'What becomes of it',
];

const Runs = ({ drills, instanceHours }: DrillPage) =>
  drills.length === 0 ? (
    <p class="empty">Nothing runs from drills.</p>
  ) : (
    <>
      <p>
        {counted(drills.length, 'instance')}, {instanceHours} instance-hours so far.
      </p>
      <ScrolledTable name={{ heading: 'running-title' }} head={columns}>
        {drills.map((run) => (
          <Run key={`${run.account}/${run.region}/${run.instanceId}`} run={run} />
        ))}
      </ScrolledTable>
    </>
  );

/** What runs from drills, of whatever execution, and what no execution launched. */
export const DrillsPage = () => {
  useEffect(() => void readDrills(), []);
  const shown = page.value;
  return (
    <ListPage
      title="Drills"
      fault={[fault.value, ...(shown?.faults ?? []).map(({ message }) => message)].filter(Boolean).join('\n')}
      isRead={shown !== undefined}
      actions={<button onClick={() => void readDrills()}>Read again</button>}
    >
      {shown !== undefined && (
        <section class="panel evidence is-wide" aria-labelledby="running-title">
          <h2 id="running-title">Running instances</h2>
          <Runs {...shown} />
        </section>
      )}
    </ListPage>
  );
};
