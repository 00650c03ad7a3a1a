import type { Action } from '../../../contracts/action.ts';
import type { Fault, FrozenWave } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import {
  closingWaveIds,
  type Plan,
  type PlanWave,
  type PointInTime,
  type Target,
} from '../../../contracts/plan.ts';
import { missingPointFault } from '../domain/chosen-point.ts';
import { kindOf } from '../domain/actions/kinds.ts';
import { tagsNamedIn } from '../domain/parameter-reference.ts';
import type { Closing } from '../domain/graph.ts';
import { boundedText } from '../kernel/bounded-texts.ts';
import { toldFaults } from './told-before-clean-up.ts';
import { byText } from '../kernel/by-text.ts';
import type { SourceServer } from '../ports/recovery-service.ts';

export interface FreezeContext {
  readonly plan: Plan;
  readonly mode: Mode;
  /** Where waves without a target are recovered: the deployment's account and Region. */
  readonly home: Target;
  readonly servers: (target: Target) => readonly SourceServer[];
  /** Whether a target's servers are known at all. Default: they are. */
  readonly isRead?: (target: Target) => boolean;
  /** The point in time that the request chose: the plan is one with that. */
  readonly chosenPoint?: PointInTime | undefined;
  /** The snapshot that a point in time means; undefined for the latest data, `none` where DRS keeps no such. */
  readonly snapshotOf: (
    target: Target,
    sourceServerId: string,
    pointInTime: PointInTime,
  ) => string | undefined;
}

export const targetOf = (plan: Plan, wave: PlanWave, home: Target): Target =>
  wave.target === undefined ? home : (plan.targets[wave.target] ?? home);

interface Chosen {
  readonly sourceServerId: string;
  readonly critical: boolean;
  readonly pointInTime: PointInTime;
}

/** The servers that a wave names or whose tags it names, in a fixed order. */
export const chosenServers = (wave: PlanWave, servers: readonly SourceServer[]): readonly Chosen[] => {
  if (Array.isArray(wave.servers))
    return wave.servers.map(({ sourceServerId, critical, pointInTime }) => ({
      sourceServerId,
      critical,
      pointInTime: pointInTime ?? wave.pointInTime,
    }));
  const wanted = Object.entries(wave.servers.tags);
  return (
    servers
      // After a reversal a second source server carries the same tags, and replicates back.
      .filter(({ direction }) => direction === undefined)
      .filter((server) => wanted.every(([key, value]) => server.tags[key] === value))
      .map(({ sourceServerId }) => ({ sourceServerId, critical: true, pointInTime: wave.pointInTime }))
      .sort((a, b) => byText(a.sourceServerId, b.sourceServerId))
  );
};

/** A plan version as it will run, with every choice made, and what blocks it. */
export const freeze = (
  context: FreezeContext,
): {
  readonly waves: readonly FrozenWave[];
  readonly closing: Closing;
  readonly faults: readonly Fault[];
} => {
  const frozen = context.plan.waves.map((wave, index) => freezeWave(context, wave, `waves[${index}]`));
  const waves = frozen.map(({ wave }) => wave);
  const closing = closingOf(context.plan, context.mode, context.home);
  const faults = [...frozen.flatMap((each) => each.faults), ...sharedServers(waves)];
  return { waves, closing, faults: [...faults, ...toldFaults(context.plan, waves, closing)] };
};

/** Of a real recovery nothing is ever cleaned up. */
const beforeCleanUpOf = (plan: Plan, mode: Mode): FrozenWave['before'] =>
  mode === 'DRILL' ? (plan.beforeCleanUp ?? []) : [];

/** The plan's own last actions as waves without servers, so that they run as every other action does. */
export const closingOf = (plan: Plan, mode: Mode, home: Target): Closing => {
  const { onFailureActions, onCancelActions, timeoutMinutes } = plan;
  const beforeCleanUp = beforeCleanUpOf(plan, mode);
  const wave = (waveId: string, before: FrozenWave['before']): FrozenWave => ({
    waveId,
    dependsOn: [],
    target: home,
    ...usedTargets(plan, before),
    servers: [],
    success: 'all',
    onFailure: 'continue',
    timeoutMinutes,
    before,
    after: [],
    onFailureActions: [],
    onCancelActions: [],
  });
  return {
    ...(onFailureActions.length > 0 && { onFailure: wave(closingWaveIds.onFailure, onFailureActions) }),
    ...(onCancelActions.length > 0 && { onCancel: wave(closingWaveIds.onCancel, onCancelActions) }),
    ...(beforeCleanUp.length > 0 && { beforeCleanUp: wave(closingWaveIds.beforeCleanUp, beforeCleanUp) }),
  };
};

/** The targets that actions name, so that a frozen wave needs its plan no more. */
export const usedTargets = (plan: Plan, steps: FrozenWave['before']): Pick<FrozenWave, 'targets'> => {
  const names = steps.flat().flatMap((action) => kindOf(action).targetOf(action) ?? []);
  const targets = Object.fromEntries(
    names.flatMap((name) => {
      const target = plan.targets[name];
      return target === undefined ? [] : [[name, target] as const];
    }),
  );
  return names.length > 0 ? { targets } : {};
};

/**
 * What is frozen stands in events and archives. A server's tags may say more of it than those are to hear, so that
 * only those go along that an action passes on.
 */
const usedTags = (
  tags: Readonly<Record<string, string>>,
  named: ReadonlySet<string>,
): Pick<FrozenWave['servers'][number], 'tags'> => {
  const used = Object.entries(tags).filter(([key]) => named.has(key));
  return used.length > 0 ? { tags: Object.fromEntries(used) } : {};
};

const tagsNamedBy = (steps: FrozenWave['before']): ReadonlySet<string> =>
  new Set(steps.flat().flatMap((action) => tagsNamedIn(kindOf(action).references(action))));

/** DRS: a tag's value has 256 characters, a host's name 255. */
const nameMax = 256;
/** In characters of JSON, so that a few servers fit into any event. */
const tagsMax = 4_096;

const tagFaults = (
  sourceServerId: string,
  { tags = {} }: Pick<FrozenWave['servers'][number], 'tags'>,
  path: string,
): readonly Fault[] => {
  const { length } = JSON.stringify(tags);
  return length <= tagsMax
    ? []
    : [
        {
          path,
          message: `the tags of ${sourceServerId} to which actions refer have ${length} characters`,
          expected: `at most ${tagsMax} in all`,
        },
      ];
};

/** A runbook given fewer tags than servers could not tell whose they are. */
const missingTags = (server: SourceServer, named: ReadonlySet<string>, path: string): readonly Fault[] =>
  [...named]
    .filter((key) => !Object.hasOwn(server.tags, key))
    .map((key) => ({
      path,
      message: `${server.sourceServerId} has no tag ${key}, to which an action of the wave refers`,
      expected: 'the tag on each server of the wave',
    }));

/** Whether a wave's tags choose fewer servers than it needs at least. */
export const minimumFaults = (wave: PlanWave, count: number, path: string): readonly Fault[] =>
  Array.isArray(wave.servers) || count >= wave.servers.minimum
    ? []
    : [
        {
          path: `${path}.servers`,
          message: `${count === 1 ? '1 source server carries' : `${count} source servers carry`} these tags`,
          expected: `at least ${wave.servers.minimum}`,
        },
      ];

export const freezeWave = (
  context: FreezeContext,
  wave: PlanWave,
  path: string,
): { readonly wave: FrozenWave; readonly faults: readonly Fault[] } => {
  const { waveId, dependsOn, success, timeoutMinutes, after, onFailureActions, onCancelActions } = wave;
  const before = wave.pauseBefore ? [pauseBefore, ...wave.before] : wave.before;
  const actions = [...before, ...after, ...onFailureActions, ...onCancelActions];
  const namedTags = tagsNamedBy([...actions, ...beforeCleanUpOf(context.plan, context.mode)]);
  const target = targetOf(context.plan, wave, context.home);
  const known = context.servers(target);
  const chosen = chosenServers(wave, known);
  const isRead = context.isRead?.(target) ?? true;
  const faults: Fault[] = isRead ? [...minimumFaults(wave, chosen.length, path)] : [];
  const byId = new Map(known.map((server) => [server.sourceServerId, server]));
  const servers = chosen.map(({ sourceServerId, critical, pointInTime }) => {
    const server = byId.get(sourceServerId);
    if (server !== undefined) faults.push(...missingTags(server, namedTags, `${path}.servers`));
    const snapshotId = context.snapshotOf(target, sourceServerId, pointInTime);
    const tags = usedTags(server?.tags ?? {}, namedTags);
    faults.push(...tagFaults(sourceServerId, tags, `${path}.servers`));
    if (snapshotId === 'none' && isRead)
      faults.push(missingPointFault(sourceServerId, path, context.chosenPoint));
    return {
      sourceServerId,
      name: boundedText(server?.name ?? sourceServerId, nameMax),
      critical,
      ...(snapshotId !== undefined && { snapshotId }),
      ...tags,
    };
  });
  const onFailure = wave.onFailure ?? (context.mode === 'DRILL' ? 'stop' : 'ask');
  return {
    wave: {
      waveId,
      dependsOn,
      target,
      ...usedTargets(context.plan, actions),
      servers,
      ...(wave.drillsInto !== undefined && { drillsInto: wave.drillsInto }),
      success,
      ...(wave.endsWith === 'job' && { endsWith: 'job' as const }),
      onFailure,
      timeoutMinutes,
      before,
      after,
      onFailureActions,
      onCancelActions,
    },
    faults,
  };
};

/** A pause before a wave is an approval that nobody can miss: it waits for a week. */
export const pauseBefore: Extract<Action, { kind: 'approval' }> = {
  kind: 'approval',
  actionId: 'pause-before',
  when: 'BOTH',
  optional: false,
  approvers: [],
  prompt: 'The plan pauses before this wave.',
  timeoutMinutes: 10_080,
  onTimeout: 'decline',
};

export const sharedServers = (waves: readonly FrozenWave[]): readonly Fault[] => {
  const first = new Map<string, string>();
  return waves.flatMap((wave) =>
    wave.servers.flatMap(({ sourceServerId }): Fault[] => {
      const other = first.get(sourceServerId);
      first.set(sourceServerId, wave.waveId);
      return other === undefined || other === wave.waveId
        ? []
        : [
            {
              path: `waves.${wave.waveId}`,
              message: `${sourceServerId} is chosen by wave ${other} too`,
              expected: 'each server in one wave',
            },
          ];
    }),
  );
};
