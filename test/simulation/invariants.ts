import { approvalHash } from '../../services/core/domain/chosen-point.ts';
import type { Recorded } from '../../contracts/envelope.ts';
import type { ExecutionFact, FrozenWave } from '../../contracts/execution-events.ts';
import { closingWaveIds, type Target } from '../../contracts/plan.ts';
import type { ServerResult, WaveFact } from '../../contracts/wave-events.ts';
import type { CapacityLimits } from '../../services/core/domain/capacity.ts';
import {
  initialExecution,
  isTerminal,
  type ExecutionState,
  type ExecutionStatus,
} from '../../services/core/domain/execution-state.ts';
import type { CleanUpFact } from '../../contracts/clean-up-events.ts';
import { initialCleanUp, type CleanUpState } from '../../services/core/domain/clean-up/state.ts';
import { cleanUpStream, isCleanUpStream } from '../../services/core/kernel/stream-names.ts';
import { isBeforeCleanUp, isClosing } from '../../services/core/domain/closing.ts';
import { meetsPolicy } from '../../services/core/domain/success-policy.ts';
import { actionKey, initialWave, type WaveState } from '../../services/core/domain/wave/state.ts';
import { canonicalJson } from '../../services/core/kernel/canonical.ts';
import { eventHash, type StreamRecord } from '../../services/core/kernel/stream.ts';
import type { StartRequest } from '../../services/core/ports/recovery-service.ts';
import {
  actionStarts,
  foldCleanUp,
  foldExecution,
  foldWave,
  succeededIn,
  waveStarts,
  type WaveStart,
} from '../../services/core/domain/audit/fold-streams.ts';
import type { SimulatedAutomation } from './automations.ts';
import {
  instanceIdOf,
  ownerOf,
  placeOf,
  serverEndsAt,
  withheldBy,
  type Drs,
  type SimulatedJob,
  type SimulatedTermination,
} from './drs.ts';
import { hasFailed, isWithheld } from './launch-actions.ts';
import type { Park } from './machines.ts';
import { createPlanRules, type PlanRulesDeps } from './plan-rules.ts';
import type { Run } from './sandbox.ts';
import { tryName } from './try-name.ts';

export interface Violation {
  readonly invariant: string;
  readonly what: string;
  readonly atMs: number;
}

/** The moves that an execution's status may make. */
const moves: Readonly<Record<ExecutionStatus, readonly ExecutionStatus[]>> = {
  NONE: ['REQUESTED', 'REJECTED'],
  REQUESTED: ['RUNNING', 'REJECTED', 'AWAITING_APPROVAL'],
  AWAITING_APPROVAL: ['REQUESTED', 'REJECTED'],
  RUNNING: ['PAUSED', 'CANCELLING', 'COMPLETED', 'PARTIAL', 'FAILED'],
  PAUSED: ['RUNNING', 'CANCELLING', 'COMPLETED', 'PARTIAL', 'FAILED'],
  CANCELLING: ['CANCELLED'],
  REJECTED: [],
  COMPLETED: [],
  PARTIAL: [],
  FAILED: [],
  CANCELLED: [],
};

/** Half of what DynamoDB takes. */
const itemBytesMax = 200 * 1_024;
/** SNS and targets that have not followed the bus to a megabyte take 256 KB; the audit keeps an event in an item. */
const eventBytesMax = 200 * 1_024;

export interface InvariantDeps {
  readonly now: () => number;
  readonly drs: Drs;
  readonly park: Park;
  readonly limits: CapacityLimits;
  /** Whether waves are so large that sizes are worth measuring. */
  readonly isLarge: boolean;
  readonly stateOf: (stream: string) => unknown;
  readonly leaseOf: (place: string, sourceServerId: string) => string | undefined;
  readonly drillsOverRecovery: (executionId: string) => boolean;
  /** Whether whoever made this decision wanted instances that run to be launched again. */
  readonly saidRelaunch: (decisionId: string) => boolean;
  /** What DRS shows is at most so old. */
  readonly lagMaxMs: number;
  /** Launch actions are awaited for at least so long after their job; 0 where clocks do not agree. */
  readonly patienceMs: number;
  /** Whether a real recovery with this plan needs a second person. */
  readonly needsSecondPerson: (planId: string) => boolean;
  readonly onExecutionFact: (executionId: string, fact: ExecutionFact, after: ExecutionState) => void;
  /** An instance of this drill is about to be ended. */
  readonly onInstanceEnded: (executionId: string, instanceId: string) => void;
  /** When the last actions before its clean-up were over. */
  readonly actionsEndedAt: (executionId: string) => number;
  readonly onWaveFact: (before: WaveState, fact: WaveFact, executionId: string) => void;
  readonly hit: (path: string) => void;
  readonly rules: PlanRulesDeps;
}

/** Between a look at DRS and the event that follows from it. */
const lookMaxMs = 2 * 60_000;

interface Stream {
  readonly events: Recorded[];
  readonly published: number[];
}

/** Watches every effect, and keeps the first violation. */
export const createInvariants = (deps: InvariantDeps) => {
  const streams = new Map<string, Stream>();
  /** Since when an execution is not running, as saved. */
  const haltedAt = new Map<string, number>();
  const endedAt = new Map<string, number>();
  /** Real instances that a drill must not destroy, by place and server. */
  let violation: Violation | undefined;

  const fail = (invariant: string, what: string): void => {
    violation ??= { invariant, what, atMs: deps.now() };
  };
  const rules = createPlanRules(deps.rules, fail);
  const streamOf = (name: string): Stream => {
    const known = streams.get(name);
    if (known !== undefined) return known;
    const fresh = { events: [], published: [] };
    streams.set(name, fresh);
    return fresh;
  };
  // The store holds what the services wrote; these two kinds of streams are all there are.
  const executionOf = (executionId: string): ExecutionState =>
    (deps.stateOf(executionId) as ExecutionState | undefined) ?? initialExecution;
  const waveOf = (executionId: string, waveId: string): WaveState =>
    (deps.stateOf(`${executionId}/${waveId}`) as WaveState | undefined) ?? initialWave;

  const cleanUpOf = (executionId: string): CleanUpState =>
    (deps.stateOf(cleanUpStream(executionId)) as CleanUpState | undefined) ?? initialCleanUp;

  /** Attempts that a person wanted to launch again what runs. */
  const relaunched = new Set<string>();
  const definitions = new Map<string, FrozenWave>();
  const definitionOf = (executionId: string, waveId: string): FrozenWave | undefined =>
    definitions.get(`${executionId}/${waveId}`);

  const isCounted =
    (executionId: string, waveId: string) =>
    (id: string): boolean =>
      waveOf(executionId, waveId).results[id]?.launchResult === 'LAUNCHED';
  /** What DRS itself says of a wave: which of its servers have been launched for it. */
  const launchedFor = (executionId: string, waveId: string): ReadonlySet<string> =>
    new Set(
      deps.drs
        .launchedBy(
          executionId,
          waveId,
          deps.now(),
          (id) =>
            isCounted(executionId, waveId)(id) || executionOf(executionId).waves[waveId]?.satisfied === true,
        )
        .map(({ id }) => id),
    );
  const satisfiesPolicy = (executionId: string, wave: FrozenWave): boolean => {
    const launched = launchedFor(executionId, wave.waveId);
    return meetsPolicy(
      wave.success,
      wave.servers.map(({ sourceServerId, critical }) => ({
        critical,
        launched: launched.has(sourceServerId),
      })),
    );
  };

  const onWaveStarted = (
    executionId: string,
    fact: Extract<ExecutionFact, { type: 'WaveStarted' }>,
    state: ExecutionState,
  ): void => {
    const { waveId, attempt, definition } = fact.data;
    definitions.set(`${executionId}/${waveId}`, definitions.get(`${executionId}/${waveId}`) ?? definition);
    const { decidedBy } = fact.data;
    if (decidedBy !== undefined && deps.saidRelaunch(decidedBy.decisionId))
      relaunched.add(`${executionId}/${waveId}#${attempt}`);
    if (attempt > 1) return void deps.hit('wave retried');
    rules.onWaveStarted(executionId, definition);
    if (isClosing(waveId)) {
      const { active, concluded, waveCount } = state;
      if (active !== 1 || concluded < waveCount)
        fail('S2', `${waveId} of ${executionId} started before all waves had ended`);
      return void deps.hit('last actions of a plan');
    }
    for (const dependency of definition.dependsOn) {
      const progress = state.waves[dependency];
      const before = definitionOf(executionId, dependency);
      const skipped = progress?.status === 'SKIPPED' && progress.satisfied;
      if (!skipped && (before === undefined || !satisfiesPolicy(executionId, before)))
        fail('S2', `${waveId} of ${executionId} started although DRS has not recovered ${dependency}`);
    }
  };

  /** S16: what needs a second person starts only after one approved exactly this plan. */
  const onExecutionStarted = (
    executionId: string,
    { data }: Extract<ExecutionFact, { type: 'ExecutionStarted' }>,
  ): void => {
    if (data.mode !== 'RECOVERY' || !deps.needsSecondPerson(data.planId)) return;
    const approvals = streamOf(executionId).events.filter(
      ({ type }) => type === 'ExecutionApproved',
    ) as unknown as readonly Extract<ExecutionFact, { type: 'ExecutionApproved' }>[];
    const isApproved = approvals.some(
      ({ data: { by, planHash } }) =>
        by !== data.requestedBy && planHash === approvalHash(data.planHash, data.pointInTime),
    );
    if (!isApproved) fail('S16', `${executionId} started without a second person`);
    else deps.hit('recovery approved by a second person');
  };

  /** With the servers that the events after it list. */
  const wholeStart = (start: WaveStart, fresh: readonly Recorded[]): WaveStart =>
    waveStarts(fresh).find(({ metadata }) => metadata.eventId === start.metadata.eventId) ?? start;

  /** What of an execution a note may not change. */
  const besideNotes = ({ notes: _notes, inCharge: _inCharge, decisions: _ids, ...rest }: ExecutionState) =>
    canonicalJson(rest);
  /** S46: a note stands there once, by itself, and nothing else of the execution changes with it. */
  const checkNotes = (
    { state, executionId }: StreamRecord<ExecutionState>,
    before: ExecutionState,
    fresh: readonly Recorded[],
  ): void => {
    const [note] = (fresh as readonly (Recorded & ExecutionFact)[]).filter(
      ({ type }) => type === 'NoteAdded',
    );
    if (note?.type !== 'NoteAdded') return;
    const name = `${note.data.decisionId} of ${executionId}`;
    if (before.status === 'NONE') fail('S46', `${name} is on record, and the execution is not`);
    if (before.decisions.includes(note.data.decisionId)) fail('S46', `${name} was noted twice`);
    if (fresh.length !== 1) fail('S46', `${name} said ${fresh.map(({ type }) => type).join(', ')}`);
    if (besideNotes(before) !== besideNotes(state)) fail('S46', `${name} changed the execution`);
    deps.hit(isTerminal(before.status) ? 'noted after the end' : 'noted');
    if (note.data.to !== undefined) deps.hit('handed over');
  };

  const onExecutionWrite = (
    record: StreamRecord<ExecutionState>,
    before: ExecutionState,
    fresh: readonly Recorded[],
  ): void => {
    const { state, executionId } = record;
    if (before.status !== state.status && !reaches(before.status, state.status, fresh.length))
      fail('S6', `${executionId} went from ${before.status} to ${state.status}`);
    checkNotes(record, before, fresh);
    const isOfPeople = ({ type }: Recorded): boolean => type === 'DecisionRefused' || type === 'NoteAdded';
    if (isTerminal(before.status) && !fresh.every(isOfPeople))
      fail(
        'S6',
        `${executionId} is ${before.status} and said ${fresh.map((event) => event.type).join(', ')}`,
      );
    if (before.frozenHash !== '' && before.frozenHash !== state.frozenHash)
      fail('S7', `${executionId} changed its frozen plan`);
    if (isTerminal(state.status) && !isTerminal(before.status)) {
      endedAt.set(executionId, deps.now());
      checkJobsEnded(executionId, state);
    }
    if (state.status === 'RUNNING') haltedAt.delete(executionId);
    else if (!haltedAt.has(executionId)) haltedAt.set(executionId, deps.now());
    for (const fact of fresh as readonly (Recorded & ExecutionFact)[]) {
      deps.onExecutionFact(executionId, fact, state);
      if (fact.type === 'ExecutionStarted') {
        rules.onExecutionStarted(executionId, fact.data);
        onExecutionStarted(executionId, fact);
      }
      if (fact.type === 'ExecutionRejected') rules.onExecutionRejected(fact.data);
      if (fact.type === 'WaveStarted') onWaveStarted(executionId, wholeStart(fact, fresh), state);
      else countPath(fact.type, deps.hit);
      const wasComplete =
        fact.type === 'WaveFailed' && before.waves[fact.data.waveId]?.hadRunningJobs === true;
      if (fact.type === 'WaveResultsChanged' || wasComplete) deps.hit('result changed by the end of a job');
      if (fact.type === 'WaveCompleted') {
        checkEnd(executionId, fact.data.waveId, fact.data.runningJobs);
        rules.onWaveSettled(executionId, fact.data.waveId);
        const wave = definitionOf(executionId, fact.data.waveId);
        if (wave === undefined || !satisfiesPolicy(executionId, wave))
          fail('S2', `${fact.data.waveId} of ${executionId} completed although DRS has not recovered it`);
        checkRecovered(executionId, fact.data.waveId, fact.data.servers);
        if (fact.data.outcome === 'PARTIAL') deps.hit('partial success');
      }
      if (fact.type === 'DecisionRefused' && fact.data.reason.includes('retry with relaunch'))
        deps.hit('instance kept by a retry');
      if (fact.type === 'OperatorNeeded' && fact.data.about.endsWith('timed-out'))
        deps.hit('time-out asked about');
    }
  };

  /** S30: a wave that is to end with its jobs does, and any other says which jobs it leaves to DRS. */
  const checkEnd = (executionId: string, waveId: string, running: readonly string[] = []): void => {
    const name = `${waveId} of ${executionId}`;
    if (running.length > 0) deps.hit('wave complete before the end of its jobs');
    const jobs = deps.drs.jobs.filter(
      ({ jobId, owner }) =>
        owner?.executionId === executionId && waveOf(executionId, waveId).jobIds.includes(jobId),
    );
    for (const job of jobs) {
      if (!deps.drs.isLive(job, deps.now())) continue;
      if (definitionOf(executionId, waveId)?.endsWith === 'job')
        fail('S30', `${name} ended before ${job.jobId}, with which it was to end`);
      if (!running.includes(job.jobId)) fail('S30', `${name} ended and forgot ${job.jobId}, which runs`);
    }
  };
  /** S30: an execution ends with the last of its jobs: until then it keeps its servers from all others. */
  const checkJobsEnded = (executionId: string, { waves }: ExecutionState): void => {
    for (const waveId of Object.keys(waves))
      for (const jobId of waveOf(executionId, waveId).jobIds) {
        const job = deps.drs.jobById(jobId);
        if (job !== undefined && deps.drs.isLive(job, deps.now()))
          fail('S30', `${executionId} ended, and ${jobId} of ${waveId} ran on`);
      }
  };
  /** S30: an operator hears of a server that was launched, by what DRS showed, and is gone at the end of its job. */
  const checkLost = (executionId: string, waveId: string): void => {
    const events = streamOf(`${executionId}/${waveId}`).events as readonly (Recorded & WaveFact)[];
    for (const event of events) {
      if (event.type !== 'ServerLaunchesEnded') continue;
      const job = deps.drs.jobById(event.data.jobId);
      const isLost = job?.servers.some(({ end }) => end === 'lost') === true;
      const isKnown = events.some(
        ({ type, data }) => type === 'DRSJobCompleted' && data.jobId === event.data.jobId,
      );
      const isAsked = events.some(
        ({ type, data }) => type === 'OperatorNeeded' && data.about === 'result-changed',
      );
      if (isLost && isKnown && !isAsked)
        fail('S30', `${event.data.jobId} of ${executionId}/${waveId} lost a server, and nobody was told`);
    }
  };

  /**
   * S8: what comes after a recovery begins after it. The claim is judged, or the start of what claims nothing: a result
   * that DRS takes back in between does not undo what is on its way.
   */
  const begun = new Set<string>();
  const onActionBegun = (
    executionId: string,
    { data }: Extract<WaveFact, { type: 'ActionClaimed' | 'ActionStarted' }>,
  ): void => {
    const { waveId, stage, actionId } = data;
    const name = tryName(executionId, data);
    if (begun.has(name)) return;
    begun.add(name);
    const wave = definitionOf(executionId, waveId);
    if (stage === 'after' && (wave === undefined || !satisfiesPolicy(executionId, wave)))
      fail('S8', `${actionId} of ${executionId}/${waveId} came before the recovery that it follows`);
  };
  /** S8: no try of an action has two automations. */
  const automations = new Map<string, string>();
  const named = new Set<string>();
  const onActionStarted = (
    executionId: string,
    { data }: Extract<WaveFact, { type: 'ActionStarted' }>,
  ): void => {
    const { automationExecutionId } = data;
    if (automationExecutionId === undefined) return;
    named.add(automationExecutionId);
    const name = tryName(executionId, data);
    const known = automations.get(name);
    if (known !== undefined && known !== automationExecutionId) fail('S8', `${name} was started twice`);
    automations.set(name, automationExecutionId);
  };

  /** S17: whoever may have started an automation says so before, and the wave does not end before it is known. */
  const onActionFailed = ({ data }: Extract<WaveFact, { type: 'ActionFailed' }>, before: WaveState): void => {
    const known = before.actions[actionKey(data.stage, data.actionId)];
    if (data.cause === 'stopped' && known?.status === 'CLAIMED') deps.hit('claim of an automation given up');
  };
  const isAsked = (executionId: string, waveId: string): boolean =>
    streamOf(`${executionId}/${waveId}`).events.some(
      (event) =>
        event.type === 'OperatorNeeded' &&
        (event as unknown as Extract<WaveFact, { type: 'OperatorNeeded' }>).data.about ===
          'automation-uncertain',
    );
  const checkAutomation = ({ id, request: { tags }, endsAt, stopped }: SimulatedAutomation): void => {
    const executionId = tags['groundswell:execution'] ?? '';
    const waveId = tags['groundswell:wave'] ?? '';
    if (stopped || isAsked(executionId, waveId)) return;
    const name = `${id} of ${executionId}/${waveId}`;
    if (!named.has(id)) return void fail('S17', `${name} was started, and nobody knows of it`);
    const overAt = isBeforeCleanUp(waveId)
      ? deps.actionsEndedAt(executionId)
      : (endedAt.get(executionId) ?? Infinity);
    if (endsAt > overAt) fail('S17', `${name} ran on after its execution had ended`);
  };

  /** S28 for what a wave says of its servers in the end. */
  const checkRecovered = (executionId: string, waveId: string, servers: readonly ServerResult[]): void => {
    const recovered = launchedFor(executionId, waveId);
    for (const { sourceServerId, launchResult } of servers)
      if (launchResult === 'LAUNCHED' && !recovered.has(sourceServerId))
        fail('S28', `${sourceServerId} counts in ${executionId}/${waveId}, and is not recovered`);
  };

  /**
   * S28: no server counts as recovered while a launch action of it that is not optional has failed or not ended, and
   * none that was launched counts as failed for anything else, or before its launch actions had their time.
   */
  const onServerResults = (
    executionId: string,
    { waveId, jobId, servers }: { waveId: string; jobId: string; servers: readonly ServerResult[] },
  ): void => {
    const job = deps.drs.jobById(jobId);
    if (job === undefined) return;
    for (const { sourceServerId, launchResult, failure = '' } of servers) {
      const server = job.servers.find(({ id }) => id === sourceServerId);
      if (launchResult === 'LAUNCHED' && !hasShown(job, server))
        fail('S28', `${sourceServerId} of ${executionId}/${waveId} counts, and DRS has not shown its launch`);
      if (server?.end !== 'launched') continue;
      const name = `${sourceServerId} of ${executionId}/${waveId}`;
      const sinceMs = deps.now() - serverEndsAt(job, server);
      const { actions = [] } = server;
      if (launchResult === 'LAUNCHED') {
        const open = withheldBy(job, server, deps.now());
        if (open !== undefined)
          fail('S28', `${name} counts as recovered, and "${open.name}" has failed or not ended`);
        if (actions.some(({ fails, optional, endsAfterMs }) => fails && optional && endsAfterMs <= sinceMs))
          deps.hit('server recovered although an optional launch action failed');
        continue;
      }
      deps.drs.giveUp(instanceIdOf(jobId, sourceServerId));
      if (actions.some((action) => hasFailed(action, sinceMs))) {
        deps.hit('server failed by a launch action');
        continue;
      }
      if (!actions.some((action) => isWithheld(action, sinceMs - deps.lagMaxMs - lookMaxMs)))
        fail('S28', `${name} counts as failed, and nothing that it needs has failed: ${failure}`);
      else if (deps.now() < job.endsAt + deps.patienceMs)
        fail('S28', `${name} counts as failed before its launch actions had their time: ${failure}`);
      deps.hit('launch actions awaited no longer');
    }
  };

  /** Whether a look that is just over can have found the server launched. */
  const hasShown = (job: SimulatedJob, server: SimulatedJob['servers'][number] | undefined): boolean => {
    if (server === undefined) return false;
    const now = deps.now();
    const hasEnded = !deps.drs.isLive(job, now);
    if (serverEndsAt(job, server) > now || (job.showsLate === true && !hasEnded)) return false;
    if (server.end === 'lost') return job.showsLate !== true && now <= job.endsAt + lookMaxMs;
    return server.end === 'launched';
  };

  const onWaveWrite = (before: WaveState, fresh: readonly Recorded[]): void => {
    for (const fact of fresh as readonly (Recorded & WaveFact)[]) {
      const { executionId } = fact.metadata;
      if (fact.type === 'ActionClaimed' || fact.type === 'ActionStarted') {
        rules.onActionBegun(executionId, fact);
        onActionBegun(executionId, fact);
      }
      if (fact.type === 'ActionCompleted') rules.onActionCompleted(executionId, fact.data);
      deps.onWaveFact(before, fact, executionId);
      if (fact.type === 'ActionStarted') {
        if (before.stopped !== undefined && fact.data.stage !== 'onCancel')
          deps.hit('automation of a stopped wave found');
        onActionStarted(executionId, fact);
      }
      if (fact.type === 'ActionFailed') onActionFailed(fact, before);
      if (
        fact.type === 'DRSJobResultsListed' ||
        fact.type === 'ServerLaunchesEnded' ||
        fact.type === 'DRSJobCompleted' ||
        fact.type === 'LaunchActionsEnded'
      )
        onServerResults(executionId, fact.data);
      if (fact.type === 'DRSJobCompleted' && fact.data.awaiting !== undefined)
        deps.hit('launch actions awaited after their job');
      if (fact.type === 'DRSJobStarted' && fact.data.adopted) deps.hit('job adopted');
      if (fact.type === 'CapacityAwaited') deps.hit('capacity awaited');
      if (fact.type === 'DRSJobRefused') {
        if (fact.data.cause === 'conflict') deps.hit('conflict met');
        if (fact.data.cause === 'interlock') deps.hit('launch refused for a machine');
        if (fact.data.cause === 'quota') deps.hit('quota met');
        if (fact.data.cause === 'not-found-after-quarantine')
          deps.hit(
            fact.data.final
              ? 'operator asked about an uncertain launch'
              : 'claim opened again after quarantine',
          );
      }
    }
  };

  /** S32: nothing that somebody keeps is claimed, and what is said to be gone is gone. */
  const onCleanUpWrite = (before: CleanUpState, fresh: readonly Recorded[]): void => {
    for (const fact of fresh as readonly (Recorded & CleanUpFact)[]) {
      const { executionId } = fact.metadata;
      if (fact.type === 'CleanUpActionsStarted')
        definitions.set(`${executionId}/${fact.data.waveId}`, fact.data.definition);
      if (fact.type === 'TerminationClaimed')
        for (const { instanceId } of fact.data.instances)
          if (before.keptBy !== undefined || before.kept[instanceId] !== undefined)
            fail(
              'S32',
              `${executionId} claims ${instanceId}, which ${before.keptBy ?? before.kept[instanceId]} keeps`,
            );
      if (fact.type === 'InstanceTerminated') {
        const { instanceId, sourceServerId, account, region } = fact.data;
        deps.hit('instance of a drill ended');
        const here = deps.drs.instances(`${account}/${region}`, new Set([sourceServerId]), deps.now());
        if (here.some((each) => each.instanceId === instanceId))
          fail('S33', `${executionId} says that ${instanceId} is gone, and it runs`);
      }
      if (fact.type === 'DrillKept') deps.hit('instances of a drill kept');
      if (fact.type === 'CleanUpQueued') deps.hit('clean-up awaited its place');
      if (fact.type === 'DrillExtended') deps.hit('drill extended');
      if (fact.type === 'CleanUpCompleted') deps.hit('drill cleaned up');
      if (fact.type === 'CleanUpFailed') deps.hit('clean-up gave up');
      if (fact.type === 'TerminationEnded') {
        if (fact.data.cause === 'left') deps.hit('instance resisted its end');
        if (fact.data.cause === 'no-effect') deps.hit('end called again');
        if (fact.data.cause === 'conflict') deps.hit('end met a conflict');
      }
    }
  };

  /** S32: only what a drill itself has launched is ended, by its own claim, and nothing of a real recovery. */
  const onTerminateCalled = (place: string, ids: readonly string[]): void => {
    if (ids.length > 100) fail('S32', `${ids.length} instances in one call`);
    for (const instanceId of ids) {
      const job = deps.drs.launchOf(instanceId);
      if (job === undefined) return void fail('S32', `${instanceId} is ended, and no job launched it`);
      if (job.place !== place) fail('S32', `${instanceId} is ended in ${place}`);
      if (!job.isDrill) fail('S32', `${instanceId} is ended, which a real recovery launched`);
      if (job.owner === undefined)
        return void fail('S32', `${instanceId} is ended, which somebody else launched by ${job.jobId}`);
      const { executionId, waveId } = job.owner;
      if (!waveOf(executionId, waveId).jobIds.includes(job.jobId))
        fail('S32', `${instanceId} is ended, and ${job.jobId} is no job that ${executionId} knows`);
      if (!isTerminal(executionOf(executionId).status))
        fail('S32', `${instanceId} is ended while ${executionId} runs`);
      deps.onInstanceEnded(executionId, instanceId);
      const isClaimed = claimedIn(executionId).has(instanceId);
      if (!isClaimed) fail('S32', `${instanceId} is ended without a claim of ${executionId}`);
      if (deps.park.isFailingBack(instanceId))
        fail('S32', `${instanceId} is ended, from which data flow back`);
      if (deps.park.wasDeletedLongAgo(instanceId))
        fail('S32', `${instanceId} is ended, whose record people deleted`);
    }
  };
  const claimedIn = (executionId: string): ReadonlySet<string> =>
    new Set(
      (streamOf(cleanUpStream(executionId)).events as unknown as readonly CleanUpFact[]).flatMap((fact) =>
        fact.type === 'TerminationClaimed' ? fact.data.instances.map(({ instanceId }) => instanceId) : [],
      ),
    );

  /** S9 and S32: a job that ends instances takes its place like a launch. */
  const onEndAccepted = (job: SimulatedTermination): void => {
    if (deps.patienceMs === 0) return;
    const live = deps.drs
      .live(deps.now())
      .filter(({ owner, place }) => owner !== undefined && place === job.place);
    const jobs = live.length + deps.drs.endsIn(job.place, deps.now()).length + 1;
    if (jobs > deps.limits.jobsMax) fail('S9', `${jobs} jobs at once; the limit is ${deps.limits.jobsMax}`);
  };

  /** S33: every instance of a drill whose plan wants a clean-up is ended, kept by a person, or asked about. */
  const checkDrillsEnded = (): void => {
    for (const [name, { events }] of streams) {
      if (name.includes('/')) continue;
      const execution = executionOf(name);
      const cleanUp = cleanUpOf(name);
      if (execution.mode !== 'DRILL' || events.length === 0) continue;
      const isWanted = execution.cleanUp !== undefined && execution.cleanUp.policy !== 'never';
      const isDone = execution.status === 'COMPLETED' || execution.status === 'PARTIAL';
      if (isWanted && isDone && cleanUp.status === 'NONE')
        fail('S33', `nobody has begun the clean-up of ${name}, which its plan wants`);
      if (cleanUp.status === 'NONE') continue;
      const isAsked = streamOf(cleanUpStream(name)).events.some(({ type }) => type === 'OperatorNeeded');
      for (const job of deps.drs.jobs) {
        if (job.owner?.executionId !== name || !waveOf(name, job.owner.waveId).jobIds.includes(job.jobId))
          continue;
        for (const { id } of job.servers) {
          const instanceId = instanceIdOf(job.jobId, id);
          const here = deps.drs.instances(job.place, new Set([id]), deps.now());
          if (!here.some((each) => each.instanceId === instanceId)) continue;
          const isKept = cleanUp.keptBy !== undefined || cleanUp.kept[instanceId] !== undefined;
          if (!isKept && !isAsked)
            fail(
              'S33',
              `${instanceId} of ${name} runs on, and nobody keeps it or was asked: ${cleanUp.status}`,
            );
        }
      }
    }
  };

  /** S6, S11, S14: every saved change, with the events that it adds. */
  const onStreamWrite = (
    id: string,
    before: StreamRecord<unknown> | undefined,
    after: StreamRecord<unknown>,
  ): readonly Recorded[] => {
    const stream = streamOf(id);
    const version = before?.version ?? 0;
    if (after.version < version) fail('S6', `${id} went back from version ${version} to ${after.version}`);
    const fresh =
      after.version === version ? [] : after.outbox.filter((event) => event.metadata.version > version);
    if (fresh.length !== after.version - version)
      fail('S11', `${id} lost events between ${version} and ${after.version}`);
    for (const event of fresh) {
      if (event.metadata.causationId === '') fail('S14', `${event.metadata.eventId} has no cause`);
      stream.events.push(event);
      stream.published.push(0);
    }
    const kept = new Set(after.outbox.map((event) => event.metadata.version));
    for (const event of before?.outbox ?? [])
      if (!kept.has(event.metadata.version) && stream.published[event.metadata.version - 1] === 0)
        fail('S11', `${event.metadata.eventId} left the outbox and was never accepted by the bus`);
    // Streams of waves have a slash in their name.
    if (isCleanUpStream(id))
      onCleanUpWrite((before as StreamRecord<CleanUpState> | undefined)?.state ?? initialCleanUp, fresh);
    else if (id.includes('/'))
      onWaveWrite((before as StreamRecord<WaveState> | undefined)?.state ?? initialWave, fresh);
    else
      onExecutionWrite(
        after as StreamRecord<ExecutionState>,
        (before as StreamRecord<ExecutionState> | undefined)?.state ?? initialExecution,
        fresh,
      );
    return fresh;
  };

  /** S27: no item and no event comes near to what DynamoDB and EventBridge take, whatever a plan holds. */
  const onItem = (name: string, body: unknown): void => {
    const bytes = Buffer.byteLength(JSON.stringify(body));
    if (bytes > itemBytesMax) fail('S27', `${name} has ${bytes} bytes`);
  };
  const onEntry = (event: Recorded): void => {
    const bytes = Buffer.byteLength(JSON.stringify(event));
    if (bytes > eventBytesMax) fail('S27', `${event.metadata.eventId} ${event.type} has ${bytes} bytes`);
  };

  const onAccepted = (event: Recorded): void => {
    if (deps.isLarge) onEntry(event);
    const stream = streams.get(event.metadata.stream);
    const index = event.metadata.version - 1;
    if (stream?.events[index]?.metadata.hash !== event.metadata.hash)
      return void fail('S11', `${event.metadata.eventId} was published and never saved`);
    const times = (stream.published[index] ?? 0) + 1;
    stream.published[index] = times;
    if (times === 2) deps.hit('event published again');
  };

  const beforeActionsMissing = (wave: WaveState, definition: FrozenWave, mode: string): readonly string[] =>
    definition.before
      .flat()
      .filter((action) => !action.optional && (action.when === 'BOTH' || action.when === mode))
      .map((action) => action.actionId)
      .filter((actionId) => wave.actions[actionKey('before', actionId)]?.status !== 'SUCCEEDED');

  /** S1, S2, S3, S7, S8, S9, S10: before DRS looks at a call. */
  const onStartCalled = (run: Run, target: Target, request: StartRequest): void => {
    const owner = ownerOf(request);
    if (owner === undefined) return void fail('S14', 'a StartRecovery without its tags');
    const { executionId, waveId, attempt } = owner;
    const name = `${executionId}/${waveId}#${attempt}`;
    const execution = executionOf(executionId);
    const definition = definitionOf(executionId, waveId);
    if (definition === undefined) return void fail('S2', `${name} was launched and never started`);
    const halted = haltedAt.get(executionId);
    if (isTerminal(execution.status)) fail('S3', `${name} was launched after its end`);
    else if (halted !== undefined && run.startedAt > halted)
      fail('S3', `${name} was launched while its execution is ${execution.status}`);
    const progress = execution.waves[waveId];
    if (progress?.status !== 'STARTED' || progress.attempt !== attempt)
      fail(
        'S3',
        `${name} was launched while the wave is ${progress?.status} at attempt ${progress?.attempt}`,
      );
    if (request.isDrill !== (execution.mode === 'DRILL')) fail('S7', `${name} mixes up drill and recovery`);
    const frozen = new Set(definition.servers.map((server) => server.sourceServerId));
    for (const { sourceServerId } of request.servers) {
      if (!frozen.has(sourceServerId))
        fail('S7', `${name} launches ${sourceServerId}, which is not in its frozen plan`);
      if (deps.leaseOf(placeOf(target), sourceServerId) !== executionId)
        fail('S10', `${name} launches ${sourceServerId} without its lease`);
    }
    if (placeOf(definition.target) !== placeOf(target)) fail('S7', `${name} is launched elsewhere`);
    rules.onStartCalled(executionId, waveId, request);
    const missing = beforeActionsMissing(waveOf(executionId, waveId), definition, execution.mode);
    if (missing.length > 0) fail('S8', `${name} was launched before its actions ${missing.join(', ')}`);
    if (request.servers.length > 100) fail('S9', `${name} has ${request.servers.length} servers in one job`);
  };

  /** S1, S9, S10 and the drill over a recovery: when DRS accepts a job. */
  const onJobAccepted = (job: SimulatedJob): void => {
    const owner = job.owner;
    if (owner === undefined) return;
    const name = attemptName(owner);
    const servers = new Set(job.servers.map((server) => server.id));
    let live = 0;
    let liveServers = 0;
    for (const other of deps.drs.jobs) {
      if (other === job || other.owner === undefined || other.place !== job.place) continue;
      const shared = other.servers.find((server) => servers.has(server.id));
      const same = other.owner.executionId === owner.executionId && other.owner.waveId === owner.waveId;
      if (same && other.owner.attempt < owner.attempt) checkKept(name, owner.attempt, other, servers);
      if (shared !== undefined && same && other.owner.attempt === owner.attempt)
        fail('S1', `${name} launched ${shared.id} twice, by ${other.jobId} and ${job.jobId}`);
      if (!deps.drs.isLive(other, deps.now())) continue;
      if (shared !== undefined)
        fail('S10', `${name} launched ${shared.id}, which is in ${other.jobId} still`);
      live += 1;
      liveServers += other.servers.length;
    }
    if (live + 1 > deps.limits.jobsMax)
      fail('S9', `${live + 1} jobs at once; the limit is ${deps.limits.jobsMax}`);
    if (liveServers + servers.size > deps.limits.serversMax)
      fail('S9', `${liveServers + servers.size} servers in jobs; the limit is ${deps.limits.serversMax}`);
    if (job.isDrill) checkMachines(name, owner, job.place, servers);
    if (job.isDrill && !deps.drillsOverRecovery(owner.executionId)) {
      for (const { sourceServerId, isDrill, instanceId } of deps.drs.instances(
        job.place,
        servers,
        deps.now(),
      ))
        if (!isDrill && !deps.park.namedBy(owner.executionId).includes(instanceId))
          fail('drill over recovery', `${name} destroys ${instanceId} of ${sourceServerId}`);
    }
  };

  const attemptName = ({ executionId, waveId, attempt }: NonNullable<SimulatedJob['owner']>): string =>
    `${executionId}/${waveId}#${attempt}`;

  /** Whether a person has let an attempt after this job launch the server again: that ended what the job had launched. */
  const isReplaced = (earlier: SimulatedJob, id: string, attempt: number): boolean =>
    deps.drs.jobs.some(
      ({ owner, servers }) =>
        owner !== undefined &&
        owner.executionId === earlier.owner?.executionId &&
        owner.waveId === earlier.owner.waveId &&
        owner.attempt > earlier.owner.attempt &&
        owner.attempt < attempt &&
        relaunched.has(attemptName(owner)) &&
        servers.some((server) => server.id === id),
    );

  /** S1 and S29: what an earlier attempt has launched is launched again only if it failed then and a person said so. */
  const checkKept = (
    name: string,
    attempt: number,
    earlier: SimulatedJob,
    servers: ReadonlySet<string>,
  ): void => {
    for (const { id, end } of earlier.servers) {
      if (end !== 'launched' || isReplaced(earlier, id, attempt)) continue;
      const isFailed = deps.drs.isGivenUp(instanceIdOf(earlier.jobId, id));
      if (!servers.has(id)) {
        if (isFailed) deps.hit('instance kept by a retry');
      } else if (!isFailed) fail('S1', `${name} launched ${id} again, which ${earlier.jobId} had recovered`);
      else if (relaunched.has(name)) deps.hit('instance launched again since a person said so');
      else fail('S29', `${name} launched ${id} again, which runs since ${earlier.jobId}, and nobody said so`);
    }
  };

  /** S27: no drill ends or overwrites a machine that is not a drill's own, unless a person named it. */
  const checkMachines = (
    name: string,
    { executionId, waveId }: NonNullable<SimulatedJob['owner']>,
    place: string,
    servers: ReadonlySet<string>,
  ): void => {
    const { park } = deps;
    const named = park.namedBy(executionId);
    for (const { instanceId, serverId } of park.needed(servers))
      if (named.includes(instanceId)) deps.hit('machine ended that a person named');
      else fail('S27', `${name} ends ${instanceId} of ${serverId}, of which DRS has no record`);
    for (const { instanceId, sourceServerId, isDrill } of deps.drs.instances(place, servers, deps.now()))
      if (!isDrill && park.wasDeletedLongAgo(instanceId) && !named.includes(instanceId))
        fail('S27', `${name} ends ${instanceId} of ${sourceServerId}, whose record was deleted`);
    for (const { instanceId, sourceServerId, isDrill } of deps.drs.instances(place, servers, deps.now()))
      if (isDrill && park.isFailingBack(instanceId)) {
        if (deps.drillsOverRecovery(executionId)) deps.hit('failback ended that a person allowed');
        else fail('S27', `${name} ends ${instanceId} of ${sourceServerId}, which fails back`);
      }
    for (const { instanceId, serverId } of park.failing(servers))
      if (named.includes(instanceId) || deps.drillsOverRecovery(executionId))
        deps.hit('failback ended that a person allowed');
      else fail('S27', `${name} ends ${instanceId} of ${serverId}, which fails back`);
    const drillsInto = definitionOf(executionId, waveId)?.drillsInto ?? [];
    for (const { instanceId, serverId } of park.entered(servers))
      if ([...named, ...drillsInto].includes(instanceId)) deps.hit('machine overwritten that a plan named');
      else fail('S27', `${name} overwrites ${instanceId} by a launch of ${serverId}`);
  };

  const chainFault = (events: readonly Recorded[]): string | undefined => {
    let hash = '';
    for (const { metadata } of events) {
      if (metadata.previousHash !== hash)
        return `${metadata.eventId} does not follow from the event before it`;
      hash = metadata.hash;
    }
    const last = events.at(-1);
    if (last === undefined) return undefined;
    const { hash: own, ...metadata } = last.metadata;
    const isSame = eventHash({ type: last.type, data: last.data }, metadata) === own;
    return isSame ? undefined : `${metadata.eventId} was changed`;
  };
  const startsOf = (name: string): readonly WaveStart[] => {
    const [executionId = '', waveId] = name.split('/');
    const starts = isBeforeCleanUp(waveId)
      ? actionStarts(streams.get(cleanUpStream(executionId))?.events ?? [])
      : waveStarts(streams.get(executionId)?.events ?? []);
    return starts.filter(({ data }) => data.waveId === waveId);
  };
  const drillOf = (name: string) => {
    const executionId = name.split('/')[0] ?? '';
    const drill = executionOf(executionId);
    const actions = streams.get(`${executionId}/${closingWaveIds.beforeCleanUp}`)?.events ?? [];
    return {
      drill,
      actionsDone: new Set(succeededIn(actions)),
      jobIds: new Set(Object.keys(drill.waves).flatMap((waveId) => waveOf(executionId, waveId).jobIds)),
    };
  };
  /** S6, S11, S13, S14 over the whole run: an auditor's own rules, on every stream. */
  const atEnd = (started: readonly SimulatedAutomation[]): void => {
    started.forEach(checkAutomation);
    for (const name of streams.keys()) {
      const [executionId = '', waveId] = name.split('/');
      if (waveId !== undefined) checkLost(executionId, waveId);
    }
    checkDrillsEnded();
    for (const [name, { events, published }] of streams) {
      published.forEach((times, index) => {
        if (times === 0)
          fail('S11', `${name}@${index + 1} ${events[index]?.type} was saved and never published`);
      });
      const broken = chainFault(events);
      if (broken !== undefined) fail('S14', broken);
      const restored = { stream: name, events, whole: true, doubled: 0, discrepancies: [] };
      const folded = isCleanUpStream(name)
        ? foldCleanUp(restored, drillOf(name))
        : name.includes('/')
          ? foldWave(restored, startsOf(name))
          : foldExecution(restored);
      for (const { message } of folded.discrepancies) fail('S6', `${name}: ${message}`);
      if (events.length > 0 && canonicalJson(folded.state) !== canonicalJson(deps.stateOf(name)))
        fail('S13', `${name} is not what its events say`);
    }
  };

  return {
    fail,
    violation: () => violation,
    /** Whether an event is saved and not published yet. */
    hasUnpublished: () => [...streams.values()].some(({ published }) => published.includes(0)),
    onStreamWrite,
    onItem,
    onAccepted,
    onStartCalled,
    onJobAccepted,
    atEnd,
    onTerminateCalled,
    onEndAccepted,
    executionOf,
    cleanUpOf,
    waveOf,
    isCounted,
    definitionOf,
    streams,
  };
};
export type Invariants = ReturnType<typeof createInvariants>;

/** One write may make several moves, as when the last wave fails and the execution ends with it. */
const reaches = (from: ExecutionStatus, to: ExecutionStatus, steps: number): boolean =>
  moves[from].includes(to) || (steps > 1 && moves[from].some((next) => reaches(next, to, steps - 1)));

const countPath = (type: ExecutionFact['type'], hit: (path: string) => void): void => {
  if (type === 'WaveSkipped') hit('wave skipped');
  if (type === 'ExecutionCancelled') hit('execution cancelled');
  if (type === 'ExecutionPaused') hit('execution paused');
  if (type === 'DecisionRefused') hit('decision refused');
};
