import type { DueDecision } from '../../../../contracts/api.ts';
import { dateTimeAndLocal, durationText } from '../../../core/view/time-text.ts';
import { now } from './clock.ts';
import { decisions } from './decisions-store.ts';
import { useTitle } from './route.ts';
import { Mode, Status } from './signs.tsx';

const Commands = ({ choices }: Pick<DueDecision, 'choices'>) => (
  <ul class="commands" aria-label="Commands">
    {choices.map(({ command }) => (
      <li key={command}>
        <code>{command}</code>
      </li>
    ))}
  </ul>
);

const Until = ({ until, silence }: Pick<DueDecision, 'until' | 'silence'>) => (
  <p>
    {until === undefined ? (
      'No deadline. '
    ) : (
      <>
        By <b>{dateTimeAndLocal(Date.parse(until))}</b>, in{' '}
        {durationText(Math.max(0, Date.parse(until) - now.value))}.{' '}
      </>
    )}
    {silence}
  </p>
);

const Decision = ({ decision }: { readonly decision: DueDecision }) => {
  const { executionId, planId, mode, status, waveId, asked, since, who } = decision;
  return (
    <article class="panel asked">
      <header>
        <h2>{asked}</h2>
        <a class="button primary" href={`#/executions/${executionId}`}>
          Decide<span class="unseen">: {asked}</span>
        </a>
      </header>
      <p class="status-line">
        <Status status={status} /> <Mode mode={mode} />
        <span>
          {planId}
          {waveId !== undefined && `, wave ${waveId}`}
        </span>
        <span>waits for {durationText(Math.max(0, now.value - Date.parse(since)))}</span>
        <span>may answer: {who}</span>
      </p>
      <Until {...decision} />
      <Commands {...decision} />
    </article>
  );
};

/** What waits for people in all executions, the oldest first, whatever the lists of executions show. */
export const NeedsYouPage = () => {
  useTitle('Needs you');
  const all = decisions.value;
  return (
    <main>
      <header class="page-head">
        <h1>Needs you</h1>
      </header>
      {all === undefined && (
        <p class="empty" role="status">
          Reading…
        </p>
      )}
      {all?.length === 0 && <p class="empty">Nothing needs your decision.</p>}
      {all?.map((decision) => (
        <Decision
          key={[decision.executionId, decision.kind, decision.waveId, decision.actionId].join('/')}
          decision={decision}
        />
      ))}
    </main>
  );
};
