import { catalogue } from '../../contracts/catalogue.ts';
import { requestEvents } from '../../contracts/decision-events.ts';
import type { Decider } from '../../contracts/services.ts';

/** Events that several services may say. */
export const sharedEvents: readonly string[] = catalogue
  .filter(({ saidBy }) => saidBy === 'any')
  .map(({ name }) => name);

/** Events that people and other systems publish. */
export const requestNames: readonly string[] = requestEvents.map(({ name }) => name);

/** Of these, what another account may publish: who asks there could otherwise approve under a made-up name. */
export const foreignNames: readonly string[] = requestNames.filter(
  (name) => name !== 'ApproveExecutionRequested',
);

/** Facts of which this service is the one writer. */
export const ownEvents = (service: Decider): readonly string[] =>
  catalogue.filter(({ saidBy }) => saidBy === service).map(({ name }) => name);

/** Everything that this service may publish. */
export const eventsOf = (service: Decider): readonly string[] => [...ownEvents(service), ...sharedEvents];
