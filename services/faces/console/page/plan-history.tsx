import { useEffect, useState } from 'preact/hooks';
import type { ExecutionPage, ExecutionSummary } from '../../../../contracts/api.ts';
import { dateAndTime } from '../../../core/view/time-text.ts';
import { isOver } from '../../../core/view/fold.ts';
import { get } from './api.ts';
import { minutesOf, readOutcome, type Outcome } from './outcome.ts';
import { ReportLink } from './report-link.tsx';
import { Mode, Status } from './signs.tsx';
import { Head } from './head.tsx';

const runsMax = 10;

const Bar = ({
  value,
  target,
  longest,
}: {
  readonly value: number;
  readonly target?: number;
  readonly longest: number;
}) => (
  <span class="trend" aria-hidden="true">
    <span
      class={target !== undefined && value > target ? 'is-late' : ''}
      style={{ width: `${(100 * value) / Math.max(1, longest)}%` }}
    />
  </span>
);

interface RowProps {
  readonly run: ExecutionSummary;
  readonly outcome: Outcome | undefined;
  readonly longest: number;
}

const Row = ({ run, outcome, longest }: RowProps) => {
  const { achievedMinutes, targetMinutes } = outcome?.rto ?? {};
  return (
    <tr>
      <th scope="row">
        <a href={`#/executions/${run.executionId}`}>{dateAndTime(Date.parse(run.startedAt))}</a>{' '}
        <Mode mode={run.mode} />
        {isOver(run) && (
          <small>
            <ReportLink executionId={run.executionId} format="html" text="Report" />
          </small>
        )}
      </th>
      <td>
        <Status status={run.status} />
        {outcome !== undefined && (
          <small>
            {outcome.launched} of {outcome.serverCount} servers
          </small>
        )}
      </td>
      <td>
        {minutesOf(achievedMinutes)}
        {achievedMinutes !== undefined && (
          <Bar
            value={achievedMinutes}
            longest={longest}
            {...(targetMinutes !== undefined && { target: targetMinutes })}
          />
        )}
      </td>
      <td>{minutesOf(outcome?.rpo.achievedMinutes)}</td>
    </tr>
  );
};

/** The last runs of a plan, with the recovery time and the recovery point that each achieved. */
export const PlanHistory = ({ planId }: { readonly planId: string }) => {
  const [runs, setRuns] = useState<readonly ExecutionSummary[]>([]);
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  useEffect(() => {
    const query = new URLSearchParams({ plan: planId, limit: String(runsMax) });
    get<ExecutionPage>(`/executions?${query}`).then(
      async ({ executions }) => {
        setRuns(executions);
        // One after the other: each is verified against its whole record.
        for (const { executionId } of executions.filter(isOver)) {
          const outcome = await readOutcome(executionId).catch(() => undefined);
          if (outcome !== undefined) setOutcomes((known) => new Map([...known, [executionId, outcome]]));
        }
      },
      () => undefined,
    );
  }, [planId]);
  const longest = Math.max(0, ...[...outcomes.values()].map(({ rto }) => rto.achievedMinutes ?? 0));
  return runs.length === 0 ? null : (
    <section class="panel" aria-labelledby="plan-history">
      <h2 id="plan-history">Runs</h2>
      <table>
        <caption class="unseen">The last runs, newest first</caption>
        <Head columns={['Started (UTC)', 'State', 'Recovery time', 'Recovery point']} />
        <tbody>
          {runs.map((run) => (
            <Row key={run.executionId} run={run} outcome={outcomes.get(run.executionId)} longest={longest} />
          ))}
        </tbody>
      </table>
    </section>
  );
};
