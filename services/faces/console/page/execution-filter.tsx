import { executionStatuses } from '../../../../contracts/execution-status.ts';
import { filter, narrow, noFilter, type Filter } from './executions-store.ts';
import { words } from './signs.tsx';

const narrowTo =
  (name: keyof Filter) =>
  ({ currentTarget: { value } }: { readonly currentTarget: { readonly value: string } }): void =>
    narrow({ [name]: value });

interface FieldProps {
  readonly label: string;
  readonly name: keyof Filter;
  readonly type: 'search' | 'date';
}

const Field = ({ label, name, type }: FieldProps) => (
  <label>
    {label}
    {type === 'date' ? (
      <input type="date" value={filter.value[name]} onInput={narrowTo(name)} />
    ) : (
      <input type="search" value={filter.value[name]} onInput={narrowTo(name)} />
    )}
  </label>
);

interface ChoiceProps {
  readonly label: string;
  readonly name: keyof Filter;
  readonly choices: readonly (readonly [value: string, text: string])[];
}

const Choice = ({ label, name, choices }: ChoiceProps) => (
  <label>
    {label}
    <select value={filter.value[name]} onChange={narrowTo(name)}>
      {[['', 'All'] as const, ...choices].map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  </label>
);

const statuses = executionStatuses.map((status) => [status, words[status]] as const);
const modes = [
  ['DRILL', 'Drill'],
  ['RECOVERY', 'Recovery'],
] as const;

export const isNarrowed = (): boolean => Object.values(filter.value).some((value) => value !== '');

/** What the list of executions is narrowed to. */
export const ExecutionFilter = () => (
  <form class="filters" role="search" aria-label="Executions" onSubmit={(event) => event.preventDefault()}>
    <Field label="Text" name="text" type="search" />
    <Choice label="State" name="status" choices={statuses} />
    <Choice label="Mode" name="mode" choices={modes} />
    <Field label="Plan" name="plan" type="search" />
    <Field label="Requested by" name="by" type="search" />
    <Field label="From (UTC)" name="from" type="date" />
    <Field label="To" name="to" type="date" />
    {isNarrowed() && (
      <button type="button" onClick={() => narrow(noFilter)}>
        Show all
      </button>
    )}
  </form>
);
