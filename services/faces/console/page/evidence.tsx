import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { EvidenceOverview, EvidenceRun } from '../../../../contracts/evidence.ts';
import { executionStatuses } from '../../../../contracts/execution-status.ts';
import { dateAndTime } from '../../../core/view/time-text.ts';
import { counted } from '../../../core/view/words.ts';
import { coverageText, proofText } from '../../report/programme-text.ts';
import { rpoText, rtoText, type Statement } from '../../report/sentences.ts';
import { get } from './api.ts';
import { createReading, ListPage } from './list-page.tsx';
import { FileLink } from './report-link.tsx';
import { capitalized, Mode, Status } from './signs.tsx';
import { ScrolledTable } from './scrolled-table.tsx';

interface Asked {
  readonly plan: string;
  /** Dates, the last of which counts whole; empty: as the API takes it. */
  readonly from: string;
  readonly to: string;
}

const dayMs = 86_400_000;
const asked = signal<Asked>({ plan: '', from: '', to: '' });
/** Of all plans, since an answer about one names no other. */
const names = signal<readonly string[]>([]);

const queryOf = ({ plan, from, to }: Asked): URLSearchParams =>
  new URLSearchParams({
    ...(plan !== '' && { plan }),
    ...(from !== '' && { from: `${from}T00:00:00Z` }),
    ...(to !== '' && { to: new Date(Date.parse(`${to}T00:00:00Z`) + dayMs).toISOString() }),
  });

const { read, fault, again } = createReading(async () => {
  const wanted = asked.value;
  const told = await get<EvidenceOverview>(`/evidence/overview?${queryOf(wanted)}`);
  if (wanted.plan === '') names.value = told.plans.map(({ planId }) => planId);
  return told;
});

const ask = (change: Partial<Asked>): void => {
  asked.value = { ...asked.value, ...change };
  void again();
};

const Told = ({ value, note, tone }: Statement) => (
  <>
    <span class={`told is-${tone}`}>{value}</span>
    <small>{note}</small>
  </>
);

const Filters = () => (
  <form class="filters" role="search" aria-label="Evidence" onSubmit={(event) => event.preventDefault()}>
    <label>
      Plan
      <select value={asked.value.plan} onChange={({ currentTarget: { value: plan } }) => ask({ plan })}>
        {['', ...names.value].map((name) => (
          <option key={name} value={name}>
            {name === '' ? 'All' : name}
          </option>
        ))}
      </select>
    </label>
    <label>
      From (UTC)
      <input
        type="date"
        value={asked.value.from}
        onChange={({ currentTarget: { value: from } }) => ask({ from })}
      />
    </label>
    <label>
      To
      <input
        type="date"
        value={asked.value.to}
        onChange={({ currentTarget: { value: to } }) => ask({ to })}
      />
    </label>
  </form>
);

const Downloads = () => {
  const query = queryOf(asked.value).toString();
  const address = (format: string): string =>
    `/api/evidence?${query === '' ? '' : `${query}&`}format=${format}`;
  return (
    <p class="buttons">
      <FileLink address={address('html')} file="evidence.html" text="All of it as a page" />
      <FileLink address={address('csv')} file="evidence.csv" text="as a table" />
      <FileLink address={address('json')} file="evidence.json" text="as JSON" />
      <span>
        PDF: <code>groundswell evidence --format pdf</code>
      </span>
    </p>
  );
};

interface TableProps {
  readonly id: string;
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly [key: string, ...cells: readonly preact.ComponentChildren[]])[];
  readonly empty: string;
}

const Table = ({ id, title, head, rows, empty }: TableProps) => (
  <section class="panel evidence" aria-labelledby={id}>
    <h2 id={id}>{title}</h2>
    {rows.length === 0 ? (
      <p class="quiet">{empty}</p>
    ) : (
      <ScrolledTable name={{ heading: id }} head={head}>
        {rows.map(([key, ...cells]) => (
          <tr key={key}>
            {cells.map((cell, index) => (
              <td key={index}>{cell}</td>
            ))}
          </tr>
        ))}
      </ScrolledTable>
    )}
  </section>
);

const PlanLink = ({ planId }: { readonly planId: string }) => <a href={`#/plans/${planId}`}>{planId}</a>;

const minutes = (value: number | undefined): string => (value === undefined ? 'None' : `${value} min`);

const Plans = ({ plans, to, writtenAt }: EvidenceOverview) => (
  <Table
    id="evidence-plans"
    title="Plans"
    head={[
      'Plan',
      'RTO',
      'RPO',
      'Schedules',
      'Last proven',
      'Recovery time',
      'Recovery point',
      'Servers proven',
    ]}
    empty="There is no plan yet."
    rows={plans.map((plan) => {
      const { proof, planId, version } = plan;
      const proven = proofText(plan, Math.min(to, writtenAt));
      const run = proof && { ...proof, isOver: true, status: 'COMPLETED' };
      return [
        planId,
        <>
          <PlanLink planId={planId} /> <small>v{version}</small>
        </>,
        minutes(plan.rtoMinutes),
        minutes(plan.rpoMinutes),
        plan.schedules.join(', ') || 'None',
        <>
          <Told {...proven} value={capitalized(proven.value)} />
          {plan.isOverdue && <b class="told is-bad">Overdue</b>}{' '}
          {proof !== undefined && (
            <a href={`#/executions/${proof.executionId}`}>
              Drill<span class="unseen"> {proof.executionId}</span>
            </a>
          )}
        </>,
        run === undefined ? 'None' : <Told {...rtoText(run)} />,
        run === undefined ? 'None' : <Told {...rpoText(run)} />,
        <Told {...coverageText(plan)} />,
      ];
    })}
  />
);

const State = ({ status }: Pick<EvidenceRun, 'status'>) => {
  const known = executionStatuses.find((each) => each === status);
  return known === undefined ? <>{status}</> : <Status status={known} />;
};

const Why = ({ occurrence, requestedBy }: EvidenceRun) =>
  occurrence === undefined ? (
    <>{requestedBy}</>
  ) : (
    <>
      {occurrence.scheduleId}
      <small>due {dateAndTime(occurrence.scheduledAt)}</small>
    </>
  );

const Runs = ({ runs }: EvidenceOverview) => (
  <Table
    id="evidence-runs"
    title="Drills and recoveries"
    head={[
      ...['Started (UTC)', 'Plan', 'State', 'Schedule or requester', 'Recovery time', 'Recovery point'],
      ...['Servers', 'Findings', 'Record'],
    ]}
    empty="None was held."
    rows={runs.map((run) => [
      run.executionId,
      <>
        <a href={`#/executions/${run.executionId}`}>{dateAndTime(run.startedAt)}</a> <Mode mode={run.mode} />
      </>,
      <>
        <PlanLink planId={run.planId} /> <small>v{run.planVersion}</small>
      </>,
      <State status={run.status} />,
      <Why {...run} />,
      <Told {...rtoText(run)} />,
      <Told {...rpoText(run)} />,
      `${run.launched} of ${run.serverCount}`,
      run.findings === 0 ? 'None' : counted(run.findings, 'finding'),
      run.recordVerifies ? (
        <span class="told is-good">Verifies</span>
      ) : (
        <b class="told is-bad">Does not verify</b>
      ),
    ])}
  />
);

const Skipped = ({ skipped }: EvidenceOverview) => (
  <Table
    id="evidence-skipped"
    title="Skipped drills"
    head={['Was due (UTC)', 'Schedule', 'Plan', 'Why']}
    empty="Every scheduled drill was held."
    rows={skipped.map(({ scheduledAt, scheduleId, planId, message, executionId }) => [
      `${scheduleId}/${scheduledAt}`,
      dateAndTime(scheduledAt),
      scheduleId,
      <PlanLink planId={planId} />,
      <>
        {message}{' '}
        {executionId !== undefined && (
          <a href={`#/executions/${executionId}`}>
            Request<span class="unseen"> {executionId}</span>
          </a>
        )}
      </>,
    ])}
  />
);

const Unproven = ({ plans }: EvidenceOverview) => (
  <Table
    id="evidence-servers"
    title="Servers without proof"
    head={['Plan', 'Server', 'Last launched (UTC)']}
    empty="The last proof of each plan launched every server that the plan recovers now."
    rows={plans.flatMap(({ planId, servers }) =>
      servers
        .filter(({ isProven }) => !isProven)
        .map(({ sourceServerId, name, lastLaunched }) => [
          `${planId}/${sourceServerId}`,
          <PlanLink planId={planId} />,
          <>
            {name}
            {name !== sourceServerId && <small class="code">{sourceServerId}</small>}
          </>,
          lastLaunched === undefined ? (
            <span class="told is-bad">Never</span>
          ) : (
            <a href={`#/executions/${lastLaunched.executionId}`}>{dateAndTime(lastLaunched.at)}</a>
          ),
        ]),
    )}
  />
);

const Shown = ({ told }: { readonly told: EvidenceOverview }) => (
  <>
    <p>{told.summary}</p>
    {told.unrecorded.length > 0 && (
      <p class="fault">The audit has recorded nothing of {told.unrecorded.join(', ')}.</p>
    )}
    <Downloads />
    <Plans {...told} />
    <Runs {...told} />
    <Skipped {...told} />
    <Unproven {...told} />
  </>
);

/** What an auditor asks of the programme: objectives, what was held, skipped and missed, and what is proven of which servers. */
export const EvidencePage = () => {
  useEffect(() => void again(), []);
  const told = read.value;
  return (
    <ListPage
      title="Evidence"
      fault={fault.value}
      isRead={told !== undefined}
      actions={<button onClick={() => void again()}>Read again</button>}
    >
      <Filters />
      {told !== undefined && fault.value === '' && <Shown told={told} />}
    </ListPage>
  );
};
