import * as z from 'zod';
import { defineEvent } from './envelope.ts';

export const calendarsOpened = defineEvent(
  'CalendarsOpened',
  'advance-execution',
  'The Change Calendars that hold up a drill are open; it goes on once a person resumes it.',
  z.object({ calendars: z.array(z.string()).describe('Those that had paused it.') }),
);
