import { durationText, localText, timeOfDay } from '../../../core/view/time-text.ts';
import type { ExecutionView } from '../../../core/view/execution-view.ts';
import { milestonesOfAll } from '../../../core/view/time-to-green.ts';
import { launchingWaves, tookMs } from '../../../core/view/figures.ts';
import { isOver } from '../../../core/view/fold.ts';
import { rangeText } from '../../../core/view/forecast-text.ts';
import { outlookOf, type Outlook } from '../../../core/domain/expectation.ts';
import type { Projection } from '../../../core/view/projection.ts';
import { dueOf } from '../../../core/view/due.ts';

interface FiguresProps {
  readonly view: ExecutionView;
  readonly projection: Projection;
  readonly now: number;
}

const minuteOf = (at: number): string => timeOfDay(at).slice(0, 5);

/** What is compared with the RTO begins with the request. */
const beginOf = ({ requestedAt, startedAt }: ExecutionView, now: number): number =>
  requestedAt ?? startedAt ?? now;

/** What the range of the end hangs on. */
const conditionOf = (view: ExecutionView): string => {
  if (view.status === 'PAUSED') return 'if resumed now';
  return dueOf(view).some(({ kind }) => kind !== 'need') ? 'if decided now' : '';
};

const ExpectedEnd = ({ view, projection, now }: FiguresProps) => {
  const { soonest, end } = projection;
  const begin = beginOf(view, now);
  // When even the longest estimate has passed, an estimate would only repeat the clock.
  const isLate = end <= now;
  const range = [...new Set([soonest, end].map(minuteOf))].join('–');
  const condition = conditionOf(view);
  const local = localText(end);
  return (
    <div>
      <dt>Expected end</dt>
      <dd>
        {isLate ? 'later than usual' : range}
        {!isLate && <small>UTC{local === '' ? '' : ` (until ${local})`}</small>}
        {!isLate && <small>after {rangeText({ leastMs: soonest - begin, mostMs: end - begin })}</small>}
        {condition !== '' && <small>{condition}</small>}
      </dd>
    </div>
  );
};

const outlooks: Readonly<Record<Outlook, readonly [tone: string, text: string]>> = {
  'on-track': ['is-met', '✓ on track'],
  'at-risk': ['is-risky', '! at risk'],
  'out-of-reach': ['is-missed', '✕ out of reach'],
};

const verdictOf = (
  { view, projection, now }: FiguresProps,
  rtoMinutes: number,
): (typeof outlooks)[Outlook] => {
  const begin = beginOf(view, now);
  const took = (view.endedAt ?? now) - begin;
  if (took > rtoMinutes * 60_000) return ['is-missed', '✕ missed'];
  if (isOver(view)) return ['is-met', '✓ met'];
  const { soonest, end } = projection;
  return outlooks[outlookOf({ leastMs: soonest - begin, mostMs: end - begin }, rtoMinutes)];
};

const Target = (props: FiguresProps) => {
  const { rtoMinutes } = props.view;
  if (rtoMinutes === undefined) return null;
  const [tone, text] = verdictOf(props, rtoMinutes);
  return (
    <div class={tone}>
      <dt>RTO target</dt>
      <dd>
        {rtoMinutes} min
        <small>{text}</small>
      </dd>
    </div>
  );
};

/** Launched is not yet working: shown once servers are launched and alarms are waited for. */
const Green = ({ view, now }: FiguresProps) => {
  const { launchedAt, greenAt, isGated } = milestonesOfAll(launchingWaves(view));
  if (!isGated || launchedAt === undefined) return null;
  const begin = beginOf(view, now);
  return (
    <div>
      <dt>Time to green</dt>
      <dd>
        {greenAt === undefined ? 'not green yet' : durationText(greenAt - begin)}
        <small>launched after {durationText(launchedAt - begin)}</small>
      </dd>
    </div>
  );
};

/** How long it runs, when it is expected to end, and what that means for its target. */
export const Figures = (props: FiguresProps) => {
  const { view, now } = props;
  return (
    <dl class="figures">
      <div>
        <dt>{isOver(view) ? 'Took' : 'Running for'}</dt>
        <dd>{durationText(tookMs(view, now) ?? 0)}</dd>
      </div>
      {!isOver(view) && view.direction === undefined && <ExpectedEnd {...props} />}
      <Green {...props} />
      <Target {...props} />
    </dl>
  );
};
