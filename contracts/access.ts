import * as z from 'zod';
import { planTagsSchema } from './plan-tags.ts';

/** What somebody may do with a plan and its executions. Each of them includes `see`. */
export const permissions = ['see', 'run', 'decide', 'approve', 'edit'] as const;
export const permissionSchema = z
  .enum(permissions)
  .describe(
    'see: read the plan and its executions. run: start drills and recoveries, and schedule drills together with edit. decide: pause, resume, cancel, retry, skip, continue, clean up, extend, keep, note and hand over. approve: answer approvals, also as the second person. edit: store versions and schedules.',
  );
export type Permission = z.infer<typeof permissionSchema>;

/** Beside something in an answer of the API. */
export const maySchema = z
  .array(permissionSchema)
  .optional()
  .describe('What access rules let the caller do with it; absent where the deployment has none.');

/** Whoever is signed in as a person, whatever their groups. */
export const everybody = '*';

const groupSchema = z
  .string()
  .regex(/^(?:\*|[^\s,[\]*]{1,128})$/, 'a group of the token without spaces, commas and brackets, or *');
const clientSchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'the client id of a machine, without spaces, at most 200 characters');

const accessRuleSchema = z
  .strictObject({
    groups: z
      .array(groupSchema)
      .min(1)
      .max(20)
      .optional()
      .describe(
        'People in any of these groups, as `groups` or `cognito:groups` of their token has them; * is everybody.',
      ),
    machines: z
      .array(clientSchema)
      .min(1)
      .max(20)
      .optional()
      .describe("Client ids of machines, which get their tokens by the issuer's client credentials."),
    plans: z
      .union([
        z.literal('all').describe('Every plan, whatever its tags.'),
        z.strictObject({
          tags: planTagsSchema
            .refine((tags) => Object.keys(tags).length > 0, 'at least one tag')
            .describe('Plans with all of these tags.'),
        }),
      ])
      .describe('Which plans it is about.'),
    may: z.array(permissionSchema).min(1).describe('What they may do with those plans and their executions.'),
  })
  .refine(({ groups, machines }) => groups !== undefined || machines !== undefined, {
    path: ['groups'],
    message: 'groups, machines, or both',
  });
export type AccessRule = z.infer<typeof accessRuleSchema>;

/** Who may do what with which plans over the API: what no rule permits is refused. */
export const accessRulesSchema = z.array(accessRuleSchema).min(1).max(100);
export type AccessRules = readonly AccessRule[];

/** The parameter of SSM in which a deployment publishes its access rules, in JSON. */
export const accessParameter = '/groundswell/access';
/** SSM quotas: an advanced parameter holds 8 KB. */
export const accessBytesMax = 8_192;
