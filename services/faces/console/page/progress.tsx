import type { WaveView } from '../../../core/view/execution-view.ts';
import { partsOf } from '../../../core/view/figures.ts';

const share = (part: number, all: number) => ({ width: `${(100 * part) / Math.max(1, all)}%` });

export const Progress = ({ wave }: { readonly wave: Pick<WaveView, 'servers'> }) => {
  const { launched, failed, active, all } = partsOf(wave);
  return (
    <span class="progress" aria-hidden="true">
      <span class="is-launched" style={share(launched, all)} />
      <span class="is-failed" style={share(failed, all)} />
      <span class="is-active" style={share(active, all)} />
    </span>
  );
};
