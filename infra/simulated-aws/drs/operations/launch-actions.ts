import * as z from 'zod';
import { conflictError, notFoundError, quotaError } from '../errors.ts';
import { actionsOfResource, type LaunchActionPlan } from '../launch-actions.ts';
import { answered, listed, operation, refused } from '../outcome.ts';
import type { LaunchActionSetting } from '../state.ts';
import { paged } from './fields.ts';

/** A source server, or the launch configuration template of the account. */
const resourceId = z
  .string()
  .regex(/^(s|lct)-[0-9a-zA-Z]{17}$/, 'Must be s- or lct- and 17 letters or digits');
const actionId = z.string().regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, 'Must be a UUID');

const parameter = z.object({
  value: z
    .string()
    .max(1011)
    .regex(/^[A-Za-z0-9.-]+$/, 'Must be letters, digits, dots and hyphens'),
  type: z.enum(['SSM_STORE', 'DYNAMIC']),
});

/** DRS quota "Launch actions per resource". */
const actionsMax = 200;

const missing = (resourceID: string) =>
  refused(
    notFoundError(
      resourceID,
      resourceID.startsWith('lct-') ? 'LAUNCH_CONFIGURATION_TEMPLATE' : 'SOURCE_SERVER',
    ),
  );

const render = (action: LaunchActionSetting) => ({
  actionId: action.actionID,
  actionCode: action.actionCode,
  type: 'SSM_AUTOMATION',
  name: action.name,
  active: action.active,
  order: action.order,
  actionVersion: action.actionVersion,
  optional: action.optional,
  parameters: action.parameters,
  description: action.description,
  category: action.category,
});

export const putLaunchAction = operation(
  z.object({
    resourceId,
    actionCode: z
      .string()
      .max(1011)
      .regex(/^[A-Za-z0-9-/:]+$/, 'Must be the name or ARN of an SSM document'),
    order: z.int().min(2).max(10_000),
    actionId,
    optional: z.boolean(),
    active: z.boolean(),
    name: z
      .string()
      .max(256)
      .regex(/^[A-Za-z0-9][A-Za-z0-9 /_-]*$/, 'Must be letters, digits, spaces and /_-'),
    actionVersion: z
      .string()
      .max(10)
      .regex(/^(\$DEFAULT|\$LATEST|[0-9]+)$/, 'Must be $DEFAULT, $LATEST or a number'),
    category: z.enum(['MONITORING', 'VALIDATION', 'CONFIGURATION', 'SECURITY', 'OTHER']),
    parameters: z
      .record(
        z
          .string()
          .max(1011)
          .regex(/^[A-Za-z0-9]+$/, 'Must be letters and digits'),
        parameter,
      )
      .refine((all) => Object.keys(all).length <= 20, 'Must have at most 20 members')
      .optional(),
    description: z
      .string()
      .max(1024)
      .regex(/^[0-9a-zA-Z ():/.,'\-_#*; ]*$/, 'Must be letters, digits, spaces and usual punctuation'),
  }),
  ({ resourceId: resourceID, actionId: actionID, parameters = {}, ...setting }, world) => {
    const existing = actionsOfResource(world, resourceID);
    if (existing === undefined) return missing(resourceID);
    const others = existing.filter((action) => action.actionID !== actionID);
    if (others.some(({ order }) => order === setting.order))
      return refused(
        conflictError(`Another launch action has the order ${setting.order}`, actionID, 'LAUNCH_ACTION'),
      );
    if (others.length >= actionsMax) return refused(quotaError('launchActions', actionsMax, resourceID));
    const action = { ...setting, actionID, parameters };
    return answered({ resourceId: resourceID, ...render(action) }, [
      { kind: 'LaunchActionPut', resourceID, action },
    ]);
  },
);

export const listLaunchActions = operation(
  z.object({
    resourceId,
    filters: z.object({ actionIds: z.array(actionId).max(100).optional() }).optional(),
    ...paged,
  }),
  ({ resourceId: resourceID, filters, ...page }, world) => {
    const existing = actionsOfResource(world, resourceID);
    if (existing === undefined) return missing(resourceID);
    const wanted = filters?.actionIds ?? [];
    const actions = existing.filter(({ actionID }) => wanted.length === 0 || wanted.includes(actionID));
    return listed<LaunchActionPlan>(world, actions, page, ({ actionID }) => actionID, render);
  },
);

export const deleteLaunchAction = operation(
  z.object({ resourceId, actionId }),
  ({ resourceId: resourceID, actionId: actionID }, world) => {
    const existing = actionsOfResource(world, resourceID);
    if (existing === undefined) return missing(resourceID);
    const isThere = existing.some((action) => action.actionID === actionID);
    if (!isThere) return refused(notFoundError(actionID, 'LAUNCH_ACTION'));
    return answered({}, [{ kind: 'LaunchActionDeleted', resourceID, actionID }], 204);
  },
);
