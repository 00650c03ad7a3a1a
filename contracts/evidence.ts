import * as z from 'zod';
import { executionIdSchema } from './identifiers.ts';
import { executionReportSchema } from './report.ts';
import { skipReasons } from './schedule-events.ts';

const instant = z.number().describe('Epoch ms.');

const coveredServerSchema = z.object({
  sourceServerId: z.string(),
  name: z.string().describe('As DRS calls it now.'),
  lastLaunched: z
    .object({ at: instant, executionId: executionIdSchema })
    .optional()
    .describe('When an execution of the plan last launched it, as far as executions were read.'),
  isProven: z.boolean().describe("The plan's last proof launched it."),
});

const objectives = z.object({
  planId: z.string(),
  version: z.number().int().describe('The newest.'),
  hash: z.string(),
  rtoMinutes: z.number().optional(),
  rpoMinutes: z.number().optional(),
  provenWithinDays: z.number().optional().describe('For how long the plan takes a drill for a proof.'),
  isOverdue: z
    .boolean()
    .describe('The proof is older than the plan wants; a plan that is new has as long for its first.'),
  servers: z.array(coveredServerSchema).describe('What the plan recovers now.'),
  unread: z
    .array(z.string())
    .describe('Accounts and Regions that did not say which servers there are, and why.'),
});

/** A drill that recovered everything and whose record verifies. */
const proofSchema = executionReportSchema.pick({
  ...{ executionId: true, planVersion: true, startedAt: true, endedAt: true },
  ...{ launched: true, serverCount: true, rto: true, rpo: true },
});

/** What is proven of a plan now: by its last drill that recovered everything and whose record verifies. */
export const planProofSchema = objectives.extend({
  proof: proofSchema.optional().describe('Absent: none of its newest 25 completed executions proves it.'),
});
export type PlanProofAnswer = z.infer<typeof planProofSchema>;

export const proofPageSchema = z.object({
  proofs: z.array(planProofSchema).describe('In the order of the names of their plans.'),
  next: z.string().optional().describe('Where there are more plans: what to ask for `after`.'),
});

const occurrenceSchema = z.object({ scheduleId: z.string(), scheduledAt: instant });

const skippedSchema = z.object({
  scheduleId: z.string(),
  scheduledAt: instant,
  planId: z.string(),
  reason: z.enum(skipReasons),
  message: z.string(),
  executionId: executionIdSchema.optional().describe('Of a request that was refused.'),
});

const period = z.object({
  from: instant,
  to: instant,
  writtenAt: instant,
  skipped: z.array(skippedSchema).describe('Drills of schedules that were due and not held, oldest first.'),
  unrecorded: z
    .array(executionIdSchema)
    .describe('Executions of the period of which the audit has recorded nothing.'),
});

const schedules = z.array(z.string()).describe('By which it is drilled.');

const scopeSchema = z.object({
  home: z.string().describe('Where Groundswell is deployed, as `account/region`.'),
  places: z.array(z.string()).describe('Where the stored plans recover, and home.'),
  plansLeftOut: z.array(z.string()).describe('Stored plans that this evidence is not about.'),
  serversWithoutPlan: z.array(z.object({ sourceServerId: z.string(), name: z.string(), place: z.string() })),
  unread: z.array(z.string()).describe('Places and plans that could not be read for this.'),
});

/** The evidence of a recovery programme over a period, with the whole report of each execution. */
export const programmeSchema = period.extend({
  scope: scopeSchema.optional(),
  plans: z.array(objectives.extend({ schedules, proof: executionReportSchema.optional() })),
  runs: z
    .array(z.object({ report: executionReportSchema, occurrence: occurrenceSchema.optional() }))
    .describe('Oldest first, each verified.'),
  sha256: z.string().describe('Of all the rest, as canonical JSON.'),
});

const runSchema = executionReportSchema
  .pick({
    ...{ executionId: true, planId: true, planVersion: true, mode: true, status: true },
    ...{ requestedBy: true, startedAt: true, endedAt: true, isOver: true },
    ...{ launched: true, serverCount: true, rto: true, rpo: true },
  })
  .extend({
    occurrence: occurrenceSchema.optional().describe('Of the schedule that it was held for.'),
    findings: z.number().int().describe('What went wrong in it.'),
    decisions: z.number().int(),
    recordVerifies: z.boolean(),
  });
export type EvidenceRun = z.infer<typeof runSchema>;

/** The same in a line for each execution. */
export const evidenceOverviewSchema = period.extend({
  summary: z.string(),
  plans: z.array(planProofSchema.extend({ schedules })),
  runs: z.array(runSchema).describe('Oldest first, each verified.'),
});
export type EvidenceOverview = z.infer<typeof evidenceOverviewSchema>;
