import { durationText } from '../../../core/view/time-text.ts';
import { counted } from '../../../core/view/words.ts';
import { useEffect, useState } from 'preact/hooks';
import type { ExecutionSnapshot } from '../../../../contracts/api.ts';
import { dueOf } from '../../../core/view/due.ts';
import type { ExecutionView, NeedView } from '../../../core/view/execution-view.ts';
import { launchingWaves, partsText, tookMs } from '../../../core/view/figures.ts';
import { currentView } from '../../../core/view/planned-view.ts';
import { createConditionalGet } from './api.ts';
import { now } from './clock.ts';
import { listen } from './live.ts';
import { Progress } from './progress.tsx';
import { Mode, Sign, Status } from './signs.tsx';

/** Many events come at once; the records are read again once they have paused for a moment. */
const restMs = 400;

const useSnapshot = (executionId: string): ExecutionView | undefined => {
  const [view, setView] = useState<ExecutionView | undefined>(undefined);
  useEffect(() => {
    const read = createConditionalGet<ExecutionSnapshot>(`/executions/${executionId}`);
    const look = (): void => {
      // Without an answer it stays as it was; the page says that there is no connection.
      read().then(
        (snapshot) => snapshot !== undefined && setView(currentView(snapshot)),
        () => undefined,
      );
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    look();
    const end = listen({
      onReset: look,
      onEvent: ({ metadata }) => {
        if (metadata.executionId !== executionId) return;
        clearTimeout(timer);
        timer = setTimeout(look, restMs);
      },
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [executionId]);
  return view;
};

const needText = ({ about, why }: NeedView): string =>
  about === 'approval' ? 'a second person has to approve' : why;

const dueText = (view: ExecutionView): string =>
  dueOf(view)
    .map((due) => {
      if (due.kind === 'approval') return `approval ${due.action.actionId}`;
      if (due.kind === 'paused') return `paused ${view.note ?? ''}`;
      return due.kind === 'held' ? `wave ${due.wave.waveId} failed` : needText(due.need);
    })
    .join(', ');

/** An execution that has not ended: what it is, how far it is, and whether it waits for a person. */
export const OpenExecution = ({ executionId }: { readonly executionId: string }) => {
  const view = useSnapshot(executionId);
  if (view === undefined) return null;
  const servers = launchingWaves(view).flatMap((wave) => wave.servers);
  const done = view.waves.filter(({ status }) => ['COMPLETED', 'PARTIAL', 'SKIPPED'].includes(status)).length;
  const due = dueText(view);
  return (
    <article class={`panel open-execution${due === '' ? '' : ' is-due'}`}>
      <h2>
        <a href={`#/executions/${executionId}`}>{view.planId}</a>{' '}
        <Mode mode={view.mode} direction={view.direction} />
      </h2>
      <p class="status-line">
        <Status status={view.status} />
        <span>
          {view.status === 'PAUSED' && 'requested '}
          {view.status === 'PAUSED'
            ? `${durationText(tookMs(view, now.value) ?? 0)} ago`
            : `for ${durationText(tookMs(view, now.value) ?? 0)}`}
        </span>
      </p>
      {view.waves.length > 0 && <Progress wave={{ servers }} />}
      {view.waves.length > 0 && (
        <p class="quiet">
          {done} of {counted(view.waves.length, 'wave')} done, {partsText({ servers })}
        </p>
      )}
      {due !== '' && (
        <p class="due is-HELD">
          <Sign status="HELD" /> <span>Needs you: {due}</span>
        </p>
      )}
    </article>
  );
};
