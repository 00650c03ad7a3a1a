import type { ShownStatus } from '../../../core/view/due.ts';
import type { WaveView } from '../../../core/view/execution-view.ts';
import { partsOf, partsText } from '../../../core/view/figures.ts';
import { homewardWords } from '../../../core/view/words.ts';
import { Progress } from './progress.tsx';
import { remembered } from './remembered.tsx';
import { Sign, words } from './signs.tsx';

interface NodeProps {
  readonly wave: WaveView;
  readonly status: ShownStatus;
  /** What it waits for, in words; empty when for nothing. */
  readonly waiting: string;
  readonly isSelected: boolean;
  readonly isStop: boolean;
  readonly isCritical: boolean;
  readonly isFull: boolean;
  readonly isDim: boolean;
  readonly onSelect: (waveId: string) => void;
}

const classOf = ({ status, isCritical, isFull, isDim }: NodeProps): string =>
  [`node is-${status}`, isCritical && 'is-critical', !isFull && 'is-small', isDim && 'is-dim']
    .filter(Boolean)
    .join(' ');

const Foot = ({ wave, status, waiting }: NodeProps) => {
  const said = waiting === '' ? wave.notes.join('; ') : waiting;
  return (
    <span class="node-foot">
      <b>{words[status]}</b>
      {said !== '' && ` · ${said}`}
    </span>
  );
};

const labelOf = ({ wave, status, waiting, isCritical }: NodeProps): string => {
  return [
    `Wave ${wave.waveId}${wave.phase === undefined ? '' : `, ${homewardWords[wave.phase]}`}: ${words[status]}`,
    partsText(wave),
    waiting !== '' && `waits for ${waiting}`,
    isCritical && 'on the critical path',
  ]
    .filter(Boolean)
    .join(', ');
};

/** A wave in the graph. */
export const Node = remembered((props: NodeProps) => {
  const { wave, status, isSelected, isStop, isCritical, isFull, onSelect } = props;
  const { launched, all } = partsOf(wave);
  const label = labelOf(props);
  return (
    <button
      type="button"
      class={classOf(props)}
      aria-pressed={isSelected}
      tabIndex={isStop ? 0 : -1}
      aria-label={label}
      title={label}
      onClick={() => onSelect(wave.waveId)}
    >
      <span class="node-head">
        <Sign status={status} />
        <span class="node-name">{wave.waveId}</span>
        {isCritical && <span class="critical-sign">◆</span>}
        {isFull && (
          <span class="node-count">
            {launched}/{Math.max(all, wave.serversExpected)}
          </span>
        )}
      </span>
      {isFull && <Progress wave={wave} />}
      {isFull && <Foot {...props} />}
    </button>
  );
});
