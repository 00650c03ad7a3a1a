import { timeOfDay } from '../../../core/view/time-text.ts';
import { counted } from '../../../core/view/words.ts';
import { gistOf, waveIdOf } from '../../../core/view/events.ts';
import { useState } from 'preact/hooks';
import type { DomainEvent } from '../../../../contracts/catalogue.ts';
import { remembered } from './remembered.tsx';

const atOnce = 40;

const names = (type: string): string =>
  type.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/(DRS)([A-Z])/, '$1 $2');

/** A job that DRS calls completed may have failed servers. */
const hasFailed = ({ data }: DomainEvent): boolean =>
  'servers' in data &&
  Array.isArray(data.servers) &&
  data.servers.some(
    (server: object | string) =>
      typeof server === 'object' && 'launchResult' in server && server.launchResult === 'FAILED',
  );

const tone = (event: DomainEvent): string => {
  const { type, data } = event;
  if (/Failed|Rejected|Refused|Stuck/.test(type)) return 'is-FAILED';
  if (/Needed|Paused|Cancel/.test(type)) return 'is-HELD';
  if ('outcome' in data) return `is-${data.outcome}`;
  if (hasFailed(event)) return 'is-FAILED';
  return /Completed/.test(type) ? 'is-COMPLETED' : '';
};

interface EventLineProps {
  readonly event: DomainEvent;
}

/** The raw event is written out when somebody asks for it. */
const EventLine = remembered(({ event }: EventLineProps) => {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(toggled) => setOpen(toggled.currentTarget.open)}>
      <summary>
        <time>{timeOfDay(Date.parse(event.metadata.emittedAt))}</time>
        <span class={`event-name ${tone(event)}`}>{names(event.type)}</span>
        <span class="event-place">{waveIdOf(event)}</span>
        <span class="event-gist">{gistOf(event)}</span>
      </summary>
      {isOpen && (
        <pre tabIndex={0}>
          {JSON.stringify({ type: event.type, data: event.data, metadata: event.metadata }, null, 2)}
        </pre>
      )}
    </details>
  );
});

interface EventsProps {
  readonly events: readonly DomainEvent[];
  readonly waveId: string | undefined;
}

/** What happened, the newest first; the raw event stands behind each line. */
export const Events = ({ events, waveId }: EventsProps) => {
  const [isAll, setAll] = useState(true);
  const [shown, setShown] = useState(atOnce);
  const isOfWave = (event: DomainEvent): boolean => waveIdOf(event) === waveId;
  const wanted = isAll || waveId === undefined ? events : events.filter(isOfWave);
  const newest = wanted.slice(-shown).reverse();
  return (
    <section class="panel events" aria-labelledby="events-title">
      <header>
        <h2 id="events-title">Events</h2>
        <small>{counted(wanted.length, 'event')}</small>
        {waveId !== undefined && (
          <label class="choice">
            <input
              type="checkbox"
              checked={!isAll}
              onChange={(event) => setAll(!event.currentTarget.checked)}
            />
            only {waveId}
          </label>
        )}
      </header>
      {newest.map((event) => (
        <EventLine key={event.metadata.eventId} event={event} />
      ))}
      {wanted.length > shown && (
        <button type="button" onClick={() => setShown(shown + 4 * atOnce)}>
          Show older events
        </button>
      )}
    </section>
  );
};
