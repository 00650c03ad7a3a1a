import { Document } from 'yaml';
import type { FrozenWave } from '../../../contracts/execution-events.ts';
import type { Target } from '../../../contracts/plan.ts';
import { groupBy } from '../../core/kernel/group-by.ts';

/** A wave of a recovery, with the servers of it that run and where those came from. */
export interface RecoveredWave {
  readonly definition: FrozenWave;
  readonly servers: FrozenWave['servers'];
  readonly home: Target;
}

export interface HomewardPlanOptions {
  readonly planId: string;
  readonly executionId: string;
  readonly order: 'reversed' | 'same';
  /** The deployment's own account and Region, which a plan need not name. */
  readonly own: Pick<Target, 'account' | 'region'>;
}

const keyOf = ({ account, region }: Pick<Target, 'account' | 'region'>): string => `${account}/${region}`;

/** Targets by their names: that of the Region where no other account has it, too. */
const namesOf = (
  places: readonly Target[],
  own: HomewardPlanOptions['own'],
): ReadonlyMap<string, readonly [string, Target]> => {
  const distinct = [...new Map(places.map((target) => [keyOf(target), target])).values()];
  const named = distinct.filter((target) => keyOf(target) !== keyOf(own) || target.role !== undefined);
  const byRegion = groupBy(named, ({ region }) => region);
  return new Map(
    named.map((target) => {
      const { account, region } = target;
      const name = (byRegion.get(region) ?? []).length > 1 ? `${region}-${account}` : region;
      return [keyOf(target), [name, target] as const];
    }),
  );
};

/** What a wave waits for, where waves that recovered nothing are left out and pass on what they waited for. */
const dependenciesOf = (waves: readonly FrozenWave[], kept: ReadonlySet<string>) => {
  const byId = new Map(waves.map((wave) => [wave.waveId, wave]));
  const through = (waveId: string): readonly string[] =>
    (byId.get(waveId)?.dependsOn ?? []).flatMap((id) => (kept.has(id) ? [id] : through(id)));
  return (waveId: string): readonly string[] => [...new Set(through(waveId))];
};

/** Every edge the other way round. */
const turned =
  (ids: readonly string[], before: (waveId: string) => readonly string[]) =>
  (waveId: string): readonly string[] =>
    ids.filter((other) => before(other).includes(waveId));

const homeName = (names: ReturnType<typeof namesOf>, home: Target): string | undefined =>
  names.get(keyOf(home))?.[0];

const serverOf = ({ sourceServerId, critical }: FrozenWave['servers'][number]) => ({
  sourceServerId,
  ...(!critical && { critical }),
});

const comments = {
  top: (executionId: string) =>
    ` The way home of ${executionId}. Review it, check it with groundswell check, store it with groundswell plan put, and\n` +
    ' run a drill of it first: that replicates back and launches isolated copies at home, and leaves everything as it was.',
  phases:
    ' Each phase waits for an approval, unless it says begins: by-itself. What people do stands in its before: stopping\n' +
    ' writes before the launch, moving traffic before protect. The machines in their original place are never ended.',
} as const;

/**
 * A plan that brings home what an execution has recovered: the same waves, the other way round unless the same order is
 * asked for, as a document that people review. What the waves did before and after their recovery is not copied, since
 * it was meant for the way out.
 */
export const homewardPlan = (
  waves: readonly RecoveredWave[],
  all: readonly FrozenWave[],
  { planId, executionId, order, own }: HomewardPlanOptions,
): string => {
  const names = namesOf(
    waves.flatMap(({ definition, home }) => [definition.target, home]),
    own,
  );
  const ids = waves.map(({ definition }) => definition.waveId);
  const before = dependenciesOf(all, new Set(ids));
  const dependsOn = order === 'same' ? before : turned(ids, before);
  const homes = [...new Set(waves.map(({ home }) => homeName(names, home)))];
  const shared = homes.length === 1 ? homes[0] : undefined;
  const ordered = order === 'same' ? waves : waves.toReversed();
  const document = new Document({
    planId,
    description: `Brings home what ${executionId} recovered.`,
    direction: 'failback',
    ...(shared !== undefined && { home: shared }),
    timeoutMinutes: 10_080,
    ...(names.size > 0 && { targets: Object.fromEntries(names.values()) }),
    phases: Object.fromEntries(
      ['reverse', 'launch', 'protect', 'retire'].map((phase) => [phase, { begins: 'after-approval' }]),
    ),
    cleanUp: { policy: 'ask' },
    waves: ordered.map(({ definition, servers, home }) => {
      const { waveId, target, success, timeoutMinutes } = definition;
      const waits = dependsOn(waveId);
      const targetName = names.get(keyOf(target))?.[0];
      const ownHome = homeName(names, home);
      return {
        waveId,
        ...(waits.length > 0 && { dependsOn: waits }),
        ...(targetName !== undefined && { target: targetName }),
        ...(shared === undefined && ownHome !== undefined && { home: ownHome }),
        servers: servers.map(serverOf),
        ...(success !== 'all' && { success }),
        ...(timeoutMinutes !== 240 && { timeoutMinutes }),
      };
    }),
  });
  document.commentBefore = comments.top(executionId);
  const text = document.toString({ lineWidth: 120 });
  return text.replace(/^phases:/m, `#${comments.phases.replace(/\n/g, '\n#')}\nphases:`);
};
