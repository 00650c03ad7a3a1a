import { createHash } from 'node:crypto';
import type { SourceServer } from './source-server.ts';
import type { LaunchActionSetting } from './state.ts';
import { launchTemplateById } from './launch-template.ts';
import type { World } from './world.ts';
import { serverById } from './world.ts';

/** How an action of the scenario goes; one that was put by a call succeeds. */
export interface LaunchActionPlan extends LaunchActionSetting {
  readonly seconds: number;
  readonly waitSeconds: number;
  readonly fails: boolean;
  readonly failureReason?: string | undefined;
  readonly neverBegins: boolean;
}

/** An id of a version 4 UUID's form that is the same at every start. */
const actionIdOf = (server: SourceServer, at: number): string => {
  const hex = createHash('sha256').update(`${server.sourceServerID}/launch-action/${at}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const ofScenario = (server: SourceServer): readonly LaunchActionPlan[] =>
  server.postLaunchActions.map(({ documentName, ...action }, at) => ({
    ...action,
    actionID: actionIdOf(server, at),
    actionCode: documentName,
    actionVersion: '$DEFAULT',
    description: '',
    category: 'OTHER',
    order: at + 2,
    parameters: {},
  }));

const usual = { seconds: 20, waitSeconds: 0, fails: false, neverBegins: false };

const changedBy = (
  world: World,
  resourceID: string,
  given: readonly LaunchActionPlan[],
): readonly LaunchActionPlan[] => {
  const changed = world.state.launchActions?.[resourceID] ?? {};
  const own = new Map(given.map((action) => [action.actionID, action]));
  const all = new Map<string, LaunchActionPlan>(own);
  for (const [actionID, action] of Object.entries(changed)) {
    if (action === null) all.delete(actionID);
    else all.set(actionID, { ...usual, ...own.get(actionID), ...action });
  }
  return [...all.values()].sort((a, b) => a.order - b.order);
};

/** The launch actions of a source server as they stand now, in their order. */
export const launchActionsOf = (world: World, server: SourceServer): readonly LaunchActionPlan[] =>
  changedBy(world, server.sourceServerID, ofScenario(server));

/** Those of a source server or of a launch configuration template; undefined if there is no such resource. */
export const actionsOfResource = (world: World, id: string): readonly LaunchActionPlan[] | undefined => {
  const server = serverById(world, id);
  if (server !== undefined) return launchActionsOf(world, server);
  return launchTemplateById(world, id) && changedBy(world, id, []);
};

/** Whether DRS runs them: as the launch configuration says, which starts with those that have any. */
export const arePostLaunchActionsOn = (world: World, server: SourceServer): boolean =>
  world.state.launchConfigurations[server.sourceServerID]?.postLaunchEnabled ??
  server.postLaunchActions.length > 0;
