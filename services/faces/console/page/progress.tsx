import type { WaveView } from '../../../core/view/execution-view.ts';

/** How many servers of a wave are where. */
export const partsOf = ({ servers }: Pick<WaveView, 'servers'>) => {
  const launched = servers.filter(({ phase }) => phase === 'LAUNCHED').length;
  const failed = servers.filter(({ phase }) => phase === 'FAILED').length;
  const active = servers.filter(({ phase }) => !['NONE', 'LAUNCHED', 'FAILED'].includes(phase)).length;
  return { launched, failed, active, all: servers.length };
};

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
