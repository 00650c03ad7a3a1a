import * as z from 'zod';
import { defineEvent } from './envelope.ts';
import { slugSchema, sourceServerIdSchema } from './identifiers.ts';
import { serverResultSchema } from './server-result.ts';

const inWave = { waveId: slugSchema, attempt: z.number().int().min(1) };

const reversedServersFound = defineEvent(
  'ReversedServersFound',
  'launch-wave',
  'Which source servers at home are launched for those of the plan, as the reversal of this execution found them.',
  z.object({
    ...inWave,
    reversed: z
      .record(sourceServerIdSchema, sourceServerIdSchema)
      .describe("By the plan's servers; one that was not reversed is left out, and is not launched."),
  }),
);

const homewardCallSchema = z.object({
  sourceServerId: sourceServerIdSchema.describe('The server of the plan for which it is made.'),
  operation: z.enum([
    'ReverseReplication',
    'StopReplication',
    'TerminateRecoveryInstances',
    'DeleteRecoveryInstance',
    'DisconnectSourceServer',
    'DeleteSourceServer',
  ]),
  where: z
    .enum(['away', 'home'])
    .describe('away: where the servers were recovered. home: where they came from.'),
  id: z.string().describe('Of the recovery instance or source server that the call names.'),
});

const homewardCallsClaimed = defineEvent(
  'HomewardCallsClaimed',
  'any',
  'Durable intent to make these calls of DRS, each of them once.',
  z.object({ ...inWave, calls: z.array(homewardCallSchema) }),
);

const homewardCallsEnded = defineEvent(
  'HomewardCallsEnded',
  'any',
  'What came of claimed calls: what a look at DRS and EC2 shows, or a refusal of DRS.',
  z.object({
    ...inWave,
    calls: z.array(
      homewardCallSchema.extend({
        outcome: z
          .enum(['done', 'lost', 'conflict', 'invalid'])
          .describe(
            'done: a look shows its effect. lost: none does, long after the claim. conflict, invalid: DRS says that it did nothing.',
          ),
        message: z.string().optional(),
      }),
    ),
  }),
);

const homewardServersEnded = defineEvent(
  'HomewardServersEnded',
  'any',
  'Servers have come to the end of a phase of a failback, or cannot, and a person is asked.',
  z.object({ ...inWave, servers: z.array(serverResultSchema) }),
);

export const homewardProgressSchema = z.object({
  stage: z.string().describe('Where the server is on its way home.'),
  doneBytes: z.number().optional(),
  totalBytes: z.number().optional(),
  etaAt: z.iso.datetime().optional().describe('When DRS expects it to be in sync.'),
  why: z.string().optional().describe('What keeps it there.'),
});
export type HomewardProgress = z.infer<typeof homewardProgressSchema>;

const homewardProgressed = defineEvent(
  'HomewardProgressed',
  'any',
  'Servers of a failback have come further: those that did, at most every five minutes.',
  z.object({ ...inWave, servers: z.record(sourceServerIdSchema, homewardProgressSchema) }),
);

const replicationStalled = defineEvent(
  'ReplicationStalled',
  'any',
  'Replications of a failback have not moved for longer than the plan allows. Told once for each stall.',
  z.object({
    ...inWave,
    servers: z.array(
      z.object({
        sourceServerId: sourceServerIdSchema,
        stage: z.string(),
        since: z.iso.datetime(),
        why: z.string().optional(),
      }),
    ),
  }),
);

export const homewardEvents = [
  reversedServersFound,
  homewardCallsClaimed,
  homewardCallsEnded,
  homewardServersEnded,
  homewardProgressed,
  replicationStalled,
] as const;
