import { counted } from '../../../core/view/words.ts';
import type { GraphWave } from '../../../core/view/layers.ts';
import { layoutOf } from './graph-layout.ts';
import { sizeOf } from './graph-size.ts';
import { Sheet } from './sheet.tsx';

/** A plan's waves before there is an execution of it. */
export const PlanGraph = ({ waves }: { readonly waves: readonly GraphWave[] }) => {
  const size = sizeOf(waves, false);
  return (
    <div class="graph" role="img" aria-label={`Graph of ${counted(waves.length, 'wave')}`}>
      <Sheet
        layout={layoutOf(waves, size)}
        size={size}
        node={(waveId) => (
          <span class="node is-small is-WAITING">
            <span class="node-name">{waveId}</span>
          </span>
        )}
      />
    </div>
  );
};
