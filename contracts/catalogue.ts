import { type CleanUpFact, cleanUpEvents } from './clean-up-events.ts';
import { requestEvents } from './decision-events.ts';
import { eventSource, type EventContract, type Recorded } from './envelope.ts';
import { type ExecutionFact, executionEvents } from './execution-events.ts';
import { probeRequested } from './probe-event.ts';
import { proofOverdue } from './proof-event.ts';
import { scheduleEvents } from './schedule-events.ts';
import { type WaveFact, waveEvents } from './wave-events.ts';

/** Every event that may stand on the bus, by name. A breaking change is a new name. */
export const catalogue: readonly EventContract[] = [
  ...new Set<EventContract>([
    ...executionEvents,
    ...requestEvents,
    ...waveEvents,
    ...cleanUpEvents,
    probeRequested,
    ...scheduleEvents,
    proofOverdue,
  ]),
];

export type EventName =
  | (typeof executionEvents)[number]['name']
  | (typeof requestEvents)[number]['name']
  | (typeof waveEvents)[number]['name']
  | (typeof cleanUpEvents)[number]['name']
  | (typeof probeRequested)['name']
  | (typeof scheduleEvents)[number]['name']
  | (typeof proofOverdue)['name'];

/** An event of an execution, of one of its waves, or of the clean-up of a drill. */
export type DomainEvent = Recorded<ExecutionFact | WaveFact | CleanUpFact>;

export const contractOf = (name: string): EventContract | undefined =>
  catalogue.find((contract) => contract.name === name);

/** The EventBridge pattern of a live subscription: replayed events never reach a subscriber that acts. */
export const livePattern = (names: readonly EventName[]) => ({
  source: [eventSource],
  'detail-type': names,
  'replay-name': [{ exists: false }],
});

/** The pattern of a subscription that takes replayed events too: only for what can change nothing but its own records. */
export const allPattern = { source: [eventSource] };
