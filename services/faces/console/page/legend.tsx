import { spanWords } from '../../../core/view/words.ts';
import { capitalized } from './signs.tsx';

const kinds = ['STARTING', 'SNAPSHOT', 'CONVERSION', 'LAUNCH', 'LAUNCH_ACTIONS', 'ACTION'] as const;

/** What the colours and lines of the timeline mean. */
export const Legend = ({ isHomeward }: { readonly isHomeward: boolean }) => (
  <p class="legend">
    {[...kinds, ...(isHomeward ? (['HOMEWARD'] as const) : [])].map((kind) => (
      <span key={kind}>
        <i class={`span is-${kind}`} />
        {capitalized(spanWords[kind])}
      </span>
    ))}
    <span>
      <i class="span is-APPROVAL" />
      Approval, decision, quota
    </span>
    <span>
      <i class="span is-ahead" />
      Expected
    </span>
    <span>
      <i class="line is-now" />
      Now
    </span>
    <span>
      <b aria-hidden="true">◆</b> Critical path
    </span>
  </p>
);
