import type { ChosenPoint } from '../../../../contracts/plan.ts';

/** What is chosen on the start sheet; `before` as the field has it, in UTC, and empty at first. */
export interface PointChoice {
  readonly kind: 'plan' | 'latest' | 'before';
  readonly before: string;
}
export const asPlanned: PointChoice = { kind: 'plan', before: '' };

/** Undefined: as the plan says; `unfinished` while the instant is missing. */
export const chosenBy = ({ kind, before }: PointChoice): ChosenPoint | 'unfinished' | undefined => {
  if (kind === 'plan') return undefined;
  if (kind === 'latest') return 'latest';
  const at = Date.parse(`${before}Z`);
  return Number.isNaN(at) ? 'unfinished' : { newestBefore: new Date(at).toISOString() };
};

/** As the check is asked. */
export const pointQuery = (chosen: ChosenPoint | undefined): string => {
  if (chosen === undefined) return '';
  return `&pointInTime=${chosen === 'latest' ? chosen : encodeURIComponent(chosen.newestBefore)}`;
};

const kinds: readonly (readonly [PointChoice['kind'], string])[] = [
  ['plan', 'As the plan says of each server'],
  ['latest', 'The latest data of every server'],
  ['before', 'The newest snapshot of every server before an instant'],
];

interface PointProps {
  readonly choice: PointChoice;
  readonly setChoice: (choice: PointChoice) => void;
}

/** Which data this execution launches its servers from. */
export const PointFields = ({ choice, setChoice }: PointProps) => (
  <fieldset class="panel overrides">
    <legend>Recovery point</legend>
    {kinds.map(([kind, text]) => (
      <label key={kind} class="choice">
        <input
          type="radio"
          name="point"
          checked={choice.kind === kind}
          onChange={() => setChoice({ ...choice, kind })}
        />{' '}
        <span>{text}</span>
      </label>
    ))}
    {choice.kind === 'before' && (
      <label>
        Date and time in UTC
        <input
          type="datetime-local"
          step={1}
          required
          value={choice.before}
          onChange={(event) => setChoice({ ...choice, before: event.currentTarget.value })}
        />
      </label>
    )}
  </fieldset>
);
