import * as z from 'zod';
import { accessBytesMax, accessRulesSchema } from '../../contracts/access.ts';
import { accountIdSchema, regionSchema, roleArnSchema, slugSchema } from '../../contracts/identifiers.ts';
import { ownFunctionPrefix } from '../../contracts/services.ts';
import { controlArnSchema } from '../../contracts/traffic.ts';
import { auditRunsMax } from '../topology.ts';

/** The periods for which CloudWatch Logs can keep a log group. API reference: PutRetentionPolicy. */
const logDaysSchema = z.union(
  ([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653] as const).map((days) =>
    z.literal(days),
  ),
);

export const targetSettingsSchema = z.strictObject({
  account: accountIdSchema,
  region: regionSchema,
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{16,256}$/, '16 to 256 letters, digits and + = , . @ : / - _')
    .describe('The secret that the hub shows when it assumes the role of this target.'),
});
export type TargetSettings = z.infer<typeof targetSettingsSchema>;

/** Lambda quotas: 4 KB for all of a function's environment variables, of which others need the rest. */
const documentsMax = 3_000;

/** Its own functions act on whatever they are told by events; no plan may tell them anything. */
const mayNameOwn = (name: string): boolean => {
  const prefix = name.replace(/\*$/, '');
  return name.startsWith(ownFunctionPrefix) || (name.endsWith('*') && ownFunctionPrefix.startsWith(prefix));
};

/** IAM would take longer paths; the policies of a role would not hold as many of them. */
const passedRoleSchema = roleArnSchema.max(200, "a role's ARN of at most 200 characters");

const notificationSchema = z.discriminatedUnion('protocol', [
  z.strictObject({ protocol: z.literal('email'), endpoint: z.email() }),
  z.strictObject({ protocol: z.literal('https'), endpoint: z.url({ protocol: /^https$/ }) }),
  z.strictObject({
    protocol: z.literal('sqs'),
    endpoint: z.string().regex(/^arn:aws[a-z-]*:sqs:[a-z\d-]+:\d{12}:[\w-]{1,80}$/, "an SQS queue's ARN"),
  }),
]);

const namedSchema = (what: string) =>
  z
    .array(z.string().regex(/^[\w/+=.@-]{1,128}$/, `the name of a ${what}`))
    .max(20)
    .default([]);

const notifySchema = z.strictObject({
  parameters: namedSchema('parameter').describe('Parameters with secrets of channels, as in ssm:NAME.'),
  secrets: namedSchema('secret').describe(
    'Secrets of Secrets Manager with secrets of channels, as in secretsmanager:NAME.',
  ),
  topics: z
    .array(z.string().regex(/^arn:aws[a-z-]*:sns:[a-z\d-]+:\d{12}:[\w-]{1,128}$/, "an SNS topic's ARN"))
    .max(20)
    .default([])
    .describe('SNS topics of channels.'),
  keys: z
    .array(z.string().regex(/^arn:aws[a-z-]*:kms:[a-z\d-]+:\d{12}:key\/[\w-]{1,64}$/, "a KMS key's ARN"))
    .max(20)
    .default([])
    .describe('Customer managed keys under which those parameters, secrets and topics are.'),
});
export type NotifySettings = z.infer<typeof notifySchema>;

export const stepSettingsSchema = z.strictObject({
  plan: slugSchema.max(38).describe('The stored plan that the step runs.'),
  mode: z.enum(['DRILL', 'RECOVERY']).default('RECOVERY').describe('How it runs it.'),
});

/**
 * What a deployer decides. It stands under the key `groundswell` of the CDK context: as an object in
 * cdk.json, or as JSON text after `-c groundswell=`.
 */
export const settingsSchema = z
  .strictObject({
    stage: slugSchema
      .max(20)
      .default('production')
      .describe('In the names of the stacks and in a tag on everything.'),
    account: accountIdSchema.optional().describe("The hub's account. Default: that of the credentials."),
    region: regionSchema.optional().describe('The recovery Region. Default: that of the credentials.'),
    targets: z
      .array(targetSettingsSchema)
      .max(50)
      .default([])
      .describe(
        "Accounts and Regions beside the hub's own in which waves recover servers; a stack for each.",
      ),
    api: z
      .strictObject({
        issuer: z
          .url({ protocol: /^https$/ })
          .describe('Who signs the tokens, as an OpenID provider names itself.'),
        audience: z.array(z.string().min(1)).min(1).max(10).describe('The audience of the tokens.'),
        scopesFrom: z
          .enum(['scope', 'groups'])
          .default('scope')
          .describe(
            'Where a token says what its bearer may do: in its scopes, which API Gateway checks route by route and the function again; or in its groups, which the function alone can read.',
          ),
        resourceServer: z
          .string()
          .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'the characters of an OAuth scope')
          .default('groundswell')
          .describe('What may precede a scope, as in groundswell/viewer.'),
      })
      .optional()
      .describe('The HTTP API, for callers with a JWT of this issuer. Default: no API.'),
    access: accessRulesSchema
      .refine((rules) => Buffer.byteLength(JSON.stringify(rules)) <= accessBytesMax, {
        message: `together at most ${accessBytesMax.toLocaleString('en-US')} bytes as JSON: a parameter of SSM holds no more`,
      })
      .optional()
      .describe(
        'Who may do what with which plans over the API, by groups of people, clients of machines, and tags of plans; what no rule permits is refused. Default: whoever has a scope may use it on all plans.',
      ),
    console: z
      .strictObject({
        domainName: z
          .string()
          .regex(/^(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+[a-z]{2,}$/, 'a name such as console.example.com')
          .describe('Where the page is opened; it is among the redirect URIs of the OpenID client.'),
        certificateArn: z
          .string()
          .regex(
            /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
            "an ACM certificate's ARN, in us-east-1, where CloudFront looks for it",
          )
          .describe('The certificate of that name.'),
        clientId: z
          .string()
          .min(1)
          .max(256)
          .describe('The OpenID client: public, with PKCE, without a secret.'),
        scopes: z
          .array(z.string().regex(/^[\w.:/-]+$/, 'a scope without spaces'))
          .max(20)
          .default(['openid'])
          .describe('The scopes that the page asks for; `openid` is always one of them.'),
        tokenOrigins: z
          .array(z.url({ protocol: /^https$/ }).refine((url) => new URL(url).origin === url, 'an origin'))
          .max(5)
          .default([])
          .describe(
            "Origins beside the issuer's that the page asks for tokens, such as Cognito's domain for sign-in.",
          ),
      })
      .optional()
      .describe('The console in front of the API, for readers who sign in. Default: no console.'),
    protected: z
      .boolean()
      .default(false)
      .describe(
        'Whether the stacks and the table are protected from deletion. Only once they are there: what a failed first deployment leaves could not be removed otherwise.',
      ),
    requesters: z
      .array(accountIdSchema)
      .max(20)
      .default([])
      .describe('Other accounts that may publish requests and decisions to the bus.'),
    regionSwitch: z
      .array(stepSettingsSchema)
      .max(20)
      .refine((steps) => new Set(steps.map(({ plan }) => plan)).size === steps.length, 'each plan once')
      .default([])
      .describe('Plans that are steps of ARC Region switch plans; a function for each.'),
    documents: z
      .array(
        z
          .string()
          .regex(/^[\w.-]{2,127}\*?$/, 'the name of an SSM document; * at the end matches any ending'),
      )
      .max(50)
      .refine((names) => names.join().length <= documentsMax, {
        message: `together at most ${documentsMax.toLocaleString('en-US')} characters, with a comma between each two: a function's environment holds no more`,
      })
      .default([])
      .describe(
        'SSM Automation runbooks that plans may start, in the hub and in every target. Default: none.',
      ),
    functions: z
      .array(
        z
          .string()
          .regex(/^[\w-]{2,63}\*?$/, 'the name of a Lambda function; * at the end matches any ending')
          .refine((name) => !mayNameOwn(name), "a name that none of Groundswell's own functions can have"),
      )
      .max(20)
      .default([])
      .describe('Lambda functions that plans may invoke, in the hub and in every target. Default: none.'),
    traffic: z
      .array(
        z.union([
          z
            .string()
            .regex(
              /^Z[A-Z0-9]{1,31}\/(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/,
              'a record as ZONE/NAME, such as Z0123456789ABCDEFGHIJ/www.example.com',
            ),
          controlArnSchema,
        ]),
      )
      .max(20)
      .refine((entries) => new Set(entries).size === entries.length, 'each once')
      .default([])
      .describe(
        'What plans may lead traffic by, in the hub and in every target: records of Route 53 as ZONE/NAME, and routing controls of ARC by ARN. Default: nothing.',
      ),
    recoveryNeedsApproval: z
      .boolean()
      .default(false)
      .describe('A second person has to approve every real recovery, whatever its plan says.'),
    approvalMinutes: z
      .number()
      .int()
      .min(1)
      .max(10_080)
      .default(60)
      .describe('How long a recovery waits for its second person before it is refused.'),
    automationRoles: z
      .array(passedRoleSchema)
      .max(20)
      .default([])
      .describe('Roles that runbooks may assume, and that may therefore be passed to Systems Manager.'),
    instanceRoles: z
      .array(passedRoleSchema)
      .max(20)
      .default([])
      .describe("Roles of launch templates' instance profiles, which DRS passes to recovered instances."),
    notifications: z
      .array(notificationSchema)
      .max(50)
      .default([])
      .describe('Who is notified when an execution ends, a wave fails, or an operator is needed.'),
    notify: notifySchema
      .prefault({})
      .describe('What notification rules may name besides what is under /groundswell/.'),
    alarmEmail: z
      .email()
      .optional()
      .describe('Who is notified of alarms. Default: no one; subscribe to the topic.'),
    auditConcurrency: z
      .number()
      .int()
      .min(2, 'at least 2, the least that Lambda bounds a queue to')
      .max(1_000)
      .default(auditRunsMax)
      .describe(
        'How many runs at once the audit may have. What comes faster waits in its queue; nothing is reserved, and recoveries keep the rest.',
      ),
    archiveDays: z
      .number()
      .int()
      .min(1)
      .max(3_653)
      .default(400)
      .describe('How long events can be replayed from the archive.'),
    logDays: logDaysSchema.default(90).describe('How long logs are kept.'),
    encryption: z
      .enum(['aws', 'own'])
      .default('aws')
      .describe("Keys of AWS, at no charge, or a customer managed key of the deployment's own."),
  })
  .superRefine(
    ({ account, region, targets, api, access, console, documents, functions, traffic }, context) => {
      if (
        functions.length + traffic.length > 0 &&
        [...documents, ...functions, ...traffic].join().length > documentsMax
      )
        context.addIssue({
          code: 'custom',
          path: [functions.length > 0 ? 'functions' : 'traffic'],
          message: `documents, functions and traffic have together at most ${documentsMax.toLocaleString('en-US')} characters, with a comma between each two: a function's environment holds no more`,
        });
      if (console !== undefined && api === undefined)
        context.addIssue({
          code: 'custom',
          path: ['console'],
          message: 'the console shows the API: set api',
        });
      if (access !== undefined && api === undefined)
        context.addIssue({ code: 'custom', path: ['access'], message: 'the rules are of the API: set api' });
      access?.forEach(({ machines = [] }, index) => {
        if (console !== undefined && machines.includes(console.clientId))
          context.addIssue({
            code: 'custom',
            path: ['access', index, 'machines'],
            message: `${console.clientId} is the client of the console, by which people sign in: no machine`,
          });
      });
      if (targets.length > 0 && (account === undefined || region === undefined))
        context.addIssue({
          code: 'custom',
          message: 'targets trust the hub by name: set account and region',
        });
      const places = targets.map((target) => `${target.account}/${target.region}`);
      if (new Set(places).size < places.length)
        context.addIssue({
          code: 'custom',
          path: ['targets'],
          message: 'the same account and Region is listed twice',
        });
      if (places.includes(`${account}/${region}`))
        context.addIssue({
          code: 'custom',
          path: ['targets'],
          message: "the hub's own account and Region is not a target",
        });
    },
  );
export type Settings = z.infer<typeof settingsSchema>;

export class SettingsError extends Error {
  constructor(faults: string) {
    super(`The context "groundswell" is not valid.\n${faults}`);
    this.name = 'SettingsError';
  }
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new SettingsError('It is text, but not JSON.');
  }
};

/** Reads the context's value; throws a SettingsError with everything that is wrong at once. */
export const readSettings = (context: unknown = {}): Settings => {
  const parsed = settingsSchema.safeParse(typeof context === 'string' ? jsonOf(context) : context);
  if (!parsed.success) throw new SettingsError(z.prettifyError(parsed.error));
  return parsed.data;
};
