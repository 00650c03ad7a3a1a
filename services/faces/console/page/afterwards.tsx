import { useEffect, useState } from 'preact/hooks';
import type { ExecutionPage } from '../../../../contracts/api.ts';
import { durationText } from '../../../core/view/time-text.ts';
import type { ExecutionView } from '../../../core/view/execution-view.ts';
import { isOver } from '../../../core/view/fold.ts';
import { get } from './api.ts';
import { mayRun } from './caller.ts';
import { minutesOf, readOutcome, type Outcome } from './outcome.ts';
import { ReportLink } from './report-link.tsx';

interface Compared {
  readonly executionId: string;
  readonly now: Outcome;
  readonly before: Outcome;
}

/** This run, and the last one before it that ran the same plan in the same mode to its end. */
const readCompared = async ({ executionId, planId, mode }: ExecutionView): Promise<Compared | undefined> => {
  const query = new URLSearchParams({ plan: planId, mode, limit: '50' });
  const { executions } = await get<ExecutionPage>(`/executions?${query}`);
  const at = executions.findIndex((each) => each.executionId === executionId);
  const last = executions.slice(at + 1).find((each) => isOver(each) && each.status !== 'REJECTED');
  if (at < 0 || last === undefined) return undefined;
  const [now, before] = await Promise.all([readOutcome(executionId), readOutcome(last.executionId)]);
  return { executionId: last.executionId, now, before };
};

const rowsOf = ({ now, before }: Compared): readonly (readonly [string, string, string])[] => [
  [
    'Servers launched',
    `${now.launched} of ${now.serverCount}`,
    `${before.launched} of ${before.serverCount}`,
  ],
  ['Recovery time', minutesOf(now.rto.achievedMinutes), minutesOf(before.rto.achievedMinutes)],
  ['Recovery point', minutesOf(now.rpo.achievedMinutes), minutesOf(before.rpo.achievedMinutes)],
  ...now.waves.map(({ waveId, durationMs }): readonly [string, string, string] => {
    const other = before.waves.find((wave) => wave.waveId === waveId);
    const took = other === undefined ? '–' : durationText(other.durationMs);
    return [`Wave ${waveId}`, durationText(durationMs), took];
  }),
];

const Comparison = ({ compared }: { readonly compared: Compared }) => (
  <details class="plain">
    <summary>Compare with the last run</summary>
    <table>
      <thead>
        <tr>
          <th scope="col">
            <span class="unseen">What</span>
          </th>
          <th scope="col">This run</th>
          <th scope="col">
            <a href={`#/executions/${compared.executionId}`}>The last run</a>
          </th>
        </tr>
      </thead>
      <tbody>
        {rowsOf(compared).map(([what, now, before]) => (
          <tr key={what}>
            <th scope="row">{what}</th>
            <td>{now}</td>
            <td>{before}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </details>
);

/** What follows once an execution has ended: its proof, another run, and how it compares. */
export const Afterwards = ({ view }: { readonly view: ExecutionView }) => {
  const [compared, setCompared] = useState<Compared | undefined>(undefined);
  const { executionId, planId, mode } = view;
  useEffect(() => {
    readCompared(view).then(setCompared, () => undefined);
  }, [executionId]);
  return (
    <section class="panel afterwards" aria-labelledby="afterwards">
      <h2 id="afterwards">What follows</h2>
      <p class="buttons">
        <ReportLink executionId={executionId} format="html" text="Report" />
        <ReportLink executionId={executionId} format="md" text="as Markdown" />
        <ReportLink executionId={executionId} format="json" text="as JSON" />
        <span>
          PDF: <code>groundswell report {executionId} --format pdf</code>
        </span>
        {mayRun(view) && <a href={`#/plans/${planId}/${mode.toLowerCase()}`}>Run it again</a>}
      </p>
      {compared !== undefined && <Comparison compared={compared} />}
    </section>
  );
};
