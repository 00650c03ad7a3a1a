import type { Recorded } from '../../contracts/envelope.ts';
import type { ExecutionFact } from '../../contracts/execution-events.ts';
import type { CleanUpFact } from '../../contracts/clean-up-events.ts';
import type { WaveFact } from '../../contracts/wave-events.ts';
import { closingWaveIds } from '../../contracts/plan.ts';
import { shownKinds } from '../../services/core/domain/actions/shown-kinds.ts';
import { isTerminal } from '../../services/core/domain/execution-state.ts';
import { home } from './draw.ts';
import { editedPlan, putPlan } from './plans.ts';
import type { Prng } from './prng.ts';
import type { World } from './world.ts';

const minute = 60_000;

/** Of which nobody has ever heard: nothing may come to stand in its name. */
export const unknownExecution = 'exec-00000000000000000000';

const decisions = [
  'PauseRequested',
  'ResumeRequested',
  'CancelRequested',
  'RetryWaveRequested',
  'SkipWaveRequested',
  'ContinueRequested',
] as const;
type DecisionType = (typeof decisions)[number];

/** After so many clean-ups that failed a person keeps what resists. */
const triesOfCleanUpMax = 4;
/** After so many resumptions a person cancels what an alarm that rises again and again has paused each time. */
const resumptionsMax = 40;

/** People: they ask for executions, answer what they are asked, and press buttons at the worst time. */
export const createOperators = (
  prng: Prng,
  relaunching: Prng,
  cleaning: Prng,
  skipping: Prng,
  noting: Prng,
) => {
  let decided = 0;
  let noted = 0;

  const decide = (
    world: World,
    type: DecisionType,
    executionId: string,
    waveId: string | undefined,
    delayMs: number,
  ): void => {
    const decisionId = `decision-${++decided}`;
    const isRelaunch = type === 'RetryWaveRequested' && relaunching.chance(0.4);
    world.agenda.after(delayMs, () => {
      const asked = {
        executionId,
        decisionId,
        by: 'operator',
        reason: 'simulated',
        ...(waveId !== undefined && { waveId }),
        ...(isRelaunch && { relaunch: true as const }),
      };
      if (isRelaunch) world.noteRelaunch(decisionId);
      world.say(type, decisionId, { asked });
    });
  };
  const answer = (
    world: World,
    executionId: string,
    waveId: string,
    actionId: string,
    delayMs: number,
  ): void => {
    const decisionId = `decision-${++decided}`;
    const type = prng.chance(0.8) ? 'ApproveRequested' : 'DeclineRequested';
    const asked = { executionId, decisionId, by: 'operator', reason: 'simulated', waveId, actionId };
    world.agenda.after(delayMs, () => world.say(type, decisionId, { asked }));
  };
  /** A second person; now and then the wrong one, or one who looked at another plan, and after that the right one. */
  const approve = (
    world: World,
    executionId: string,
    { planHash, requestedBy }: { readonly planHash: string; readonly requestedBy: string },
    delayMs: number,
  ): void => {
    const say = (
      type: 'ApproveExecutionRequested' | 'DeclineExecutionRequested',
      by: string,
      hash: string,
      afterMs: number,
    ) => {
      const decisionId = `decision-${++decided}`;
      const asked = { executionId, decisionId, by, reason: 'simulated', planHash: hash };
      world.agenda.after(delayMs + afterMs, () => world.say(type, decisionId, { asked }));
    };
    if (prng.chance(0.2)) say('ApproveExecutionRequested', requestedBy, planHash, 0);
    if (prng.chance(0.2)) say('ApproveExecutionRequested', 'second person', 'another plan', 0);
    const word = prng.chance(0.9) ? 'ApproveExecutionRequested' : 'DeclineExecutionRequested';
    say(word, 'second person', planHash, prng.int(20_000));
  };
  const worstMsOf = (from: Prng): number => (from.chance(0.5) ? from.int(50) : from.int(2 * minute));
  const worstMs = (): number => worstMsOf(prng);
  /** What becomes of the instances of a drill, decided by whoever feels like it. */
  const decideOnDrill = (world: World, executionId: string, delayMs: number): void => {
    const decisionId = `decision-${++decided}`;
    const type = cleaning.pick([
      'CleanUpRequested',
      'CleanUpRequested',
      'KeepDrillRequested',
      'ExtendDrillRequested',
    ] as const);
    const isPart = cleaning.chance(0.5);
    const includeKept = cleaning.chance(0.3);
    const skipActions = type === 'CleanUpRequested' && skipping.chance(0.3);
    if (skipActions) world.noteSkip(decisionId);
    world.agenda.after(delayMs, () => {
      const asked = { executionId, decisionId, by: 'operator', reason: 'simulated' };
      const instances = isPart ? launchedBy(world, executionId).slice(0, 1) : [];
      const more = {
        CleanUpRequested: { ...(includeKept && { includeKept }), ...(skipActions && { skipActions }) },
        KeepDrillRequested: instances.length > 0 ? { instances } : {},
        ExtendDrillRequested: { minutes: 20 },
      }[type];
      world.say(type, decisionId, { asked: { ...asked, ...more } });
    });
  };
  /** People tell each other something, at any time, now and then twice, and of what nobody has heard of. */
  const noteDown = (world: World, seen: string): void => {
    const decisionId = `note-${++noted}`;
    const executionId = noting.chance(0.95) ? seen : unknownExecution;
    const type = noting.chance(0.7) ? 'NoteRequested' : 'HandoverRequested';
    const to = type === 'HandoverRequested' && { to: noting.pick(['day shift', 'night shift']) };
    const asked = { executionId, decisionId, by: 'operator', text: 'simulated', ...to };
    const say = (): void => world.say(type, decisionId, { asked });
    world.agenda.after(worstMsOf(noting), say);
    if (noting.chance(0.2)) world.agenda.after(worstMsOf(noting), say);
  };
  /** Whoever has seen the same instances resist again and again, a failback under way say, leaves them. */
  const keepDrill = (world: World, executionId: string, delayMs: number): void => {
    const decisionId = `decision-${++decided}`;
    const asked = { executionId, decisionId, by: 'operator', reason: 'simulated' };
    world.agenda.after(delayMs, () => world.say('KeepDrillRequested', decisionId, { asked }));
  };
  const launchedBy = (world: World, executionId: string): readonly string[] =>
    Object.keys(world.executionState(executionId).waves).flatMap((waveId) =>
      Object.values(world.invariants.waveOf(executionId, waveId).results).flatMap(
        ({ instanceId }) => instanceId ?? [],
      ),
    );
  const onHeld = (world: World, executionId: string, waveId: string, delayMs: number): void => {
    const type = prng.pick([
      'RetryWaveRequested',
      'RetryWaveRequested',
      'RetryWaveRequested',
      'SkipWaveRequested',
      'ContinueRequested',
      'CancelRequested',
    ] as const);
    decide(world, type, executionId, waveId, delayMs);
    if (!prng.chance(0.2)) return;
    world.count('operators: two at once');
    decide(world, prng.pick(decisions), executionId, waveId, delayMs + prng.int(100));
  };

  const onEvent = (world: World, event: Recorded): void => {
    const { executionId } = event.metadata;
    if (world.faults.has('operators') && noting.chance(0.03)) noteDown(world, executionId);
    // The two kinds of facts that streams hold.
    const fact = event as Recorded & (ExecutionFact | WaveFact | CleanUpFact);
    if (fact.type === 'OperatorNeeded' && fact.data.about.startsWith('clean-up') && cleaning.chance(0.7))
      decideOnDrill(world, executionId, worstMsOf(cleaning));
    // Somebody launches one of the servers of a drill just as its instances are to end.
    if (fact.type === 'CleanUpStarted' && cleaning.chance(0.15)) takeDrilled(world, executionId);
    if (fact.type === 'CleanUpActionsStarted') whileActionsRun(world, executionId);
    if (world.strikes('operators', 0.1)) decideOnDrill(world, executionId, worstMsOf(cleaning));
    if (fact.type === 'OperatorNeeded' && fact.data.about === 'wave-failed' && fact.data.waveId !== undefined)
      onHeld(world, executionId, fact.data.waveId, worstMs());
    if (fact.type === 'ApprovalAwaited' && prng.chance(0.7))
      approve(world, executionId, fact.data, worstMs());
    if (fact.type === 'ActionStarted' && shownKinds[fact.data.kind].asksPeople && prng.chance(0.7))
      answer(world, executionId, fact.data.waveId, fact.data.actionId, worstMs());
    const waveId = 'waveId' in fact.data ? fact.data.waveId : undefined;
    if (world.strikes('operators', 0.5)) interfere(world, executionId, waveId);
    if (world.strikes('forged')) forge(world, event, waveId);
    if (fact.type === 'ActionStarted' && shownKinds[fact.data.kind].asksPeople && world.strikes('forged', 5))
      forgeApproval(world, executionId, fact.data.waveId, fact.data.actionId);
    if (world.strikes('mixed-deploy', 0.2)) sayUnreadable(world, fact);
    if (
      fact.type === 'WaveStarted' &&
      fact.data.definition.servers.length > 0 &&
      world.strikes('operators', 0.2)
    )
      takeServer(world, fact.data.definition.servers);
    if (fact.type === 'WaveStarted' && world.strikes('operators', 0.1)) takeQuota(world);
    if (world.strikes('operators', 0.05)) changePlan(world);
  };

  /** Somebody keeps the instances while their actions run, or says that those have begun again. */
  const whileActionsRun = (world: World, executionId: string): void => {
    if (world.isHealed()) return;
    const { beforeCleanUp: waveId } = closingWaveIds;
    if (world.faults.has('operators') && skipping.chance(0.5))
      keepDrill(world, executionId, worstMsOf(skipping));
    if (!world.faults.has('forged') || !skipping.chance(0.3)) return;
    world.agenda.after(worstMsOf(skipping), () =>
      world.say('CleanUpActionsStarted', `forged-${world.nextId()}`, {
        wake: { service: 'reconcile', executionId, waveId },
        isForged: true,
      }),
    );
  };
  /** When all is well again nobody leaves a question open. */
  const answerAll = (world: World, executionId: string, waveId: string, from: Prng): void => {
    for (const action of Object.values(world.invariants.waveOf(executionId, waveId).actions))
      if (action.status === 'RUNNING' && action.kind !== undefined && shownKinds[action.kind].asksPeople)
        answer(world, executionId, waveId, action.actionId, from.int(minute));
  };

  /** A button is pressed at the worst time, by one person or by two. */
  const interfere = (world: World, executionId: string, waveId: string | undefined): void => {
    const delayMs = worstMs();
    world.count('operators: decision');
    decide(world, prng.pick(decisions), executionId, waveId, delayMs);
    if (!prng.chance(0.2)) return;
    world.count('operators: two at once');
    decide(world, prng.pick(decisions), executionId, waveId, delayMs + prng.int(100));
  };
  const sayUnreadable = (world: World, { type, metadata }: Recorded): void => {
    const hostile = prng.pick(['malformed', 'newer'] as const);
    world.count(hostile === 'newer' ? 'mixed-deploy: newer version' : 'mixed-deploy: malformed event');
    const wake = { service: 'reconcile' as const, executionId: metadata.executionId };
    world.say(type, `${hostile}-${world.nextId()}`, { hostile, wake });
  };
  /** Somebody edits or deletes a plan that may be running. */
  const changePlan = (world: World): void => {
    const plan = prng.pick(world.workload.plans);
    const isDeleted = prng.chance(0.2);
    world.count(isDeleted ? 'operators: plan deleted' : 'operators: plan edited');
    if (isDeleted) world.deletePlan(plan.planId);
    else putPlan(world, prng.chance(0.5) ? editedPlan(plan) : plan);
  };
  /** Somebody approves in another one's name. */
  const forgeApproval = (world: World, executionId: string, waveId: string, actionId: string): void => {
    world.count('forged: approval');
    const decisionId = `decision-${++decided}`;
    const asked = { executionId, decisionId, by: 'intruder', reason: 'forged', waveId, actionId };
    world.agenda.after(worstMs(), () => world.say('ApproveRequested', decisionId, { asked, isForged: true }));
  };

  const forge = (world: World, event: Recorded, waveId: string | undefined): void => {
    const type = prng.pick([
      'DRSJobCompleted',
      'ActionCompleted',
      'WaveStarted',
      'DRSJobStarted',
      'DRSJobRefused',
      'WaveStopped',
    ]);
    const { executionId } = event.metadata;
    const victim = prng.chance(0.9) ? executionId : unknownExecution;
    if (type === 'DRSJobCompleted') world.count('forged: job completed');
    if (victim === unknownExecution) world.count('forged: unknown execution');
    world.agenda.after(worstMs(), () =>
      world.say(type, `forged-${world.nextId()}`, {
        wake: { service: 'reconcile', executionId: victim, ...(waveId !== undefined && { waveId }) },
        isForged: true,
      }),
    );
  };
  const takeQuota = (world: World): void => {
    world.count('operators: quota taken');
    for (let n = 0; n < 20; n++)
      world.placeForeignJob(home, {
        isDrill: true,
        servers: [{ sourceServerId: `s-${String(world.nextId()).padStart(17, 'f')}` }],
        tags: { by: 'somebody else' },
      });
  };
  const takeServer = (world: World, servers: readonly { readonly sourceServerId: string }[]): void => {
    const { sourceServerId } = prng.pick(servers);
    world.count('operators: server taken');
    world.placeForeignJob(home, {
      isDrill: true,
      servers: [{ sourceServerId }],
      tags: { by: 'somebody else' },
    });
  };

  const takeDrilled = (world: World, executionId: string): void => {
    if (world.isHealed() || !world.faults.has('operators')) return;
    const waves = Object.keys(world.executionState(executionId).waves);
    const servers = waves.flatMap(
      (waveId) => world.invariants.definitionOf(executionId, waveId)?.servers ?? [],
    );
    if (servers.length > 0) takeServer(world, servers);
  };

  const resumptions = new Map<string, number>();
  const resumeOrCancel = (world: World, executionId: string): void => {
    const resumed = (resumptions.get(executionId) ?? 0) + 1;
    resumptions.set(executionId, resumed);
    const type = resumed > resumptionsMax ? 'CancelRequested' : 'ResumeRequested';
    decide(world, type, executionId, undefined, prng.int(minute));
  };

  /** When all is well again somebody goes through what is left: nothing is paused or held for ever. */
  const tidyUp = (world: World, executionId: string): void => {
    const execution = world.executionState(executionId);
    if (isTerminal(execution.status)) {
      if (world.faults.has('operators') && noting.chance(0.01)) noteDown(world, executionId);
      const { status, policy, told, run } = world.cleanUpOf(executionId);
      if (status === 'RUNNING') answerAll(world, executionId, closingWaveIds.beforeCleanUp, skipping);
      if (status === 'FAILED' && run > triesOfCleanUpMax)
        return void keepDrill(world, executionId, cleaning.int(minute));
      if (status === 'FAILED' || (status === 'AWAITED' && policy === 'ask' && told))
        decideOnDrill(world, executionId, cleaning.int(minute));
      return;
    }
    if (execution.status === 'AWAITING_APPROVAL') approve(world, executionId, execution, prng.int(minute));
    if (execution.status === 'PAUSED') resumeOrCancel(world, executionId);
    for (const [waveId, progress] of Object.entries(execution.waves)) {
      if (progress.status === 'HELD') onHeld(world, executionId, waveId, prng.int(minute));
      if (progress.status === 'STARTED') answerAll(world, executionId, waveId, prng);
    }
  };

  /** Who sees that a runbook has begun, or that nothing moves, may want an end of it all. */
  const onStartForgotten = (world: World, executionId: string): void => {
    if (!world.faults.has('operators') || !prng.chance(0.8)) return;
    world.count('operators: cancelled as a runbook started');
    decide(world, 'CancelRequested', executionId, undefined, worstMs());
  };

  return { onEvent, onStartForgotten, tidyUp };
};
