import type { DomainEvent } from '../../../contracts/catalogue.ts';
import { visible } from '../../../contracts/visible-text.ts';
import { gistOf, waveIdOf } from '../../core/view/events.ts';
import { timeText } from '../../core/view/time-text.ts';

/** One event in one dated line. */
export const eventLine = (event: DomainEvent): string => {
  const place = waveIdOf(event) ?? 'execution';
  const at = timeText(Date.parse(event.metadata.emittedAt));
  return visible(`${at}  ${place.padEnd(14)}  ${event.type.padEnd(18)}  ${gistOf(event)}`.trimEnd());
};
