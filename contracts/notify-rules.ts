import * as z from 'zod';
import { catalogue } from './catalogue.ts';
import { slugSchema } from './identifiers.ts';
import { severitySchema } from './notice.ts';

const secret = z
  .string()
  .regex(/^(ssm|secretsmanager):[\w/+=.@-]{1,512}$/, 'ssm:NAME or secretsmanager:NAME')
  .describe('Where the secret is kept, never the secret itself.');

const channelSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sns'),
    topicArn: z.string().regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/, 'an SNS topic ARN'),
  }),
  z.strictObject({ kind: z.literal('slack'), url: secret }),
  z.strictObject({ kind: z.literal('teams'), url: secret }),
  z.strictObject({
    kind: z.literal('pagerduty'),
    routingKey: secret,
    endpoint: z.url().default('https://events.pagerduty.com/v2/enqueue'),
  }),
  z.strictObject({ kind: z.literal('webhook'), url: secret, bearer: secret.optional() }),
]);
export type Channel = z.output<typeof channelSchema>;

const names = catalogue.map(({ name }) => name);

const ruleSchema = z.strictObject({
  events: z.array(z.enum(names)).min(1).optional().describe('Default: all that are worth a message.'),
  plans: z.array(slugSchema).min(1).optional().describe('Default: all plans.'),
  severity: severitySchema.default('info').describe('And above.'),
  channels: z.array(slugSchema).min(1),
});

/** Who is notified of what, and how: what the parameter named by NOTIFY_RULES holds, as JSON. */
export const notifyRulesSchema = z
  .strictObject({
    channels: z.record(slugSchema, channelSchema).default({}),
    rules: z.array(ruleSchema).max(100).default([]),
    patienceHours: z
      .number()
      .min(2)
      .max(120)
      .default(24)
      .describe('How long delivery to a receiver is retried before its notices are given up.'),
    consoleUrl: z.url().optional().describe('Without it, messages carry no link.'),
  })
  .check((context) => {
    context.value.rules.forEach(({ channels }, index) => {
      for (const id of channels)
        if (!(id in context.value.channels))
          context.issues.push({
            code: 'custom',
            input: id,
            path: ['rules', index, 'channels'],
            message: `there is no channel ${id}`,
          });
    });
  });
export type NotifyRules = z.output<typeof notifyRulesSchema>;
