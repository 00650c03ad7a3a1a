import type { ExecutionFact, Fault } from '../../../contracts/execution-events.ts';
import {
  awaiting,
  decideOnApproval,
  expiring,
  needsApproval,
  type ApprovalDecision,
} from '../../core/domain/approval.ts';
import { approvalHash } from '../../core/domain/chosen-point.ts';
import { boundedFaults } from '../../core/domain/bounded-faults.ts';
import {
  isBeforeStart,
  type ExecutionState,
  type ExecutionStatus,
} from '../../core/domain/execution-state.ts';
import { countsServers, isFailback } from '../../core/domain/failback/homeward-waves.ts';
import { executionIdOf } from '../../core/kernel/canonical.ts';
import { createTransact, type TransactPorts } from '../../core/kernel/transact.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Wake } from '../../core/ports/timers.ts';
import { executionAddress, executionKind, readExecution } from '../../core/streams/execution-stream.ts';
import { writeFrozenPlan } from '../../core/streams/frozen-plan.ts';
import type { CompleteRequest } from '../../core/streams/record-request.ts';
import { NotYet, askingKnobs, openAsking, type AskingKnobs } from './asking.ts';
import { takeLeases } from './leases.ts';
import { forgetNotes } from './notes.ts';
import { calendarNames } from '../../core/readiness/ask-calendars.ts';
import { prepare, type Prepared, type PreparePorts } from '../../core/readiness/prepare.ts';

export interface AcceptPorts extends TransactPorts, PreparePorts {
  readonly log: Log;
}

/** What the deployment says of real recoveries. */
export interface ApprovalRule {
  /** A second person has to approve each one, whatever its plan says. */
  readonly always: boolean;
  /** How long one may take to do so. */
  readonly minutes: number;
}

export const approvalRule: ApprovalRule = { always: false, minutes: 60 };

/** How soon a started execution is looked over for anything that was lost. */
const reconcileAfterMs = 120_000;

/** Another request for the same servers is decided within seconds. */
const decidedSoonMs = 2_000;

/**
 * Accepts a request, or refuses it with every reason at once. The request is on record before anything is asked:
 * what fails afterwards only delays it. The same request id always means the same execution, so a repeat starts
 * nothing. The refusal is kept as the execution's last event: a duplicate that arrives after the fault was fixed
 * must not start a recovery that nobody expects.
 */
export const createAcceptExecution = (
  ports: AcceptPorts,
  rule: ApprovalRule = approvalRule,
  knobs: AskingKnobs = askingKnobs,
) => {
  const examineAndStart = async (intake: Intake, state: ExecutionState): Promise<void> => {
    const { executionId } = intake;
    const request = recorded(state);
    if (state.status !== 'REQUESTED' || request === undefined) {
      await intake.publishLeftovers();
      return isBeforeStart(state) ? undefined : forgetChecks(ports, executionId);
    }
    await ports.timers.ensure({ service: 'reconcile', executionId }, reconcileAfterMs);
    const late = lateFaults(request, ports.clock.now());
    if (late.length > 0) return reject(intake, request, late);
    const prepared = await check(intake, state, request, 'before', knobs);
    if (prepared === 'later') return;
    const faults = [...prepared.faults, ...otherPlan(state, prepared)];
    if (faults.length > 0) return reject(intake, request, faults);
    if (needsApproval(state, prepared.version, rule.always)) {
      const { version } = prepared;
      if (version !== undefined) await intake.change((now, at) => awaiting(now, version, rule.minutes, at));
    } else await start(intake, state, request, prepared, knobs);
  };

  /** Takes up a request that was recorded, and whose intake died or is to go on, or that no approval in time. */
  const resume = async ({ executionId }: Wake, causationId: string): Promise<void> => {
    const intake = open(ports, executionId, causationId);
    const state = await readExecution(ports.store, executionId);
    if (state.status === 'AWAITING_APPROVAL') await intake.change(expiring);
    else await examineAndStart(intake, state);
  };

  return {
    resume,

    accept: async (asked: CompleteRequest, causationId: string): Promise<void> => {
      const intake = open(ports, executionIdOf(asked.requestId), causationId);
      const state = await intake.say({ type: 'ExecutionAccepted', data: asked }, ['NONE'], 'later');
      await examineAndStart(intake, state);
    },

    /** Acts on a second person's decision about a recovery that waits for one. */
    decide: async (executionId: string, decision: ApprovalDecision, causationId: string): Promise<void> => {
      const intake = open(ports, executionId, causationId);
      await intake.change((state, now) => decideOnApproval(state, decision, now));
      await resume({ service: 'accept-execution', executionId }, causationId);
    },

    /** Refuses what cannot even be read as a request; its execution is named after the event. */
    refuse: (requestId: string, faults: readonly Fault[], causationId: string): Promise<void> =>
      reject(open(ports, executionIdOf(requestId), causationId), { requestId, planId: '' }, faults),
  };
};

/** What was recorded counts, not what a repeat of the request says. What was approved is that one version of the plan. */
const recorded = ({ request, requestId, requestedBy, planVersion, approval }: ExecutionState) =>
  request && {
    ...request,
    ...{ requestId, requestedBy },
    ...(approval !== undefined && { planVersion }),
  };

const otherPlan = (
  { approval, planHash, request }: ExecutionState,
  { version }: Prepared,
): readonly Fault[] =>
  approval === undefined || approvalHash(version?.hash ?? '', request?.pointInTime) === planHash
    ? []
    : [{ path: 'planVersion', message: 'the plan is not the one that was approved', expected: planHash }];

/** What is started later than whoever asked for it expects may meet people who do not. */
const lateFaults = ({ startBy }: Pick<CompleteRequest, 'startBy'>, now: number): readonly Fault[] =>
  startBy === undefined || now <= Date.parse(startBy)
    ? []
    : [
        {
          path: 'startBy',
          message: `it was to start by ${startBy}, and it is ${new Date(now).toISOString()}`,
          expected: 'a new request',
        },
      ];

/** One delivery's work on one request. */
interface Intake {
  readonly ports: AcceptPorts;
  readonly executionId: string;
  /** Saves what is decided on the execution as it then is, and publishes it. */
  readonly change: (
    decide: (state: ExecutionState, now: number) => readonly ExecutionFact[],
    publishing?: 'now' | 'later',
  ) => Promise<ExecutionState>;
  /** Says the fact if the execution is in one of these states. */
  readonly say: (
    fact: ExecutionFact,
    when: readonly ExecutionStatus[],
    publishing?: 'now' | 'later',
  ) => Promise<ExecutionState>;
  readonly publishLeftovers: () => Promise<void>;
}

const open = (ports: AcceptPorts, executionId: string, causationId: string): Intake => {
  const transact = createTransact('accept-execution', ports, executionKind);
  const change: Intake['change'] = async (decide, publishing) =>
    (await transact(executionAddress(executionId), causationId, decide, publishing)).state;
  return {
    ports,
    executionId,
    change,
    say: (fact, when, publishing) =>
      change((state) => (when.includes(state.status) ? [fact] : []), publishing),
    publishLeftovers: async () => void (await change(() => [])),
  };
};

/** What is asked before any server is held, and what is asked again once all are: no answer of the one serves the other. */
const rounds = ['before', 'leased'] as const;
type Round = (typeof rounds)[number];
const roundName = (executionId: string, round: Round): string => `${executionId}/${round}`;

/** A run without any new answer for so long is a failure, so that an alarm sees it; the reconciler goes on asking. */
const stuckMs = 15 * 60_000;
const pauseMs = { min: 2_000, max: 30_000 };

/**
 * Asks what speaks against the request, from where an earlier run stopped. What this run does not get answered is
 * asked by the next, after a pause that grows with the time in which nothing was answered.
 */
const check = async (
  intake: Intake,
  state: ExecutionState,
  request: CompleteRequest,
  round: Round,
  knobs: AskingKnobs,
): Promise<Prepared | 'later'> => {
  const { ports, executionId } = intake;
  const asking = await openAsking(ports, roundName(executionId, round), knobs);
  try {
    return await prepare({ ...ports, recovery: asking.recovery }, request);
  } catch (error) {
    await asking.save();
    const quietMs = ports.clock.now() - Math.max(asking.progressAt(), state.startedAt);
    if (!(error instanceof NotYet) || quietMs > stuckMs) throw error;
    await goOnLater(intake, Math.min(pauseMs.max, Math.max(pauseMs.min, quietMs)), error.message);
    return 'later';
  }
};

/** Whoever follows the execution hears of it now; the next run takes up what this one leaves. */
const goOnLater = async (intake: Intake, delayMs: number, reason: string): Promise<void> => {
  const { ports, executionId } = intake;
  await ports.timers.set({ service: 'accept-execution', executionId }, delayMs);
  ports.log.info('the intake goes on later', { executionId, delayMs, reason });
  await intake.publishLeftovers();
};

const forgetChecks = async ({ store }: AcceptPorts, executionId: string): Promise<void> => {
  for (const round of rounds) await forgetNotes(store, roundName(executionId, round));
};

/**
 * Whoever finds a lease finds the execution that holds it, alive, since the request is on record before; only
 * when all are taken is the start saved, against exactly that record. An execution that held one of the servers may
 * have recovered it since the first check, and a drill must not destroy that: it is asked again now that they are ours.
 */
const start = async (
  intake: Intake,
  state: ExecutionState,
  request: CompleteRequest,
  prepared: Prepared,
  knobs: AskingKnobs,
): Promise<void> => {
  const { ports, executionId, change } = intake;
  const { startedAt, mode, approval } = state;
  const claimant = { executionId, startedAt, mode, ...directionOf(prepared) };
  const leases = await takeLeases(ports.store, claimant, prepared.waves);
  if (leases.undecided)
    return goOnLater(intake, decidedSoonMs, 'another request holds servers and is not decided yet');
  const now = leases.takenOver ? await check(intake, state, request, 'leased', knobs) : undefined;
  if (now === 'later') return;
  const faults = [...leases.faults, ...(now?.faults ?? [])];
  if (faults.length > 0) return reject(intake, request, faults);
  const frozenHash = await writeFrozenPlan(
    ports.store,
    prepared.waves,
    prepared.version?.plan.timeoutMinutes ?? 0,
    prepared.closing,
  );
  const started = startedFact(request, prepared, frozenHash, approval?.approvedBy);
  await change((current, at) => {
    if (current.status !== 'REQUESTED') return [];
    const late = lateFaults(request, at);
    return late.length > 0 ? [rejectedFact(request, late)] : [started];
  });
  // Should this run die before, the reconciler sets it.
  if (prepared.stops.length > 0) await ports.timers.ensure({ service: 'run-actions', executionId }, 0);
  await forgetChecks(ports, executionId);
};

const rejectedFact = (
  { requestId, planId }: Pick<CompleteRequest, 'requestId' | 'planId'>,
  faults: readonly Fault[],
): ExecutionFact => ({
  type: 'ExecutionRejected',
  data: { requestId, planId, faults: [...boundedFaults(faults)] },
});

const reject = async (
  { ports, executionId, say }: Intake,
  request: Pick<CompleteRequest, 'requestId' | 'planId'>,
  faults: readonly Fault[],
): Promise<void> => {
  const { requestId } = request;
  await say(rejectedFact(request, faults), ['NONE', 'REQUESTED']);
  await forgetChecks(ports, executionId);
  ports.log.warn('request refused', { executionId, requestId, faults: faults.length });
};

const directionOf = ({ version }: Prepared): { readonly direction?: 'failback' } =>
  version !== undefined && isFailback(version.plan) ? { direction: 'failback' } : {};

const startedFact = (
  request: CompleteRequest,
  prepared: Prepared,
  frozenHash: string,
  approvedBy: string | undefined,
): ExecutionFact => {
  const { requestId, planId, mode, requestedBy, reason, pointInTime } = request;
  const { rtoMinutes, rpoMinutes, cleanUp } = prepared.version?.plan ?? {};
  const warned = prepared.findings.filter(({ level }) => level === 'warning').map(({ name }) => name);
  const isOverridden = (name: string): boolean => request.acceptWarnings?.includes(name) ?? false;
  const allowed = request.allowDrillOverRecovery === true ? ['drill-over-recovery'] : [];
  const { allowReplacing = [] } = request;
  const calendars = calendarNames(prepared.version?.plan ?? {}, request);
  const warnings = warned.filter((name) => !isOverridden(name) && !allowed.includes(name));
  return {
    type: 'ExecutionStarted',
    data: {
      requestId,
      planId,
      planVersion: prepared.version?.version ?? 0,
      planHash: prepared.version?.hash ?? '',
      frozenHash,
      mode,
      requestedBy,
      ...(approvedBy !== undefined && { approvedBy }),
      ...(pointInTime !== undefined && { pointInTime }),
      reason: reason ?? '',
      ...(rtoMinutes !== undefined && { rtoMinutes }),
      ...(rpoMinutes !== undefined && { rpoMinutes }),
      waveCount: prepared.waves.length,
      serverCount: prepared.waves.filter(countsServers).reduce((sum, wave) => sum + wave.servers.length, 0),
      overrides: [...new Set([...warned.filter(isOverridden), ...allowed])],
      ...(warnings.length > 0 && { warnings: [...new Set(warnings)] }),
      ...(allowReplacing.length > 0 && { allowReplacing }),
      ...(cleanUp !== undefined && mode === 'DRILL' && { cleanUp }),
      ...(prepared.closing.beforeCleanUp !== undefined && { beforeCleanUp: true as const }),
      ...(calendars.length > 0 && { calendars: [...calendars] }),
      ...(prepared.stops.length > 0 && { stopWhen: [...prepared.stops] }),
      ...directionOf(prepared),
    },
  };
};
