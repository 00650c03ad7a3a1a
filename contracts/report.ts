import * as z from 'zod';
import { faultSchema } from './execution-events.ts';
import { homewardSchema } from './frozen-wave.ts';
import { homewardProgressSchema } from './homeward-events.ts';
import { executionIdSchema, modeSchema } from './identifiers.ts';
import { chosenPointSchema } from './plan.ts';
import { trafficMoveSchema } from './traffic.ts';
import { serverResultSchema } from './wave-events.ts';

const instant = z.number().describe('Epoch ms.');
const durationMs = z.number().min(0);

const verdictSchema = z.object({
  sound: z.boolean(),
  streams: z.number().int(),
  events: z.number().int(),
  doubled: z.number().int().describe('Deliveries beyond the first of the same event: harmless.'),
  discrepancies: z.array(
    z.object({
      kind: z.string(),
      stream: z.string(),
      version: z.number().int().optional(),
      message: z.string(),
    }),
  ),
  effects: z
    .array(
      z.object({
        eventId: z.string(),
        what: z.string(),
        at: z.string(),
        cause: z.string(),
        actor: z.string(),
        decision: z.string(),
      }),
    )
    .describe('What was done to the world, each with its cause, actor and decision.'),
  unfolded: z.array(z.string()).describe('Streams whose events are too damaged to be folded.'),
});

const phaseTime = z
  .object({ from: instant, to: instant.optional().describe('Absent while it has not come to its end.') })
  .optional();

const wayHomeSchema = z.object({
  deeds: z
    .array(
      z.object({
        phase: homewardSchema.shape.phase,
        actionId: z.string(),
        asked: z.string(),
        outcome: z.enum(['awaited', 'running', 'succeeded', 'failed']),
        note: z.string().describe('Who, and why; or what came of it.'),
        at: instant.optional(),
      }),
    )
    .describe('What people and machines were to do before each phase.'),
  servers: z.array(
    z.object({
      sourceServerId: z.string(),
      name: z.string(),
      waveId: z.string(),
      stage: z.string(),
      progress: homewardProgressSchema.optional(),
      stalledSince: instant.optional(),
      trouble: z.string().optional().describe('Why it does not go on, or what keeps it.'),
      instanceId: z.string().optional().describe('What was launched at home.'),
      jobId: z.string().optional(),
      dataOf: z.string().optional().describe('From which point in time that was launched.'),
      times: z
        .object({
          reverse: phaseTime,
          launch: phaseTime,
          protect: phaseTime,
          retire: phaseTime,
          undo: phaseTime,
        })
        .describe('From the start of its wave in each phase until the server came to the end of that.'),
    }),
  ),
  loss: z.string().describe('How much could have been lost, in sentences.'),
});

const waveReportSchema = z.object({
  waveId: z.string(),
  phase: homewardSchema.shape.phase.optional().describe('Of a failback: what it did with its servers.'),
  dependsOn: z.array(z.string()),
  place: z.string(),
  outcome: z.string(),
  attempts: z.number().int(),
  policy: z.string(),
  durationMs,
  launchMs: durationMs
    .optional()
    .describe('From the start of the wave until the last of its servers that came up was launched.'),
  greenMs: durationMs
    .optional()
    .describe('From the start of the wave until every gate of alarms after its recovery had opened.'),
  isGated: z.boolean().describe('It waited for alarms after its recovery.'),
  servers: z.array(serverResultSchema),
  actions: z.array(
    z.object({
      stage: z.string(),
      actionId: z.string(),
      kind: z.string(),
      outcome: z.enum(['running', 'succeeded', 'failed']),
      tries: z.number().int(),
      durationMs,
      note: z.string(),
      moves: z
        .array(trafficMoveSchema)
        .optional()
        .describe('Of a move of traffic: each record or routing control, with what it was and is to be.'),
    }),
  ),
  spans: z
    .array(
      z.object({ phase: z.string(), label: z.string(), from: instant, to: instant, failed: z.boolean() }),
    )
    .describe('What the wave was doing, and when.'),
  notes: z.array(z.string()),
});

/** The report of an execution as JSON: what was asked, what was done and decided, and the proof of it. */
export const executionReportSchema = z.object({
  executionId: executionIdSchema,
  planId: z.string(),
  planVersion: z.number().int(),
  planHash: z.string(),
  frozenHash: z.string(),
  mode: modeSchema,
  direction: z.literal('failback').optional().describe('It brought home what a recovery had launched.'),
  status: z.string(),
  requestedBy: z.string(),
  isRequesterAuthenticated: z
    .literal(true)
    .optional()
    .describe(
      'The requester is the subject of a token that the API checked. Otherwise the name is as it was stated.',
    ),
  reason: z.string(),
  overrides: z.array(z.string()),
  pointInTime: chosenPointSchema
    .optional()
    .describe('Which data the request chose for all servers, whatever the plan says of them.'),
  allowReplacing: z
    .array(z.string())
    .optional()
    .describe('EC2 instances that the requester allowed the drill to end or overwrite.'),
  calendars: z
    .array(z.string())
    .optional()
    .describe(
      'SSM Change Calendars that a drill asked before each wave, and that a real recovery did not ask.',
    ),
  faults: z.array(faultSchema),
  startedAt: instant,
  endedAt: instant,
  isOver: z.boolean(),
  launched: z.number().int(),
  serverCount: z.number().int(),
  times: z
    .object({ launchMs: durationMs.optional(), greenMs: durationMs.optional(), isGated: z.boolean() })
    .describe(
      'Of the whole execution, from the request: until the last server was launched, and until every wave with a gate of alarms was green.',
    ),
  rto: z.object({ targetMinutes: z.number().optional(), achievedMinutes: z.number().optional() }),
  rpo: z.object({
    targetMinutes: z.number().optional(),
    wasExceeded: z.boolean().describe('Replication lagged beyond the target at the start.'),
    known: z.number().int().describe('Of how many launched servers DRS says which data they came up with.'),
    unknown: z.number().int(),
    achievedMinutes: z.number().optional().describe('The oldest of these data, before the start.'),
    oldest: z.string().optional().describe('The server that came up with them.'),
    earlier: z.array(z.string()).describe('Servers launched from an earlier point than was asked for.'),
  }),
  phases: z.array(z.object({ phase: z.string(), ms: durationMs })),
  waves: z.array(waveReportSchema),
  decisions: z.array(z.object({ at: z.string(), by: z.string(), what: z.string(), reason: z.string() })),
  problems: z.array(z.object({ at: z.string(), where: z.string(), what: z.string() })),
  notes: z
    .array(z.object({ at: instant, by: z.string(), text: z.string(), to: z.string().optional() }))
    .optional()
    .describe('What people noted; with `to`, to whom the execution was handed over. Absent: nothing.'),
  inCharge: z
    .string()
    .optional()
    .describe('To whom it was handed over last. Absent: whoever requested it is in charge.'),
  homeward: wayHomeSchema.optional().describe('Of a failback: the way home.'),
  cleanUp: z
    .object({
      status: z.string().describe('NONE: nothing was said of it.'),
      text: z.string(),
      instances: z.array(
        z.object({
          instanceId: z.string(),
          sourceServerId: z.string(),
          name: z.string(),
          since: instant,
          until: instant.optional().describe('Absent while it runs.'),
          state: z.enum(['running', 'terminated', 'kept']),
          note: z.string(),
        }),
      ),
      instanceHours: z.number().describe('Of those that are terminated.'),
      spared: z
        .array(z.object({ instanceId: z.string(), sourceServerId: z.string(), reason: z.string() }))
        .describe('Instances of the same servers that are not the drill’s, and were left alone.'),
    })
    .optional()
    .describe('Of a drill that launched instances: what became of them.'),
  verdict: verdictSchema.optional(),
});
