import { counted } from '../../../core/view/counted.ts';
import type { ExecutionView } from '../../../core/view/execution-view.ts';
import { ExecutionDecisions } from './decision.tsx';
import { Mode, Status } from './signs.tsx';
import { dateAndTime } from './text.ts';

const serversText = ({ waves }: ExecutionView): string => {
  const servers = waves.flatMap((wave) => wave.servers);
  const launched = servers.filter(({ phase }) => phase === 'LAUNCHED').length;
  const failed = servers.filter(({ phase }) => phase === 'FAILED').length;
  return `${launched} of ${counted(servers.length, 'server')} launched${failed > 0 ? `, ${failed} failed` : ''}`;
};

/** What it is, where it stands, and what can be done with it as a whole. */
export const Head = ({ view, isReplay }: { readonly view: ExecutionView; readonly isReplay: boolean }) => (
  <header class="execution-head">
    <div>
      <p class="crumb">
        <a href="#/">Executions</a> / <span class="code">{view.executionId}</span>
      </p>
      <h1>
        {view.planId} <small>v{view.planVersion}</small> <Mode mode={view.mode} />
      </h1>
      <p class="status-line" role="status">
        <Status status={view.status} /> <span>{serversText(view)}</span>
        {view.startedAt !== undefined && (
          <span>
            asked by {view.requestedBy} at {dateAndTime(view.startedAt)} UTC
          </span>
        )}
        {view.allowReplacing !== undefined && (
          <span>may end or overwrite {view.allowReplacing.join(', ')}</span>
        )}
        {view.reason !== '' && <q>{view.reason}</q>}
      </p>
    </div>
    {!isReplay && <ExecutionDecisions view={view} />}
  </header>
);
