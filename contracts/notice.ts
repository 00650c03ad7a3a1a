import * as z from 'zod';
import { executionIdSchema, modeSchema } from './identifiers.ts';

/** Rising: `critical` needs a person now. */
export const severities = ['info', 'warning', 'critical'] as const;
export const severitySchema = z.enum(severities);
export type Severity = z.infer<typeof severitySchema>;

/** What people read about an event, whatever the channel. A plain webhook is sent just this, as JSON. */
export const noticeSchema = z.object({
  eventId: z.string().describe('The event it is about; the same at each delivery.'),
  event: z.string().describe("The event's name."),
  executionId: executionIdSchema
    .optional()
    .describe(
      'Of a drill that a schedule skipped: the one that it would have had. Absent where it is about a plan: its proof is overdue.',
    ),
  planId: z.string(),
  mode: modeSchema
    .optional()
    .describe('Whether it is a drill or a real recovery; absent while that is unknown.'),
  at: z.iso.datetime(),
  severity: severitySchema,
  title: z.string().describe('What happened.'),
  meaning: z.string().describe('What it means.'),
  next: z.string().describe('What comes next.'),
  commands: z.array(z.string()).describe('What the reader can do, as exact commands.'),
  link: z.string().optional().describe('The execution, or what else it is about, in the console.'),
  isOver: z.boolean().describe('Whether it reports the end of a problem reported earlier.'),
});
export type Notice = Readonly<z.infer<typeof noticeSchema>>;
