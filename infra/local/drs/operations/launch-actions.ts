import * as z from 'zod';
import { conflictError, notFoundError, quotaError } from '../errors.ts';
import { launchActionsOf, type LaunchActionPlan } from '../launch-actions.ts';
import { answered, listed, operation, refused } from '../outcome.ts';
import type { LaunchActionSetting } from '../state.ts';
import { serverById } from '../world.ts';
import { paged } from './fields.ts';

/** The model allows the launch configuration template of an account too, which is not simulated. */
const resourceId = z
  .string()
  .regex(/^(s|lct)-[0-9a-zA-Z]{17}$/, 'Must be s- or lct- and 17 letters or digits');
const actionId = z.string().regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, 'Must be a UUID');

const parameter = z.object({
  value: z.string().min(1).max(128),
  type: z.enum(['SSM_STORE', 'DYNAMIC']),
});

/** DRS quota "Launch actions per resource". */
const actionsMax = 200;

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
    actionCode: z.string().min(1).max(256),
    order: z.int().min(2).max(10_000),
    actionId,
    optional: z.boolean(),
    active: z.boolean(),
    name: z.string().min(1).max(256),
    actionVersion: z.string().regex(/^(\$DEFAULT|\$LATEST|[0-9]+)$/, 'Must be $DEFAULT, $LATEST or a number'),
    category: z.enum(['MONITORING', 'VALIDATION', 'CONFIGURATION', 'SECURITY', 'OTHER']),
    parameters: z
      .record(z.string().min(1).max(1_024), parameter)
      .refine((all) => Object.keys(all).length <= 20, 'Must have at most 20 members')
      .optional(),
    description: z.string().max(256),
  }),
  ({ resourceId: resourceID, actionId: actionID, parameters = {}, ...setting }, world) => {
    const server = serverById(world, resourceID);
    if (server === undefined) return refused(notFoundError(resourceID, 'SOURCE_SERVER'));
    const others = launchActionsOf(world, server).filter((action) => action.actionID !== actionID);
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
    const server = serverById(world, resourceID);
    if (server === undefined) return refused(notFoundError(resourceID, 'SOURCE_SERVER'));
    const wanted = filters?.actionIds ?? [];
    const actions = launchActionsOf(world, server).filter(
      ({ actionID }) => wanted.length === 0 || wanted.includes(actionID),
    );
    return listed<LaunchActionPlan>(world, actions, page, ({ actionID }) => actionID, render);
  },
);

export const deleteLaunchAction = operation(
  z.object({ resourceId, actionId }),
  ({ resourceId: resourceID, actionId: actionID }, world) => {
    const server = serverById(world, resourceID);
    if (server === undefined) return refused(notFoundError(resourceID, 'SOURCE_SERVER'));
    const isThere = launchActionsOf(world, server).some((action) => action.actionID === actionID);
    if (!isThere) return refused(notFoundError(actionID, 'LAUNCH_ACTION'));
    return answered({}, [{ kind: 'LaunchActionDeleted', resourceID, actionID }], 204);
  },
);
