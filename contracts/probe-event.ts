import * as z from 'zod';
import { defineEvent } from './envelope.ts';
import { actorSchema, requestIdSchema } from './identifiers.ts';

/** Asks every service that can be woken to show that events and timers reach it. Nothing is decided by it. */
export const probeRequested = defineEvent(
  'ProbeRequested',
  'operator',
  'Show that events and timers reach you, and which targets you can reach: nothing is decided by it.',
  z.strictObject({ probeId: requestIdSchema, by: actorSchema }),
);
