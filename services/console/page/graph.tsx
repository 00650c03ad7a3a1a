import { signal } from '@preact/signals';
import type { ExecutionView, WaveView } from '../../view/execution-view.ts';
import { layersOf, type GraphWave } from '../../view/layers.ts';
import { waitsFor } from '../../view/waits-for.ts';
import { layoutOf, type NodeSize } from './graph-layout.ts';
import { Sign } from './signs.tsx';
import { count, words } from './text.ts';

const room = signal(innerWidth);
addEventListener('resize', () => (room.value = innerWidth));

/** Above this, nodes show only a name and a state. */
const fullMax = 40;
const narrowMax = 700;
const pairMin = 1_000;

const within = (least: number, value: number, most: number): number => Math.max(least, Math.min(most, value));

/** Nodes as wide as the panel has room for, so that a plan of a few layers is seen as a whole. */
const sizeOf = (waves: readonly GraphWave[], isFull: boolean): NodeSize => {
  const isUpright = room.value <= narrowMax;
  if (!isFull) return { width: 132, height: 34, gap: isUpright ? 28 : 56, rowGap: 10, isUpright };
  if (isUpright) return { width: 158, height: 92, gap: 30, rowGap: 12, isUpright };
  const panel = (Math.min(room.value, 1_680) - 64) / (room.value > pairMin ? 2 : 1) - 48;
  const layers = Math.max(1, layersOf(waves).length);
  const gap = layers > 4 ? 30 : 40;
  const width = Math.floor(within(132, (panel - (layers - 1) * gap) / layers, 212));
  return { width, height: 92, gap, rowGap: 20, isUpright };
};

const partsOf = ({ servers }: WaveView) => {
  const launched = servers.filter(({ phase }) => phase === 'LAUNCHED').length;
  const failed = servers.filter(({ phase }) => phase === 'FAILED').length;
  const active = servers.filter(({ phase }) => !['NONE', 'LAUNCHED', 'FAILED'].includes(phase)).length;
  return { launched, failed, active, all: servers.length };
};

const share = (part: number, all: number) => ({ width: `${(100 * part) / Math.max(1, all)}%` });

export const Progress = ({ wave }: { readonly wave: WaveView }) => {
  const { launched, failed, active, all } = partsOf(wave);
  return (
    <span class="progress" aria-hidden="true">
      <span class="is-launched" style={share(launched, all)} />
      <span class="is-failed" style={share(failed, all)} />
      <span class="is-active" style={share(active, all)} />
    </span>
  );
};

interface NodeProps {
  readonly wave: WaveView;
  readonly view: ExecutionView;
  readonly isSelected: boolean;
  readonly isCritical: boolean;
  readonly isFull: boolean;
  readonly onSelect: () => void;
}

const Node = ({ wave, view, isSelected, isCritical, isFull, onSelect }: NodeProps) => {
  const { launched, all } = partsOf(wave);
  const waiting = waitsFor(wave, view);
  const label = `Wave ${wave.waveId}: ${words[wave.status]}, ${launched} of ${count(all, 'server')} launched${waiting.text === '' ? '' : `, waits for ${waiting.text}`}`;
  return (
    <button
      type="button"
      class={`node is-${wave.status}${isCritical ? ' is-critical' : ''}${isFull ? '' : ' is-small'}`}
      aria-pressed={isSelected}
      aria-label={label}
      title={label}
      onClick={onSelect}
    >
      <span class="node-head">
        <Sign status={wave.status} />
        <span class="node-name">{wave.waveId}</span>
        {isFull && (
          <span class="node-count">
            {launched}/{all}
          </span>
        )}
      </span>
      {isFull && <Progress wave={wave} />}
      {isFull && (
        <span class="node-foot">
          <b>{words[wave.status]}</b>
          {waiting.text !== '' && ` · ${waiting.text}`}
          {waiting.text === '' && wave.notes.length > 0 && ` · ${wave.notes.join('; ')}`}
        </span>
      )}
    </button>
  );
};

interface GraphProps {
  readonly view: ExecutionView;
  readonly selected: string | undefined;
  readonly criticalPath: readonly string[];
  readonly onSelect: (waveId: string) => void;
}

/** The waves as they depend on each other, with their state. */
export const Graph = ({ view, selected, criticalPath, onSelect }: GraphProps) => {
  const isFull = view.waves.length <= fullMax;
  const size = sizeOf(view.waves, isFull);
  const layout = layoutOf(view.waves, size);
  const byId = new Map(view.waves.map((wave) => [wave.waveId, wave]));
  const isOnPath = (waveId: string): boolean => criticalPath.includes(waveId);
  return (
    <div class="graph" role="group" aria-label="Waves and their dependencies" tabIndex={-1}>
      <div class="graph-sheet" style={{ width: `${layout.width}px`, height: `${layout.height}px` }}>
        <svg width={layout.width} height={layout.height} aria-hidden="true">
          {layout.edges.map(({ from, to, path }) => (
            <path
              key={`${from}>${to}`}
              d={path}
              class={`edge is-${byId.get(from)?.status ?? 'WAITING'}${isOnPath(from) && isOnPath(to) ? ' is-critical' : ''}`}
            />
          ))}
        </svg>
        {layout.nodes.map(({ waveId, x, y }) => {
          const wave = byId.get(waveId);
          return wave === undefined ? null : (
            <div
              key={waveId}
              class="place"
              style={{ left: `${x}px`, top: `${y}px`, width: `${size.width}px`, height: `${size.height}px` }}
            >
              <Node
                wave={wave}
                view={view}
                isSelected={selected === waveId}
                isCritical={isOnPath(waveId)}
                isFull={isFull}
                onSelect={() => onSelect(waveId)}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
};

/** A plan's waves before there is an execution of it. */
export const PlanGraph = ({ waves }: { readonly waves: readonly GraphWave[] }) => {
  const size = sizeOf(waves, false);
  const layout = layoutOf(waves, size);
  return (
    <div class="graph" role="img" aria-label={`Graph of ${count(waves.length, 'wave')}`}>
      <div class="graph-sheet" style={{ width: `${layout.width}px`, height: `${layout.height}px` }}>
        <svg width={layout.width} height={layout.height} aria-hidden="true">
          {layout.edges.map(({ from, to, path }) => (
            <path key={`${from}>${to}`} d={path} class="edge" />
          ))}
        </svg>
        {layout.nodes.map(({ waveId, x, y }) => (
          <div
            key={waveId}
            class="place"
            style={{ left: `${x}px`, top: `${y}px`, width: `${size.width}px`, height: `${size.height}px` }}
          >
            <span class="node is-small is-WAITING">
              <span class="node-name">{waveId}</span>
            </span>
          </div>
        ))}
      </div>
    </div>
  );
};
