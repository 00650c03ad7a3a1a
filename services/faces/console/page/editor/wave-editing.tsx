import { useState } from 'preact/hooks';
import type { WrittenWave } from './plan-document.ts';

interface SelectedProps {
  readonly wave: WrittenWave;
  readonly waves: readonly WrittenWave[];
  readonly onConnect: (waveId: string, dependency: string) => void;
  readonly onDisconnect: (waveId: string, dependency: string) => void;
  readonly onOpen: (waveId: string) => void;
  readonly onRemove: (waveId: string) => void;
}

/** What the selected wave waits for, and what can be done with it. */
export const SelectedWave = (props: SelectedProps) => {
  const { wave, waves, onConnect, onDisconnect, onOpen, onRemove } = props;
  const { waveId, dependsOn } = wave;
  const others = waves.map((each) => each.waveId).filter((id) => id !== waveId && !dependsOn.includes(id));
  const [chosen, choose] = useState('');
  const dependency = others.includes(chosen) ? chosen : (others[0] ?? '');
  return (
    <div class="wave-editing" role="group" aria-label={`Wave ${waveId}`}>
      <h3>{waveId}</h3>
      <div class="buttons">
        <button type="button" onClick={() => onOpen(waveId)}>
          Open its text
        </button>
        <button type="button" onClick={() => onRemove(waveId)}>
          Remove the wave
        </button>
      </div>
      <div class="buttons">
        <span>{dependsOn.length === 0 ? 'It waits for no other wave.' : 'It waits for'}</span>
        {dependsOn.map((name) => (
          <button
            type="button"
            key={name}
            aria-label={`Disconnect ${name}: ${waveId} no longer waits for it`}
            onClick={() => onDisconnect(waveId, name)}
          >
            {name} <span aria-hidden="true">&nbsp;✕</span>
          </button>
        ))}
      </div>
      {others.length > 0 && (
        <form
          class="buttons"
          onSubmit={(event) => {
            event.preventDefault();
            onConnect(waveId, dependency);
          }}
        >
          <label>
            Depends on{' '}
            <select value={dependency} onChange={(event) => choose(event.currentTarget.value)}>
              {others.map((id) => (
                <option key={id}>{id}</option>
              ))}
            </select>
          </label>
          <button type="submit">Connect</button>
        </form>
      )}
    </div>
  );
};

interface NewWaveProps {
  readonly selected: string | undefined;
  /** Says whether it was added. */
  readonly onAdd: (waveId: string, dependsOn: readonly string[]) => boolean;
}

/** Adds a wave, on its own or behind the selected one. */
export const NewWave = ({ selected, onAdd }: NewWaveProps) => {
  const [name, setName] = useState('');
  const add = (dependsOn: readonly string[]): void => {
    if (onAdd(name.trim(), dependsOn)) setName('');
  };
  return (
    <form
      class="buttons"
      onSubmit={(event) => {
        event.preventDefault();
        add([]);
      }}
    >
      <label>
        New wave{' '}
        <input
          type="text"
          size={16}
          autocomplete="off"
          placeholder="its name"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <button type="submit">Add</button>
      {selected !== undefined && (
        <button type="button" onClick={() => add([selected])}>
          Add behind {selected}
        </button>
      )}
    </form>
  );
};
