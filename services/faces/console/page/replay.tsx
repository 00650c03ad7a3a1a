import { timeOfDay } from '../../../core/view/time-text.ts';
import { counted } from '../../../core/view/words.ts';
import { useEffect, useState } from 'preact/hooks';
import type { ExecutionStore } from './execution-store.ts';

const stepMs = 250;

/** Takes an execution through its events, back and forth. Nothing is sent anywhere. */
export const Replay = ({ store }: { readonly store: ExecutionStore }) => {
  const [isRunning, setRunning] = useState(false);
  const all = store.events.value.length;
  const at = store.shown.value ?? all;
  const event = store.events.value[at - 1];
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => {
      const next = (store.shown.value ?? 0) + 1;
      store.shown.value = next >= store.events.value.length ? undefined : next;
      if (next >= store.events.value.length) setRunning(false);
    }, stepMs);
    return () => clearInterval(timer);
  }, [isRunning, store]);
  const toggle = (): void => {
    if (!isRunning && store.shown.value === undefined) store.shown.value = 1;
    setRunning(!isRunning);
  };
  return (
    <section class="panel replay" aria-label="Replay">
      <button type="button" onClick={toggle}>
        {isRunning ? 'Hold' : 'Replay'}
      </button>
      <input
        type="range"
        min={1}
        max={Math.max(1, all)}
        value={at}
        aria-label="Place in the replay"
        aria-valuetext={
          event === undefined
            ? ''
            : `event ${at} of ${all}, ${event.type} at ${timeOfDay(Date.parse(event.metadata.emittedAt))}`
        }
        onInput={(input) => {
          const next = Number(input.currentTarget.value);
          store.shown.value = next >= all ? undefined : next;
        }}
      />
      <output>
        {at} of {counted(all, 'event')}
        {event !== undefined && ` · ${timeOfDay(Date.parse(event.metadata.emittedAt))}`}
      </output>
    </section>
  );
};
