import type { PlacedFault } from '../../../../core/documents/read-document.ts';
import { counted } from '../../../../core/view/words.ts';
import type { Span } from './code-editor.ts';
import { fixOf, type Fix } from './fixes.ts';

interface FaultListProps {
  readonly text: string;
  readonly faults: readonly PlacedFault[];
  /** What the API said to this very text. */
  readonly said: string;
  readonly onJump: (span: Span) => void;
  readonly onFix: (fix: Fix) => void;
}

const headingOf = ({ faults, said }: FaultListProps): string => {
  if (faults.length > 0) return `✕ ${faults.length} to fix`;
  return said === '' ? '✓ Valid' : '✕ Not stored';
};

const shownMax = 50;

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** Everything that is wrong with the text, each a way to its place. */
export const FaultList = (props: FaultListProps) => {
  const { text, faults, said, onJump, onFix } = props;
  return (
    <section id="plan-faults" aria-labelledby="plan-verdict">
      <h2
        id="plan-verdict"
        aria-live="polite"
        class={faults.length > 0 || said !== '' ? 'told is-bad' : 'told is-good'}
      >
        {headingOf(props)}
      </h2>
      <ol class="faults">
        {faults.slice(0, shownMax).map((fault, index) => {
          const { path, message, expected, place } = fault;
          const fix = fixOf(text, fault);
          const where = path === '' ? 'document' : path;
          return (
            <li key={`${index} ${path} ${message}`}>
              {place === undefined ? (
                <b class="code">{where}</b>
              ) : (
                <button type="button" class="jump" onClick={() => onJump(place)}>
                  Line {lineOf(text, place.at)} <span class="code">{where}</span>
                </button>
              )}{' '}
              {message}
              {expected !== undefined && <span class="quiet"> · valid: {expected}</span>}{' '}
              {fix !== undefined && (
                <button type="button" class="jump" onClick={() => onFix(fix)}>
                  {fix.label}
                </button>
              )}
            </li>
          );
        })}
      </ol>
      {faults.length > shownMax && (
        <p class="quiet">{counted(faults.length - shownMax, 'more fault')} after these.</p>
      )}
      <p class="fault" role="alert">
        {said}
      </p>
    </section>
  );
};
