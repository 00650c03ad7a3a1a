import { signal, type Signal } from '@preact/signals';
import { shownStatus, type ShownStatus } from '../../../core/view/due.ts';
import type { ExecutionView, WaveView } from '../../../core/view/execution-view.ts';
import { Sign, words } from './signs.tsx';

/** Which waves are looked for; empty means all. */
export interface Wanted {
  readonly text: string;
  readonly status: ShownStatus | '';
}

const nothing: Wanted = { text: '', status: '' };
export const createWanted = (): Signal<Wanted> => signal(nothing);

export const isWanted = (wave: WaveView, { text, status }: Wanted): boolean =>
  (status === '' || shownStatus(wave) === status) &&
  (text === '' || wave.waveId.includes(text) || wave.servers.some(({ name }) => name.includes(text)));

const order = [
  'HELD',
  'FAILED',
  'STARTED',
  'WAITING',
  'PARTIAL',
  'COMPLETED',
  'CANCELLED',
  'SKIPPED',
] as const;

/** With so many waves nobody finds one by eye. */
const searchFrom = 12;

interface WaveFilterProps {
  readonly view: ExecutionView;
  readonly wanted: Signal<Wanted>;
}

/** How many waves are in which state; each state is a filter. */
export const WaveFilter = ({ view, wanted }: WaveFilterProps) => {
  const statuses = view.waves.map(shownStatus);
  const set = (change: Partial<Wanted>): void => {
    wanted.value = { ...wanted.value, ...change };
  };
  return (
    <div class="wave-filter" role="group" aria-label="Waves by state">
      {order.map((status) => {
        const number = statuses.filter((each) => each === status).length;
        const isChosen = wanted.value.status === status;
        return number === 0 && !isChosen ? null : (
          <button
            key={status}
            type="button"
            class={`chip is-${status}`}
            aria-pressed={isChosen}
            onClick={() => set({ status: isChosen ? '' : status })}
          >
            <Sign status={status} />
            {number} {status === 'HELD' && number > 1 ? 'need you' : words[status].toLowerCase()}
          </button>
        );
      })}
      {view.waves.length > searchFrom && (
        <input
          type="search"
          aria-label="Find a wave or a server"
          placeholder="Find a wave or a server"
          value={wanted.value.text}
          onInput={(event) => set({ text: event.currentTarget.value.trim() })}
        />
      )}
    </div>
  );
};
