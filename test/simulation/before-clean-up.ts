import type { Action, ActionSteps } from '../../contracts/action.ts';
import type { Recorded } from '../../contracts/envelope.ts';
import type { ExecutionFact } from '../../contracts/execution-events.ts';
import type { CleanUpFact, ToldInstance } from '../../contracts/clean-up-events.ts';
import { closingWaveIds, type Plan, type Target } from '../../contracts/plan.ts';
import type { WaveFact } from '../../contracts/wave-events.ts';
import type { CleanUpState } from '../../services/core/domain/clean-up/state.ts';
import { isBeforeCleanUp } from '../../services/core/domain/closing.ts';
import { actionKey, type WaveState } from '../../services/core/domain/wave/state.ts';
import { isLiveAction } from '../../services/core/domain/wave/wave.ts';
import { drawSteps } from './draw.ts';
import type { Prng } from './prng.ts';
import type { Workload } from './workload.ts';
import { withTask } from './workers.ts';

const ofInstances = [
  '${servers.sourceServerIds}',
  '${servers.names}',
  '${servers.privateAddresses}',
  '${servers.availabilityZones}',
  '${wave.id}',
];

/** Tells some runbooks of what is to be ended, where a wave recovers something in the place in which they act. */
const withReferences = (prng: Prng, plan: Plan, steps: ActionSteps): ActionSteps => {
  const told = (action: Action): Action =>
    action.kind === 'automation' &&
    plan.waves.some(({ target }) => target === action.target) &&
    prng.chance(0.85)
      ? { ...action, parameters: { Values: ['${servers.instanceIds}'], More: [prng.pick(ofInstances)] } }
      : action;
  return steps.map((step) => (Array.isArray(step) ? step.map(told) : told(step)));
};

/** Gives some plans actions before their clean-up. Its numbers are its own. */
export const withActionsFirst = (prng: Prng, workload: Workload): Workload => ({
  ...workload,
  plans: workload.plans.map((plan) => {
    if (!prng.chance(0.4)) return plan;
    const drawn = drawSteps(prng, 'clean-up', 1);
    const tasked = prng.chance(0.5) ? withTask(prng, drawn) : drawn;
    return { ...plan, beforeCleanUp: withReferences(prng, plan, tasked) };
  }),
});

export interface ActionsFirstDeps {
  readonly now: () => number;
  readonly planOf: (planId: string, version: number) => Plan | undefined;
  readonly cleanUpOf: (executionId: string) => CleanUpState;
  readonly waveOf: (executionId: string, waveId: string) => WaveState;
  /** Whether whoever made this decision wanted instances ended without those actions. */
  readonly saidSkip: (decisionId: string) => boolean;
  /** Who has had the servers of the drill beside it, and since when: an execution that has started. */
  readonly takenSince: (executionId: string) => number;
  /** The drill that launched an instance, by DRS itself. */
  readonly launcherOf: (instanceId: string) => string | undefined;
  readonly fail: (invariant: string, what: string) => void;
  readonly hit: (path: string) => void;
}

const outcomeWords = { COMPLETED: 'succeeded', FAILED: 'failed', STOPPED: 'stopped' } as const;

/** Between what a run has read and what it saves. */
const readMs = 2 * 60_000;

const { beforeCleanUp: waveId } = closingWaveIds;

/**
 * S43: no instance of a drill is ended before each of its plan's actions before the clean-up has succeeded, unless it is
 * optional or a person said to skip them; none of them runs meanwhile, none that has succeeded begins again, and none
 * begins once somebody keeps the instances or another execution has a server of the drill. Where they refer to servers,
 * they are told of instances that the drill launched and nobody keeps, and nothing else is ended in their run.
 */
export const createActionsFirstRules = (deps: ActionsFirstDeps) => {
  const { now, fail, hit } = deps;
  const wanted = new Map<string, readonly string[]>();
  const skipped = new Set<string>();
  const succeeded = new Set<string>();
  const keptAt = new Map<string, number>();
  const endedAt = new Map<string, number>();
  const keptOnes = new Map<string, ReadonlySet<string>>();
  const told = new Map<string, readonly ToldInstance[]>();

  const onStarted = (executionId: string, { data }: Named<'ExecutionStarted'>): void => {
    const steps = deps.planOf(data.planId, data.planVersion)?.beforeCleanUp ?? [];
    if (data.mode !== 'DRILL' || steps.length === 0) return;
    const needed = steps.flat().filter(({ optional, when }) => !optional && when !== 'RECOVERY');
    wanted.set(
      executionId,
      needed.map(({ actionId }) => actionId),
    );
  };
  const onRun = (executionId: string, { data }: Extract<CleanUpFact, { type: 'CleanUpStarted' }>): void => {
    keptAt.delete(executionId);
    skipped.delete(executionId);
    told.delete(executionId);
    if (data.includesKept === true) keptOnes.delete(executionId);
    if (data.decidedBy === undefined || !deps.saidSkip(data.decidedBy.decisionId)) return;
    skipped.add(executionId);
    if (wanted.has(executionId)) hit('clean-up went on without its actions');
  };
  const liveIn = (executionId: string): readonly string[] =>
    Object.values(deps.waveOf(executionId, waveId).actions).flatMap((action) =>
      isLiveAction(action) ? [action.actionId] : [],
    );
  const onTold = (
    executionId: string,
    { data }: Extract<CleanUpFact, { type: 'CleanUpActionsStarted' }>,
  ): void => {
    endedAt.delete(executionId);
    const isAsked = JSON.stringify(data.definition.before).includes('${servers.');
    if (isAsked !== (data.instances !== undefined))
      fail('S43', `the actions of ${executionId} are told of instances: ${data.instances !== undefined}`);
    if (data.instances === undefined) return;
    told.set(executionId, data.instances);
    hit('actions before a clean-up told of its instances');
    for (const { instanceId } of data.instances) {
      if (deps.launcherOf(instanceId) !== executionId)
        fail('S43', `the actions of ${executionId} are told of ${instanceId}, which it did not launch`);
      if (keptOnes.get(executionId)?.has(instanceId) === true)
        fail('S43', `the actions of ${executionId} are told of ${instanceId}, which somebody keeps`);
    }
  };
  const onKept = (
    executionId: string,
    { data: { instances } }: Extract<CleanUpFact, { type: 'DrillKept' }>,
  ): void => {
    if (instances === undefined) return void keptAt.set(executionId, now());
    const kept = keptOnes.get(executionId) ?? new Set<string>();
    keptOnes.set(executionId, new Set([...kept, ...instances]));
  };
  const onEnded = (
    executionId: string,
    { data: { outcome } }: Extract<CleanUpFact, { type: 'CleanUpActionsEnded' }>,
  ): void => {
    endedAt.set(executionId, now());
    const [live] = liveIn(executionId);
    if (live !== undefined) fail('S43', `the actions of ${executionId} are over, and ${live} runs`);
    hit(`actions before a clean-up ${outcomeWords[outcome]}`);
  };
  const onBegun = (executionId: string, { data }: ActionBegun): void => {
    const name = `${data.actionId} of ${executionId}`;
    if (succeeded.has(name)) fail('S43', `${name} has succeeded before, and began again`);
    // What a stop has found of an earlier claim is put on record after it.
    if (deps.waveOf(executionId, waveId).stopped !== undefined) return;
    if (now() > (keptAt.get(executionId) ?? Infinity) + readMs)
      fail('S43', `${name} began although somebody keeps the instances`);
    if (now() > deps.takenSince(executionId) + readMs)
      fail('S43', `${name} began although another execution has its servers`);
    if (deps.cleanUpOf(executionId).status !== 'RUNNING') fail('S43', `${name} began while no clean-up runs`);
  };

  return {
    onEvent(event: Recorded): void {
      const { executionId } = event.metadata;
      const fact = event as Recorded & (ExecutionFact | WaveFact | CleanUpFact);
      if (fact.type === 'ExecutionStarted') onStarted(executionId, fact);
      if (fact.type === 'CleanUpStarted') onRun(executionId, fact);
      if (fact.type === 'DrillKept') onKept(executionId, fact);
      if (fact.type === 'CleanUpActionsStarted') onTold(executionId, fact);
      if (fact.type === 'CleanUpActionsEnded') onEnded(executionId, fact);
      if (fact.type === 'ActionCompleted' && isBeforeCleanUp(fact.data.waveId))
        succeeded.add(`${fact.data.actionId} of ${executionId}`);
      const isBegun = fact.type === 'ActionClaimed' || fact.type === 'ActionStarted';
      if (isBegun && isBeforeCleanUp(fact.data.waveId)) onBegun(executionId, fact);
      if (fact.type === 'CleanUpFailed' && fact.data.reason?.includes('were not begun') === true)
        hit('actions before a clean-up not begun');
    },
    onTerminateCalled(executionId: string, instanceId: string): void {
      const needed = wanted.get(executionId);
      if (needed === undefined || skipped.has(executionId)) return;
      const { actions } = deps.waveOf(executionId, waveId);
      const open = needed.filter((id) => actions[actionKey('before', id)]?.status !== 'SUCCEEDED');
      if (open.length > 0) fail('S43', `${instanceId} of ${executionId} is ended before ${open.join(', ')}`);
      const [live] = liveIn(executionId);
      if (live !== undefined) fail('S43', `${instanceId} of ${executionId} is ended while ${live} runs`);
      if (told.get(executionId)?.some((each) => each.instanceId === instanceId) === false)
        fail('S43', `${instanceId} of ${executionId} is ended, and no action was told of it`);
    },
    /** Of which instances the actions in a place are to be told. */
    toldIn: (executionId: string, { account, region }: Pick<Target, 'account' | 'region'>) =>
      (told.get(executionId) ?? []).flatMap((each) =>
        each.account === account && each.region === region
          ? [{ id: each.sourceServerId, instanceId: each.instanceId }]
          : [],
      ),
    /** When the last actions before its clean-up were over; Infinity while some are not, and where there were none. */
    endedAt: (executionId: string): number => endedAt.get(executionId) ?? Infinity,
  };
};

type Named<Name extends ExecutionFact['type']> = Extract<ExecutionFact, { type: Name }>;
type ActionBegun = Extract<WaveFact, { type: 'ActionClaimed' | 'ActionStarted' }>;
