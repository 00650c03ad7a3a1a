import { dateTimeAndLocal } from '../../../core/view/time-text.ts';
import { dataText } from '../../../core/view/point-text.ts';
import { calendarsText } from '../../../core/view/words.ts';
import { launchingWaves, partsText } from '../../../core/view/figures.ts';
import type { ExecutionView } from '../../../core/view/execution-view.ts';
import { isOver } from '../../../core/view/fold.ts';
import { withheldText } from './caller.ts';
import { ExecutionDecisions } from './decision.tsx';
import { Mode, Status } from './signs.tsx';

/** Of one that goes on: which decisions access rules withhold from whoever looks. */
const Withheld = ({ view }: { readonly view: ExecutionView }) => {
  const text = isOver(view) ? '' : withheldText(view, ['decide', 'approve'], view.planId);
  return text === '' ? null : <p class="quiet">{text}</p>;
};

/** What it is, where it stands, and what can be done with it as a whole. */
export const Head = ({ view, isReplay }: { readonly view: ExecutionView; readonly isReplay: boolean }) => (
  <header class="execution-head">
    <div>
      <p class="crumb">
        <a href="#/">Executions</a> / <span class="code">{view.executionId}</span>
      </p>
      <h1>
        {view.planId} <small>v{view.planVersion}</small> <Mode mode={view.mode} direction={view.direction} />
      </h1>
      <p class="status-line" role="status">
        <Status status={view.status} />{' '}
        {view.waves.length > 0 && (
          <span>{partsText({ servers: launchingWaves(view).flatMap(({ servers }) => servers) })}</span>
        )}
        {view.startedAt !== undefined && (
          <span>
            requested by {view.requestedBy} at {dateTimeAndLocal(view.startedAt)}
          </span>
        )}
        {view.pointInTime !== undefined && <span>all servers from {dataText(view.pointInTime)}</span>}
        {view.allowReplacing !== undefined && (
          <span>may end or overwrite {view.allowReplacing.join(', ')}</span>
        )}
        {view.calendars !== undefined && (
          <span>Change Calendars {calendarsText(view.mode, view.calendars)}</span>
        )}
        {view.inCharge !== undefined && <span>in charge: {view.inCharge}</span>}
        {view.reason !== '' && <q>{view.reason}</q>}
      </p>
      <Withheld view={view} />
    </div>
    {!isReplay && <ExecutionDecisions view={view} />}
  </header>
);
