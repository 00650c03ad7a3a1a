import type { Action, ActionSteps } from '../../contracts/action.ts';
import type { ExecutionFact, FrozenWave } from '../../contracts/execution-events.ts';
import { closingWaveIds, type ChosenPoint, type Plan, type Target } from '../../contracts/plan.ts';
import type { ActionStage, WaveFact } from '../../contracts/wave-events.ts';
import type { StartRequest } from '../../services/core/ports/recovery-service.ts';
import { home } from './draw.ts';
import { placeOf, type Drs } from './drs.ts';
import { pointMeant, serversMeant, snapshotMeant } from './estate.ts';
import type { Park } from './machines.ts';
import { createRunbookRules, type RunbookRulesDeps } from './runbook-rules.ts';

type Started = Extract<ExecutionFact, { type: 'ExecutionStarted' }>['data'];
type Rejected = Extract<ExecutionFact, { type: 'ExecutionRejected' }>['data'];
type ActionBegun = Extract<WaveFact, { type: 'ActionClaimed' | 'ActionStarted' }>;

export interface PlanRulesDeps extends RunbookRulesDeps {
  readonly now: () => number;
  readonly drs: Drs;
  readonly park: Park;
  /** By how much two machines' clocks may differ: the age of an answer is told by another clock than its time. */
  readonly skewMaxMs: number;
  readonly planOf: (planId: string, version: number) => Plan | undefined;
  /** Which data whoever asked has chosen for all servers. */
  readonly pointOf: (executionId: string) => ChosenPoint | undefined;
  /** The readiness warnings that whoever asked has accepted. */
  readonly acceptedBy: (executionId: string) => readonly string[];
}

const pauseActionId = 'pause-before';

const stepsOf = (plan: Plan, waveId: string, stage: ActionStage): ActionSteps => {
  if (waveId === closingWaveIds.onFailure) return plan.onFailureActions;
  if (waveId === closingWaveIds.onCancel) return plan.onCancelActions;
  if (waveId === closingWaveIds.beforeCleanUp) return plan.beforeCleanUp ?? [];
  const wave = plan.waves.find((each) => each.waveId === waveId);
  if (stage === 'before' || stage === 'after') return wave?.[stage] ?? [];
  return (stage === 'onFailure' ? wave?.onFailureActions : wave?.onCancelActions) ?? [];
};
const actionOf = (plan: Plan, { waveId, stage, actionId }: ActionBegun['data']): Action | undefined =>
  stepsOf(plan, waveId, stage)
    .flat()
    .find((action) => action.actionId === actionId);

/** Where a wave recovers; the plan's own last actions belong at home. */
const targetOf = (plan: Plan, waveId: string): Target => {
  const wave = plan.waves.find((each) => each.waveId === waveId);
  return wave?.target === undefined ? home : (plan.targets[wave.target] ?? home);
};

/** S18 to S25: what a plan says is what happens, judged by the plan as it was put and not as the product froze it. */
export const createPlanRules = (deps: PlanRulesDeps, fail: (invariant: string, what: string) => void) => {
  const { drs, estate, park, reach, skewMaxMs } = deps;
  /** A check is at most so much older than the start that it allows; each claim asks again. */
  const checkedMs = 60_000 + skewMaxMs;
  /** A start that is throttled may go by launch configurations as old as that; DRS and each claim look again. */
  const configuredMs = 11 * 60_000 + skewMaxMs;
  const runbooks = createRunbookRules(deps, fail);
  const running = new Map<string, { readonly plan: Plan; readonly mode: Started['mode'] }>();
  /** Waves whose pause somebody has ended. */
  const released = new Set<string>();

  const waveOf = (executionId: string, waveId: string) =>
    running.get(executionId)?.plan.waves.find((wave) => wave.waveId === waveId);

  /** S22: a pause that a plan has before a wave is ended by somebody, and by nothing else. */
  const checkPause = (executionId: string, waveId: string, what: string): void => {
    if (waveOf(executionId, waveId)?.pauseBefore !== true || released.has(`${executionId}/${waveId}`)) return;
    fail('S22', `${what} of ${executionId}/${waveId} began although nobody had ended the pause before it`);
  };

  const warnedOf = (plan: Plan, mode: Started['mode']): ReadonlySet<string> => {
    const warned = new Set<string>();
    for (const wave of plan.waves) {
      const ids = serversMeant(estate, wave);
      const { rpoMinutes } = plan;
      if (rpoMinutes !== undefined && mode === 'DRILL')
        for (const { id, lagSeconds } of estate)
          if (ids.has(id) && lagSeconds > rpoMinutes * 60) warned.add('lag');
      if (mode !== 'RECOVERY') continue;
      const place = placeOf(targetOf(plan, wave.waveId));
      const real = (at: number) =>
        drs.instances(place, ids, at).flatMap((each) => (each.isDrill ? [] : [each.sourceServerId]));
      const earlier = new Set(real(deps.now() - checkedMs));
      if (real(deps.now()).some((id) => earlier.has(id))) warned.add('recovery-over-recovery');
      const failing = drs
        .instances(place, ids, deps.now() - checkedMs)
        .filter(({ instanceId, isDrill }) => isDrill && park.isFailingBack(instanceId, checkedMs));
      const stillThere = new Set(drs.instances(place, ids, deps.now()).map(({ instanceId }) => instanceId));
      const isInUse = failing.some(({ instanceId }) => stillThere.has(instanceId));
      if (isInUse || park.failing(ids, checkedMs).length > 0) warned.add('recovery-over-failback');
      if (park.isDenied) warned.add('unwitnessed');
      else if (park.needed(ids, checkedMs).length > 0) warned.add('recovery-over-unrecorded');
    }
    return warned;
  };

  /** What DRS knew all the time: no start may have overlooked it. */
  const defectOf = ({ waves }: Plan): string | undefined =>
    waves
      .flatMap((wave) => [...serversMeant(estate, wave)])
      .map((id) => {
        const server = estate.find((each) => each.id === id);
        return { id, defect: server?.direction ?? server?.defect };
      })
      .flatMap(({ id, defect }) => (defect === undefined ? [] : [`${id}: ${defect}`]))[0];

  return {
    /** S21: a server that cannot be recovered, and a warning that nobody accepted by its name, let nothing start. */
    onExecutionStarted(executionId: string, { planId, planVersion, mode }: Started): void {
      const plan = deps.planOf(planId, planVersion);
      if (plan === undefined) return void fail('S7', `${executionId} runs a plan that nobody put`);
      running.set(executionId, { plan, mode });
      const defect = defectOf(plan);
      if (defect !== undefined) fail('S21', `${executionId} started although ${defect}`);
      const ids = new Set(plan.waves.flatMap((wave) => [...serversMeant(estate, wave)]));
      const entered = park.entered(ids, configuredMs);
      const shared = entered.find(
        ({ instanceId }, at) => entered.findIndex((each) => each.instanceId === instanceId) < at,
      );
      if (shared !== undefined)
        fail('S27', `${executionId} started although two servers are launched into ${shared.instanceId}`);
      const accepted = deps.acceptedBy(executionId);
      for (const name of warnedOf(plan, mode))
        if (accepted.includes(name)) reach('warning accepted by name');
        else fail('S21', `${executionId} started although nobody accepted ${name}`);
    },
    onExecutionRejected({ faults }: Rejected): void {
      const says = (text: RegExp): boolean => faults.some(({ message }) => text.test(message));
      if (says(/; to accept it: acceptWarnings/)) reach('refused for a warning not accepted');
      if (says(/is DISCONNECTED|whose attributes DRS does not know|has no launch configuration/))
        reach('refused for a server that cannot be recovered');
      if (says(/; to allow it: allowReplacing/)) reach('refused for a machine without a record');
      if (says(/fails back \(.*a drill would destroy it;/)) reach('refused for a failback');
      if (says(/ would overwrite /)) reach('refused for a machine to be overwritten');
      if (says(/ replicates back /)) reach('refused for a server of the other direction');
      if (says(/^EC2 in .* cannot be asked /)) reach('refused since EC2 may not be asked');
      if (says(/carry these tags$/)) reach('refused for too few tagged servers');
      if (says(/no such point in time$|has no snapshot of .* or before$/))
        reach('refused for a missing point in time');
      if (says(/is not on the allow-list$/)) reach('refused for a document not allowed');
      if (says(/is not a known reference$|only after the recovery$|must be the whole value$/))
        reach('refused for a reference that nothing resolves');
      if (says(/has no tag .*, to which an action/)) reach('refused for a tag that a server lacks');
    },
    /** S20: tags mean the servers that carry all of them, and never fewer than the minimum. */
    onWaveStarted(executionId: string, { waveId, servers }: FrozenWave): void {
      const wave = waveOf(executionId, waveId);
      if (wave === undefined) return;
      const meant = serversMeant(estate, wave);
      const isSame =
        meant.size === servers.length && servers.every(({ sourceServerId }) => meant.has(sourceServerId));
      if (!isSame) fail('S20', `${waveId} of ${executionId} has other servers than its plan means`);
      if (Array.isArray(wave.servers)) return;
      if (servers.length < wave.servers.minimum)
        fail('S20', `${waveId} of ${executionId} has fewer servers than its minimum`);
      reach('servers chosen by tags');
    },
    /** S19 and S22 for an action, and what holds of runbooks. */
    onActionBegun(executionId: string, { type, data }: ActionBegun): void {
      const known = running.get(executionId);
      const { waveId, stage, actionId } = data;
      const name = `${stage}/${actionId}`;
      if (known === undefined) return void fail('S19', `${name} began before ${executionId} did`);
      if (actionId === pauseActionId) return;
      if (stage === 'before' || stage === 'after') checkPause(executionId, waveId, name);
      const action = actionOf(known.plan, data);
      if (action === undefined) return void fail('S19', `${name} of ${executionId}/${waveId} is in no plan`);
      if (action.when !== 'BOTH' && action.when !== known.mode)
        fail(
          'S19',
          `${name} of ${executionId}/${waveId} is for a ${action.when} and began in a ${known.mode}`,
        );
      if (type === 'ActionStarted' && action.when !== 'BOTH') reach('action of one mode started');
      if (action.kind !== 'automation') return;
      const target = targetOf(known.plan, waveId);
      const place = {
        ...{ executionId, waveId, planId: known.plan.planId, mode: known.mode, target },
        actsIn: action.target === undefined ? target : (known.plan.targets[action.target] ?? home),
      };
      if (type === 'ActionClaimed') runbooks.onClaimed(action, place);
      else if (data.automationExecutionId !== undefined)
        runbooks.onStarted(data.automationExecutionId, action, place);
    },
    onActionCompleted(
      executionId: string,
      { waveId, actionId, by }: { waveId: string; actionId: string; by?: string | undefined },
    ): void {
      if (actionId !== pauseActionId || by === undefined) return;
      released.add(`${executionId}/${waveId}`);
      reach('pause before a wave ended');
    },
    /** S18 and S22 for a launch: each server from the data that its point in time means. */
    onStartCalled(executionId: string, waveId: string, { servers }: StartRequest): void {
      checkPause(executionId, waveId, 'the launch');
      const wave = waveOf(executionId, waveId);
      if (wave === undefined) return;
      const chosen = deps.pointOf(executionId);
      if (chosen !== undefined) reach('point in time chosen for all servers');
      for (const { sourceServerId, snapshotId } of servers) {
        const at = pointMeant(wave, sourceServerId, chosen);
        const meant = snapshotMeant(estate, sourceServerId, at);
        if (meant !== snapshotId)
          fail('S18', `${executionId}/${waveId} launches ${sourceServerId} from ${snapshotId}, not ${meant}`);
        if (at !== 'latest')
          reach('snapshot' in at ? 'snapshot chosen by its id' : 'snapshot chosen by an instant');
      }
    },
    /** Whether the plan has something for the other mode here, which then has to be left out. */
    onWaveSettled(executionId: string, waveId: string): void {
      const known = running.get(executionId);
      const wave = waveOf(executionId, waveId);
      if (known === undefined || wave === undefined) return;
      const actions = [...wave.before, ...wave.after].flat();
      if (actions.some(({ when }) => when !== 'BOTH' && when !== known.mode))
        reach('action of the other mode left out');
    },
  };
};
