import type { RefObject } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { CodeEditor, Span } from './code-editor.ts';
import { connected, disconnected, type Edited, withoutWave, withWave } from './document-edits.ts';
import { EditingGraph } from './editing-graph.tsx';
import { type PlanDocument, waveAt } from './plan-document.ts';
import { NewWave, SelectedWave } from './wave-editing.tsx';

interface GraphPanelProps {
  readonly plan: PlanDocument;
  /** Where the cursor is in the text: its wave is the selected one. */
  readonly cursor: number;
  readonly editor: RefObject<CodeEditor | null>;
  /** Reads the text of this moment, also if it has not been judged yet. */
  readonly current: () => PlanDocument;
  /** Makes the text another one, and reads it. */
  readonly onWrite: (text: string) => PlanDocument;
}

/** The waves in which something is wrong. */
const faultyIn = ({ faults, waves }: PlanDocument): ReadonlySet<string> => {
  const places = new Set(faults.map(({ path }) => /^waves\[(\d+)\]/.exec(path)?.[1]));
  return new Set(waves.flatMap(({ waveId, index }) => (places.has(String(index)) ? [waveId] : [])));
};

const isOfField = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLSelectElement;

/** What can be done to the text by way of the graph, and what came of the last of it. */
const useWaveEdits = ({ editor, current, onWrite }: Omit<GraphPanelProps, 'cursor' | 'plan'>) => {
  const [told, setTold] = useState({ said: '', refused: '' });
  const spanOf = (of: PlanDocument, waveId: string): Span | undefined =>
    of.waves.find((each) => each.waveId === waveId);
  const select = (of: PlanDocument, waveId: string): void => {
    const span = spanOf(of, waveId);
    if (span !== undefined) editor.current?.select(span);
  };
  /** Takes over what was edited, and selects the wave that it was about, if there is one. */
  const take = (edited: Edited, said: string, waveId?: string): boolean => {
    if ('refusal' in edited) {
      setTold({ said: '', refused: edited.refusal });
      return false;
    }
    const next = onWrite(edited.text);
    if (waveId !== undefined) select(next, waveId);
    setTold({ said, refused: '' });
    return true;
  };
  return {
    ...told,
    select: (waveId: string): void => select(current(), waveId),
    open: (waveId: string): void => {
      const span = spanOf(current(), waveId);
      if (span !== undefined) editor.current?.enter(span);
    },
    connect: (waveId: string, dependency: string): void =>
      void take(connected(current(), waveId, dependency), `${waveId} now waits for ${dependency}.`, waveId),
    disconnect: (waveId: string, dependency: string): void =>
      void take(
        disconnected(current(), waveId, dependency),
        `${waveId} no longer waits for ${dependency}.`,
        waveId,
      ),
    remove: (waveId: string): void => void take(withoutWave(current(), waveId), `Wave ${waveId} is removed.`),
    add: (waveId: string, dependsOn: readonly string[]): boolean =>
      take(
        withWave(current(), waveId, dependsOn),
        `Wave ${waveId} is added: say in the text which servers it recovers.`,
        waveId,
      ),
  };
};

/** Undo and redo of the text, also while the focus is in the graph. */
const followUndo = (event: KeyboardEvent, editor: CodeEditor | null): void => {
  const key = event.key.toLowerCase();
  if (!(event.ctrlKey || event.metaKey) || isOfField(event.target) || !['z', 'y'].includes(key)) return;
  event.preventDefault();
  if (key === 'y' || event.shiftKey) editor?.redo();
  else editor?.undo();
};

/** The plan as a graph, of which waves and connections are changed in the text. */
export const GraphPanel = ({ cursor, ...props }: GraphPanelProps) => {
  const { plan, editor } = props;
  const edits = useWaveEdits(props);
  const readable = useRef(plan);
  if (plan.value !== undefined) readable.current = plan;
  const { waves } = readable.current;
  const isStale = plan.value === undefined;
  const faulty = useMemo(() => faultyIn(plan), [plan]);
  const selected = waveAt(waves, cursor);
  useEffect(() => {
    editor.current?.setOff(isStale ? undefined : selected);
  }, [plan, selected?.waveId]);
  return (
    <section
      class="panel"
      aria-labelledby="plan-waves"
      onKeyDown={(event) => followUndo(event, editor.current)}
    >
      <h2 id="plan-waves">Waves</h2>
      {isStale && <p class="quiet">As they were when the text could be read last.</p>}
      {waves.length === 0 ? (
        <p class="quiet">There are no waves yet.</p>
      ) : (
        <EditingGraph
          {...{ waves, faulty, selected: selected?.waveId, onConnect: edits.connect }}
          onSelect={(waveId) => (selected?.waveId === waveId ? edits.open(waveId) : edits.select(waveId))}
        />
      )}
      <p class="quiet">
        Draw from the dot of a wave to the wave that waits for it, or choose a wave and what it depends on.
      </p>
      <p class="fault" role="alert">
        {edits.refused}
      </p>
      <p class="unseen" role="status">
        {edits.said}
      </p>
      {selected !== undefined && (
        <SelectedWave
          key={selected.waveId}
          {...{ wave: selected, waves }}
          onConnect={edits.connect}
          onDisconnect={edits.disconnect}
          onOpen={edits.open}
          onRemove={edits.remove}
        />
      )}
      <NewWave selected={selected?.waveId} onAdd={edits.add} />
    </section>
  );
};
