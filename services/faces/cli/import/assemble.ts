import type * as z from 'zod';
import type { Fault } from '../../../../contracts/execution-events.ts';
import { closingWaveIds, type planSchema, type Target } from '../../../../contracts/plan.ts';
import { documentFaultsOf } from '../../../core/domain/judge-plan.ts';
import type { ActionDraft, PlanDraft, ServersDraft, StepDraft, WaveDraft } from './draft.ts';
import { slugOf, takeSlug } from './naming.ts';

export type PlanInput = z.input<typeof planSchema>;

/** A plan, and where each of its parts came from. */
export interface ImportedPlan {
  readonly plan: PlanInput;
  /** Places of the plan, `waves[0].before[1]`, with the place of the foreign file; the whole plan is the empty path. */
  readonly origins: ReadonlyMap<string, string>;
  /** What the foreign file calls a part, where its id here is not the same. */
  readonly names: ReadonlyMap<string, string>;
}

interface Parts {
  readonly origins: Map<string, string>;
  readonly names: Map<string, string>;
}

/** A pause before a wave is an approval of this name. */
const reservedActionIds = ['pause-before'];

const targetName = ({ account, region }: Target): string => `${account}-${region}`;

const sameTarget = (one: Target, other: Target): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The places of a plan by their names; two roles into one place are two targets. */
const targetsOf = (waves: readonly WaveDraft[]): ReadonlyMap<string, Target> => {
  const targets = new Map<string, Target>();
  for (const { target } of waves) {
    if (target === undefined || [...targets.values()].some((known) => sameTarget(known, target))) continue;
    targets.set(takeSlug(targetName(target), 'target', new Set(targets.keys())), target);
  }
  return targets;
};

const named = (parts: Parts, path: string, id: string, name: string): void =>
  void (id !== name && parts.names.set(path, name));

const actionOf = ({ action, name, from }: ActionDraft, path: string, taken: Set<string>, parts: Parts) => {
  const actionId = takeSlug(name, 'action', taken);
  parts.origins.set(path, from);
  named(parts, path, actionId, name);
  const { kind, ...rest } = action;
  return { kind, actionId, ...rest } as ActionDraft['action'] & { readonly actionId: string };
};

const isTogether = (step: StepDraft): step is readonly ActionDraft[] => Array.isArray(step);

const stepsOf = (steps: readonly StepDraft[], path: string, taken: Set<string>, parts: Parts) =>
  steps.map((step, index) =>
    isTogether(step)
      ? step.map((each, place) => actionOf(each, `${path}[${index}][${place}]`, taken, parts))
      : actionOf(step, `${path}[${index}]`, taken, parts),
  );

const serversOf = (servers: ServersDraft, path: string, parts: Parts) => {
  parts.origins.set(path, servers.from);
  if ('tags' in servers) return { tags: { ...servers.tags }, minimum: servers.minimum };
  return servers.ids.map(({ sourceServerId, critical, from }, index) => {
    parts.origins.set(`${path}[${index}]`, from);
    return { sourceServerId, ...(critical === false && { critical }) };
  });
};

const given = <T extends object>(members: T): T =>
  Object.fromEntries(
    Object.entries(members).filter(
      ([, value]) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0),
    ),
  ) as T;

/** A name of which the id keeps every word needs no description. */
const isInId = (name: string): boolean => slugOf(name) === name.toLowerCase().replace(/[\s_-]+/g, '-');

const descriptionMax = 1_000;

/** The plan of a draft: ids made unique, places named, origins kept. `taken` holds the ids of the file's other plans. */
export const assemble = (draft: PlanDraft, taken: Set<string>): ImportedPlan => {
  const parts: Parts = { origins: new Map(), names: new Map() };
  const targets = targetsOf(draft.waves);
  const keyOfTarget = (target: Target | undefined): string | undefined =>
    target && [...targets].find(([, each]) => sameTarget(each, target))?.[0];
  const waveIds = new Set<string>(Object.values(closingWaveIds));
  const ids = new Map(
    draft.waves.map(({ key, name }, index) => [key, takeSlug(name, `wave-${index + 1}`, waveIds)] as const),
  );
  const planId = takeSlug(draft.name, 'plan', taken);
  parts.origins.set('', draft.from);
  named(parts, '', planId, draft.name);
  const waves = draft.waves.map((wave, index) => {
    const path = `waves[${index}]`;
    const waveId = ids.get(wave.key) ?? wave.key;
    parts.origins.set(path, wave.from);
    named(parts, path, waveId, wave.name);
    const actionIds = new Set(reservedActionIds);
    const description = [...new Set([isInId(wave.name) ? undefined : wave.name, wave.description])]
      .filter((text) => text !== undefined)
      .join(': ');
    return {
      waveId,
      ...given({
        description: description === '' ? undefined : description.slice(0, descriptionMax),
        dependsOn: wave.dependsOn.map((key) => ids.get(key) ?? key),
        target: keyOfTarget(wave.target),
        pauseBefore: wave.pauseBefore,
        before: stepsOf(wave.before, `${path}.before`, actionIds, parts),
      }),
      servers: serversOf(wave.servers, `${path}.servers`, parts),
      ...given({
        success: wave.success,
        timeoutMinutes: wave.timeoutMinutes,
        after: stepsOf(wave.after, `${path}.after`, actionIds, parts),
      }),
    };
  });
  const plan = {
    planId,
    ...given({
      description: draft.description?.slice(0, descriptionMax),
      rtoMinutes: draft.rtoMinutes,
      rpoMinutes: draft.rpoMinutes,
    }),
    ...(targets.size > 0 && { targets: Object.fromEntries(targets) }),
    waves,
  };
  return { plan, ...parts };
};

const parentOf = (path: string): string => path.replace(/(?:\[\d+\]|\.?[^.[\]]+)$/, '');

/** Where what stands in the plan at a path came from: the origin of the nearest part around it. */
export const originOf = (origins: ReadonlyMap<string, string>, path: string): string =>
  origins.get(path) ?? (path === '' ? '' : originOf(origins, parentOf(path)));

/** What is wrong with an imported plan, told at the places of the foreign file. */
export const faultsAtOrigin = ({ plan, origins }: ImportedPlan): readonly Fault[] =>
  documentFaultsOf(plan).map(({ path, ...fault }) => ({ ...fault, path: originOf(origins, path) }));
