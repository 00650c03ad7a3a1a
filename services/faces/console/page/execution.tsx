import { faultText } from '../../../../contracts/fault-text.ts';
import { useSignal } from '@preact/signals';
import { useCallback, useEffect, useMemo } from 'preact/hooks';
import { dueOf } from '../../../core/view/due.ts';
import type { ExecutionView } from '../../../core/view/execution-view.ts';
import { isOver } from '../../../core/view/fold.ts';
import { project } from '../../../core/view/projection.ts';
import { now as clock } from './clock.ts';
import { lazily } from './lazily.tsx';
import { Events } from './events.tsx';
import { Head } from './execution-head.tsx';
import { openExecution, type ExecutionStore } from './execution-store.ts';
import { Figures } from './figures.tsx';
import { Graph } from './graph.tsx';
import { fullMax } from './graph-size.ts';
import { Legend } from './legend.tsx';
import { Needs } from './needs.tsx';
import { Reading } from './reading.tsx';
import { Replay } from './replay.tsx';
import { words } from './signs.tsx';
import { Timeline } from './timeline.tsx';
import { useTitle } from './route.ts';
import { WaveDetail } from './wave-detail.tsx';
import { createWanted, WaveFilter } from './wave-filter.tsx';

const DrillInstances = lazily(async () => (await import('./drill-instances.tsx')).DrillInstances);
const Afterwards = lazily(async () => (await import('./afterwards.tsx')).Afterwards);
const WayHome = lazily(async () => (await import('./way-home.tsx')).WayHome);
const Notes = lazily(async () => (await import('./notes.tsx')).Notes);
const ApprovalReview = lazily(async () => (await import('./approval-review.tsx')).ApprovalReview);

const Rejection = ({ view }: { readonly view: ExecutionView }) =>
  view.faults.length === 0 ? null : (
    <section class="panel">
      <h2>Why it was rejected</h2>
      <ul class="faults">
        {view.faults.map(faultText).map((fault) => (
          <li key={fault}>{fault}</li>
        ))}
      </ul>
    </section>
  );

/** The wave that an operator would look at first. */
const foremost = ({ waves }: ExecutionView): string | undefined =>
  (
    waves.find(({ status }) => status === 'HELD') ??
    waves.find(({ status }) => status === 'STARTED') ??
    waves[0]
  )?.waveId;

interface ShownProps {
  readonly view: ExecutionView;
  readonly store: ExecutionStore;
}

/** The graph beside the timeline, and the wave that is asked about beside the events. */
const Waves = ({ view, store }: ShownProps) => {
  const chosen = useSignal<string | undefined>(undefined);
  const wanted = useMemo(createWanted, []);
  const select = useCallback((waveId: string) => (chosen.value = waveId), []);
  const events = store.events.value.slice(0, store.shown.value);
  const past = store.shown.value === undefined ? undefined : events.at(-1);
  const now = past === undefined ? clock.value : Date.parse(past.metadata.emittedAt);
  const projection = project(view, now, store.expected.value);
  const selected = chosen.value ?? foremost(view);
  const wave = view.waves.find(({ waveId }) => waveId === selected);
  const shared = { view, selected, wanted: wanted.value, onSelect: select };
  return (
    <>
      <Figures {...{ view, projection, now }} />
      <WaveFilter {...{ view, wanted }} />
      <div class={view.waves.length > fullMax ? 'pair is-wide' : 'pair'}>
        <section class="panel" aria-labelledby="graph-title">
          <h2 id="graph-title">Waves</h2>
          <Graph {...shared} criticalPath={projection.criticalPath} />
        </section>
        <section class="panel" aria-labelledby="timeline-title">
          <h2 id="timeline-title">Timeline</h2>
          <Timeline {...shared} {...{ projection, now }} />
          <Legend isHomeward={view.direction !== undefined} />
        </section>
      </div>
      {(isOver(view) || past !== undefined) && store.events.value.length > 1 && <Replay store={store} />}
      <div class="pair">
        {wave !== undefined && <WaveDetail {...{ wave, view, now }} />}
        <Events events={events} waveId={selected} />
      </div>
    </>
  );
};

/** A decision that is due is seen on the tab too. */
const titleOf = (view: ExecutionView): string =>
  `${dueOf(view).length > 0 ? 'Needs you' : words[view.status]} – ${view.planId}`;

/** One execution: what needs a decision comes first. */
export const ExecutionPage = ({ executionId }: { readonly executionId: string }) => {
  const store = useMemo(() => openExecution(executionId), [executionId]);
  useEffect(() => () => store.close(), [store]);
  const view = store.view.value;
  useTitle(view === undefined ? '' : titleOf(view));
  if (view === undefined)
    return <Reading title="Execution" fault={store.fault.value} back={['#/', 'All executions']} />;
  const isReplay = store.shown.value !== undefined;
  return (
    <main>
      <Head view={view} isReplay={isReplay} />
      {isReplay ? (
        <p class="replaying">Replay: you are looking at the past, so decisions are disabled.</p>
      ) : (
        <Needs view={view} />
      )}
      {view.refusal !== undefined && (!isOver(view) || view.mode === 'DRILL') && (
        <p class="refusal">Not done – {view.refusal}</p>
      )}
      <Rejection view={view} />
      {view.status === 'AWAITING_APPROVAL' && <ApprovalReview view={view} />}
      {isOver(view) && !isReplay && <Afterwards view={view} />}
      {isOver(view) && view.mode === 'DRILL' && <DrillInstances {...{ view, isReplay, now: clock.value }} />}
      {view.direction !== undefined && <WayHome view={view} />}
      <Notes {...{ view, isReplay }} />
      {view.waves.length > 0 && <Waves {...{ view, store }} />}
    </main>
  );
};
