import type { ExecutionFact, ExecutionRequest, Fault } from '../../contracts/execution-events.ts';
import {
  awaiting,
  decideOnApproval,
  expiring,
  needsApproval,
  type ApprovalDecision,
} from '../domain/approval.ts';
import { unacceptedWarnings } from '../domain/acceptance.ts';
import type { ExecutionState, ExecutionStatus } from '../domain/execution-state.ts';
import { executionIdOf } from '../kernel/canonical.ts';
import { createTransact, type TransactPorts } from '../kernel/transact.ts';
import type { Log } from '../ports/log.ts';
import type { Wake } from '../ports/timers.ts';
import { executionAddress, executionKind, readExecution } from '../streams/execution-stream.ts';
import { writeFrozenPlan } from '../streams/frozen-plan.ts';
import type { CompleteRequest } from '../streams/record-request.ts';
import { takeLeases } from './leases.ts';
import { prepare, type Prepared, type PreparePorts } from '../readiness/prepare.ts';

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

/**
 * Accepts a request, or refuses it with every reason at once. The same request id always means the
 * same execution, so a repeat starts nothing. The refusal is kept as the execution's only event: a
 * duplicate that arrives after the fault was mended must not start a recovery that nobody expects.
 */
export const createAcceptExecution = (ports: AcceptPorts, rule: ApprovalRule = approvalRule) => {
  const accept = async (asked: CompleteRequest, causationId: string): Promise<void> => {
    const intake = open(ports, executionIdOf(asked.requestId), causationId);
    const state = await readExecution(ports.store, intake.executionId);
    if (state.status !== 'NONE' && state.status !== 'REQUESTED') return intake.publishLeftovers();
    const request = recorded(state) ?? asked;
    const prepared = await prepare(ports, request);
    const faults = [...prepared.faults, ...unaccepted(prepared, request), ...otherPlan(state, prepared)];
    if (faults.length > 0) return reject(intake, request, faults);
    const { mode } = request;
    const waits = needsApproval({ ...state, mode }, prepared.version, rule.always);
    if (waits) await awaitApproval(intake, request, prepared, rule.minutes);
    else await start(intake, request, prepared, state.approval?.approvedBy);
  };

  /** Takes up a request that was recorded, and whose intake died, or that nobody approved in time. */
  const resume = async ({ executionId }: Wake, causationId: string): Promise<void> => {
    const state = await readExecution(ports.store, executionId);
    const request = state.status === 'REQUESTED' ? recorded(state) : undefined;
    if (request !== undefined) return accept(request, causationId);
    await open(ports, executionId, causationId).change(expiring);
  };

  return {
    accept,
    resume,

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

const otherPlan = ({ approval, planHash }: ExecutionState, { version }: Prepared): readonly Fault[] =>
  approval === undefined || version?.hash === planHash
    ? []
    : [{ path: 'planVersion', message: 'the plan is not the one that was approved', expected: planHash }];

/** One delivery's work on one request. */
interface Intake {
  readonly ports: AcceptPorts;
  readonly executionId: string;
  /** Saves what is decided on the execution as it then is, and publishes it. */
  readonly change: (
    decide: (state: ExecutionState, now: number) => readonly ExecutionFact[],
    publishing?: 'now' | 'later',
  ) => Promise<void>;
  /** Says the fact if the execution is in one of these states. */
  readonly say: (
    fact: ExecutionFact,
    when: readonly ExecutionStatus[],
    publishing?: 'now' | 'later',
  ) => Promise<void>;
  readonly publishLeftovers: () => Promise<void>;
}

const open = (ports: AcceptPorts, executionId: string, causationId: string): Intake => {
  const transact = createTransact('accept-execution', ports, executionKind);
  const change: Intake['change'] = async (decide, publishing) =>
    void (await transact(executionAddress(executionId), causationId, decide, publishing));
  return {
    ports,
    executionId,
    change,
    say: (fact, when, publishing) =>
      change((state) => (when.includes(state.status) ? [fact] : []), publishing),
    publishLeftovers: () => change(() => []),
  };
};

/** Nothing is held for a request that waits: what speaks against it is asked again once it is approved. */
const awaitApproval = async (
  { ports, executionId, say, change }: Intake,
  request: CompleteRequest,
  { version }: Prepared,
  minutes: number,
): Promise<void> => {
  if (version === undefined) return;
  await say({ type: 'ExecutionAccepted', data: request }, ['NONE'], 'later');
  await ports.timers.ensure({ service: 'reconcile', executionId }, reconcileAfterMs);
  await change((state, now) => awaiting(state, version, minutes, now));
};

/**
 * The request is recorded before any lease is taken, so that whoever finds a lease finds the
 * execution that holds it, alive; only then is the start saved, against exactly that record.
 */
const start = async (
  intake: Intake,
  request: CompleteRequest,
  prepared: Prepared,
  approvedBy: string | undefined,
): Promise<void> => {
  const { ports, executionId, say } = intake;
  await say({ type: 'ExecutionAccepted', data: request }, ['NONE'], 'later');
  await ports.timers.ensure({ service: 'reconcile', executionId }, reconcileAfterMs);
  const leases = await takeLeases(ports.store, executionId, prepared.waves);
  const faults = leases.takenOver ? [...leases.faults, ...(await faultsNow(ports, request))] : leases.faults;
  if (faults.length > 0) return reject(intake, request, faults);
  const frozenHash = await writeFrozenPlan(
    ports.store,
    prepared.waves,
    prepared.version?.plan.timeoutMinutes ?? 0,
    prepared.closing,
  );
  await say(startedFact(request, prepared, frozenHash, approvedBy), ['REQUESTED']);
};

/**
 * What speaks against the request once its servers are ours: an execution that held one of them may have
 * recovered it since the first check, and a drill must not destroy that.
 */
const faultsNow = async (ports: AcceptPorts, request: CompleteRequest): Promise<readonly Fault[]> => {
  const prepared = await prepare(ports, request);
  return [...prepared.faults, ...unaccepted(prepared, request)];
};

const reject = async (
  { ports, executionId, say }: Intake,
  request: Pick<CompleteRequest, 'requestId' | 'planId'>,
  faults: readonly Fault[],
): Promise<void> => {
  const { requestId, planId } = request;
  await say({ type: 'ExecutionRejected', data: { requestId, planId, faults: [...faults] } }, [
    'NONE',
    'REQUESTED',
  ]);
  ports.log.warn('request refused', { executionId, requestId, faults: faults.length });
};

const unaccepted = ({ findings }: Prepared, { mode, acceptWarnings }: ExecutionRequest): readonly Fault[] =>
  unacceptedWarnings(findings, mode, acceptWarnings);

const startedFact = (
  request: CompleteRequest,
  prepared: Prepared,
  frozenHash: string,
  approvedBy: string | undefined,
): ExecutionFact => {
  const { requestId, planId, mode, requestedBy, reason } = request;
  const { rtoMinutes, rpoMinutes } = prepared.version?.plan ?? {};
  const warned = prepared.findings.filter(({ level }) => level === 'warning').map(({ name }) => name);
  const isOverridden = (name: string): boolean => request.acceptWarnings?.includes(name) ?? false;
  const allowed = request.allowDrillOverRecovery === true ? ['drill-over-recovery'] : [];
  const { allowReplacing = [] } = request;
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
      reason: reason ?? '',
      ...(rtoMinutes !== undefined && { rtoMinutes }),
      ...(rpoMinutes !== undefined && { rpoMinutes }),
      waveCount: prepared.waves.length,
      serverCount: prepared.waves.reduce((sum, wave) => sum + wave.servers.length, 0),
      overrides: [...new Set([...warned.filter(isOverridden), ...allowed])],
      ...(warnings.length > 0 && { warnings: [...new Set(warnings)] }),
      ...(allowReplacing.length > 0 && { allowReplacing }),
    },
  };
};
