import type { Action, ActionSteps } from '../../../contracts/action.ts';
import type { Plan, PlanWave } from '../../../contracts/plan.ts';
import { kindOf } from '../../core/domain/actions/kinds.ts';
import { type Difference, differencesOf } from '../../core/view/plan-difference.ts';
import { counted } from '../../core/view/words.ts';

const stages = ['before', 'after', 'onFailureActions', 'onCancelActions'] as const;
type Stage = (typeof stages)[number] | 'beforeCleanUp';

/** How each list of actions is called in a sentence. */
const stageWords: Readonly<Record<Stage, string>> = {
  before: 'before',
  after: 'after',
  onFailureActions: 'on failure',
  onCancelActions: 'on cancellation',
  beforeCleanUp: 'before the clean-up',
};

const changeText = ({ path, before = 'nothing', after = 'nothing' }: Difference): string =>
  `${path}: ${before} → ${after}`;

const listText = (names: readonly string[]): string => (names.length === 0 ? 'nothing' : names.join(', '));

const sameNames = (one: readonly string[], other: readonly string[]): boolean =>
  one.toSorted().join() === other.toSorted().join();

/** What is only on one side, and what is on both. */
const matched = <T>(before: readonly T[], after: readonly T[], nameOf: (item: T) => string) => {
  const old = new Map(before.map((item) => [nameOf(item), item]));
  const fresh = new Map(after.map((item) => [nameOf(item), item]));
  return {
    gone: before.filter((item) => !fresh.has(nameOf(item))),
    added: after.filter((item) => !old.has(nameOf(item))),
    both: after.flatMap((item) => {
      const earlier = old.get(nameOf(item));
      return earlier === undefined ? [] : [{ before: earlier, after: item }];
    }),
  };
};

const actionText = (action: Action): string => `${action.actionId}, ${kindOf(action).inWords(action)}`;

/** The order of steps, those side by side in brackets. */
const orderText = (steps: ActionSteps): string =>
  steps
    .map((step) =>
      Array.isArray(step) ? `(${step.map(({ actionId }) => actionId).join(' + ')})` : step.actionId,
    )
    .join(', ');

const stepChanges = (stage: Stage, before: ActionSteps, after: ActionSteps): readonly string[] => {
  const where = stageWords[stage];
  const { gone, added, both } = matched(before.flat(), after.flat(), ({ actionId }) => actionId);
  const isRearranged = gone.length + added.length === 0 && orderText(before) !== orderText(after);
  return [
    ...gone.map((action) => `− action ${where} ${actionText(action)}`),
    ...added.map((action) => `+ action ${where} ${actionText(action)}`),
    ...both.flatMap((pair) =>
      differencesOf(pair.before, pair.after).map(
        (difference) => `action ${where} ${pair.after.actionId}: ${changeText(difference)}`,
      ),
    ),
    ...(isRearranged ? [`order of actions ${where}: ${orderText(before)} → ${orderText(after)}`] : []),
  ];
};

const chosenText = (servers: PlanWave['servers']): string =>
  Array.isArray(servers)
    ? counted(servers.length, 'server')
    : `${Object.entries(servers.tags)
        .map(([key, value]) => `${key}=${value}`)
        .join(' and ')}, at least ${servers.minimum}`;

const serverChanges = (before: PlanWave['servers'], after: PlanWave['servers']): readonly string[] => {
  if (!Array.isArray(before) || !Array.isArray(after))
    return JSON.stringify(before) === JSON.stringify(after)
      ? []
      : [`servers: ${chosenText(before)} → ${chosenText(after)}`];
  const { gone, added, both } = matched(before, after, ({ sourceServerId }) => sourceServerId);
  return [
    ...gone.map(({ sourceServerId }) => `− server ${sourceServerId}`),
    ...added.map(({ sourceServerId }) => `+ server ${sourceServerId}`),
    ...both.flatMap((pair) =>
      differencesOf(pair.before, pair.after).map(
        (difference) => `server ${pair.after.sourceServerId}: ${changeText(difference)}`,
      ),
    ),
  ];
};

const restOf = (wave: PlanWave): object =>
  Object.fromEntries(
    Object.entries(wave).filter(([name]) => !['waveId', 'dependsOn', 'servers', ...stages].includes(name)),
  );

const waveChanges = (before: PlanWave, after: PlanWave): readonly string[] =>
  [
    ...(sameNames(before.dependsOn, after.dependsOn)
      ? []
      : [`waits for ${listText(after.dependsOn)}, no longer for ${listText(before.dependsOn)}`]),
    ...serverChanges(before.servers, after.servers),
    ...stages.flatMap((stage) => stepChanges(stage, before[stage], after[stage])),
    ...differencesOf(restOf(before), restOf(after)).map(changeText),
  ].map((change) => `wave ${after.waveId}: ${change}`);

const newWave = ({ waveId, servers, dependsOn }: PlanWave): string =>
  `+ wave ${waveId}, ${chosenText(servers)}, after ${listText(dependsOn)}`;

const withoutWaves = ({
  waves: _waves,
  onFailureActions: _failure,
  onCancelActions: _cancel,
  beforeCleanUp: _before,
  ...rest
}: Plan): object => rest;

/**
 * What one version of a plan says otherwise than another, a sentence each: waves, order, servers, actions and
 * policies. What only moved within a list, and means the same, is not told.
 */
export const planChanges = (before: Plan, after: Plan): readonly string[] => {
  const { gone, added, both } = matched(before.waves, after.waves, ({ waveId }) => waveId);
  return [
    ...differencesOf(withoutWaves(before), withoutWaves(after)).map(changeText),
    ...gone.map((wave) => `− wave ${wave.waveId}, ${chosenText(wave.servers)}`),
    ...added.map(newWave),
    ...both.flatMap((pair) => waveChanges(pair.before, pair.after)),
    ...(['onFailureActions', 'onCancelActions', 'beforeCleanUp'] as const).flatMap((stage) =>
      stepChanges(stage, before[stage] ?? [], after[stage] ?? []).map((change) => `plan: ${change}`),
    ),
  ];
};
