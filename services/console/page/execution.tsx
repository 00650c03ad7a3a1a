import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { ExecutionView } from '../../view/execution-view.ts';
import { isOver } from '../../view/fold.ts';
import { project, type Projection } from '../../view/projection.ts';
import { now as clock } from './clock.ts';
import { ExecutionDecisions, Needs } from './decisions.tsx';
import { Events } from './events.tsx';
import { openExecution } from './execution-store.ts';
import { Graph } from './graph.tsx';
import { Replay } from './replay.tsx';
import { Mode, Status } from './signs.tsx';
import { count, dateAndTime, duration, timeOfDay } from './text.ts';
import { Legend, Timeline } from './timeline.tsx';
import { WaveDetail } from './wave-detail.tsx';

const Target = ({
  view,
  projection,
  now,
}: {
  readonly view: ExecutionView;
  readonly projection: Projection;
  readonly now: number;
}) => {
  const from = view.startedAt ?? now;
  const took = (view.endedAt ?? now) - from;
  const whole = projection.end - from;
  const isMet = view.rtoMinutes === undefined || whole <= view.rtoMinutes * 60_000;
  return (
    <dl class="figures">
      <div>
        <dt>{isOver(view) ? 'Took' : 'Runs for'}</dt>
        <dd>{duration(took)}</dd>
      </div>
      {!isOver(view) && (
        <div>
          <dt>Expected end</dt>
          <dd>
            {timeOfDay(projection.end).slice(0, 5)}
            <small>after {duration(whole)}</small>
          </dd>
        </div>
      )}
      {view.rtoMinutes !== undefined && (
        <div class={isMet ? 'is-met' : 'is-missed'}>
          <dt>RTO target</dt>
          <dd>
            {view.rtoMinutes} min
            <small>
              {isMet ? '✓' : '✕'}{' '}
              {isOver(view) ? (isMet ? 'met' : 'missed') : isMet ? 'on course' : 'at risk'}
            </small>
          </dd>
        </div>
      )}
    </dl>
  );
};

const serversText = ({ waves }: ExecutionView): string => {
  const servers = waves.flatMap((wave) => wave.servers);
  const launched = servers.filter(({ phase }) => phase === 'LAUNCHED').length;
  const failed = servers.filter(({ phase }) => phase === 'FAILED').length;
  return `${launched} of ${count(servers.length, 'server')} launched${failed > 0 ? `, ${failed} failed` : ''}`;
};

const Head = ({ view, isReplay }: { readonly view: ExecutionView; readonly isReplay: boolean }) => (
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
        {view.reason !== '' && <q>{view.reason}</q>}
      </p>
    </div>
    {!isReplay && <ExecutionDecisions view={view} />}
  </header>
);

/** One execution: what needs a decision, the graph beside the timeline, and whatever is asked about. */
export const ExecutionPage = ({ executionId }: { readonly executionId: string }) => {
  const store = useMemo(() => openExecution(executionId), [executionId]);
  useEffect(() => () => store.close(), [store]);
  const chosen = useSignal<string | undefined>(undefined);
  const view = store.view.value;
  if (view === undefined)
    return (
      <p class="empty" role="status">
        {store.fault.value === '' ? 'Reading the execution…' : store.fault.value}
      </p>
    );
  const events = store.events.value.slice(0, store.shown.value);
  const last = events.at(-1);
  const isReplay = store.shown.value !== undefined;
  const now = isReplay && last !== undefined ? Date.parse(last.metadata.emittedAt) : clock.value;
  const projection = project(view, now);
  const running = view.waves.find(({ status }) => status === 'HELD' || status === 'STARTED');
  const selected = chosen.value ?? running?.waveId ?? view.waves[0]?.waveId;
  const wave = view.waves.find(({ waveId }) => waveId === selected);
  const select = (waveId: string): void => {
    chosen.value = waveId;
  };
  return (
    <main>
      <Head view={view} isReplay={isReplay} />
      {isReplay ? (
        <p class="replaying">Replay: this is the past, and nothing can be decided in it.</p>
      ) : (
        <Needs view={view} />
      )}
      {view.refusal !== undefined && !isOver(view) && <p class="refusal">Not done – {view.refusal}</p>}
      {view.faults.length > 0 && (
        <section class="panel">
          <h2>Why it was rejected</h2>
          <ul>
            {view.faults.map((fault) => (
              <li key={fault}>{fault}</li>
            ))}
          </ul>
        </section>
      )}
      {view.waves.length > 0 && (
        <>
          <Target view={view} projection={projection} now={now} />
          <div class="pair">
            <section class="panel" aria-labelledby="graph-title">
              <h2 id="graph-title">Waves</h2>
              <Graph
                view={view}
                selected={selected}
                criticalPath={projection.criticalPath}
                onSelect={select}
              />
            </section>
            <section class="panel" aria-labelledby="timeline-title">
              <h2 id="timeline-title">Timeline</h2>
              <Timeline view={view} projection={projection} now={now} selected={selected} onSelect={select} />
              <Legend />
            </section>
          </div>
        </>
      )}
      {(isOver(view) || isReplay) && store.events.value.length > 1 && <Replay store={store} />}
      <div class="pair">
        {wave !== undefined && <WaveDetail wave={wave} view={view} now={now} />}
        <Events events={events} waveId={selected} />
      </div>
    </main>
  );
};
