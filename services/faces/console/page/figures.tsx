import { durationText, timeOfDay } from '../../../core/view/time-text.ts';
import type { ExecutionView } from '../../../core/view/execution-view.ts';
import { tookMs } from '../../../core/view/figures.ts';
import { isOver } from '../../../core/view/fold.ts';
import type { Projection } from '../../../core/view/projection.ts';
import { dueOf } from '../../../core/view/due.ts';

interface FiguresProps {
  readonly view: ExecutionView;
  readonly projection: Projection;
  readonly now: number;
}

const ExpectedEnd = ({ view, projection, now }: FiguresProps) => {
  const whole = projection.end - (view.startedAt ?? now);
  // When even the longest estimate has passed, an estimate would only repeat the clock.
  const isLate = projection.end <= now;
  return (
    <div>
      <dt>Expected end</dt>
      <dd>
        {isLate ? 'later than usual' : timeOfDay(projection.end).slice(0, 5)}
        {!isLate && <small>after {durationText(whole)}</small>}
        {dueOf(view).length > 0 && <small>if decided now</small>}
      </dd>
    </div>
  );
};

const Target = ({ view, projection, now }: FiguresProps) => {
  if (view.rtoMinutes === undefined) return null;
  const begin = view.startedAt ?? now;
  const isMet = projection.end - begin <= view.rtoMinutes * 60_000;
  const isPassed = isOver(view) || now - begin > view.rtoMinutes * 60_000;
  const verdict = isPassed ? (isMet ? 'met' : 'missed') : isMet ? 'on track' : 'at risk';
  return (
    <div class={isMet ? 'is-met' : 'is-missed'}>
      <dt>RTO target</dt>
      <dd>
        {view.rtoMinutes} min
        <small>
          {isMet ? '✓' : '✕'} {verdict}
        </small>
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
      {!isOver(view) && <ExpectedEnd {...props} />}
      <Target {...props} />
    </dl>
  );
};
