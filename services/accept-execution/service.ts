import type { ExecutionFact, ExecutionRequest, Fault } from '../../contracts/execution-events.ts';
import type { ExecutionState } from '../domain/execution-state.ts';
import { executionIdOf } from '../kernel/canonical.ts';
import { createTransact, type TransactPorts } from '../kernel/transact.ts';
import type { Log } from '../ports/log.ts';
import type { Wake } from '../ports/timers.ts';
import { executionAddress, executionKind, readExecution } from '../streams/execution-stream.ts';
import { writeFrozenPlan } from '../streams/frozen-plan.ts';
import { takeLeases } from './leases.ts';
import { prepare, type Prepared, type PreparePorts } from '../readiness/prepare.ts';

export interface AcceptPorts extends TransactPorts, PreparePorts {
  readonly log: Log;
}

/** How soon a started execution is looked over for anything that was lost. */
const reconcileAfterMs = 120_000;

/** A request with the parts filled in that its event left open. */
export type CompleteRequest = ExecutionRequest & { readonly requestId: string; readonly requestedBy: string };

/**
 * Accepts a request, or refuses it with every reason at once. The same request id always means the
 * same execution, so a repeat starts nothing. The refusal is kept as the execution's only event: a
 * duplicate that arrives after the fault was mended must not start a recovery that nobody expects.
 */
export const createAcceptExecution = (ports: AcceptPorts) => {
  const transact = createTransact('accept-execution', ports, executionKind);

  const accept = async (request: CompleteRequest, causationId: string): Promise<void> => {
    const executionId = executionIdOf(request.requestId);
    const { status } = await readExecution(ports.store, executionId);
    if (status !== 'NONE' && status !== 'REQUESTED') return publishLeftovers(executionId, causationId);
    const prepared = await prepare(ports, request);
    const faults = [...prepared.faults, ...unaccepted(prepared, request)];
    if (faults.length > 0) return reject(executionId, request, faults, causationId);
    await start(executionId, request, prepared, causationId);
  };

  /** Takes up a request that was recorded, and whose intake died. */
  const resume = async (wake: Wake, causationId: string): Promise<void> => {
    const { status, request, requestId, requestedBy } = await readExecution(ports.store, wake.executionId);
    if (status === 'REQUESTED' && request !== undefined)
      await accept({ ...request, requestId, requestedBy }, causationId);
    else await publishLeftovers(wake.executionId, causationId);
  };

  /** Refuses what cannot even be read as a request; its execution is named after the event. */
  const refuse = async (requestId: string, faults: readonly Fault[], causationId: string): Promise<void> =>
    reject(executionIdOf(requestId), { requestId, planId: '' }, faults, causationId);

  return { accept, resume, refuse };

  /**
   * The request is recorded before any lease is taken, so that whoever finds a lease finds the
   * execution that holds it, alive; only then is the start saved, against exactly that record.
   */
  async function start(
    executionId: string,
    request: CompleteRequest,
    prepared: Prepared,
    causationId: string,
  ): Promise<void> {
    const accepted: ExecutionFact = { type: 'ExecutionAccepted', data: request };
    await transact(
      executionAddress(executionId),
      causationId,
      (state) => (state.status === 'NONE' ? [accepted] : []),
      'later',
    );
    await ports.timers.ensure({ service: 'reconcile', executionId }, reconcileAfterMs);
    const held = await takeLeases(ports.store, executionId, prepared.waves);
    if (held.length > 0) return reject(executionId, request, held, causationId);
    const plan = prepared.version?.plan;
    const frozenHash = await writeFrozenPlan(ports.store, prepared.waves, plan?.timeoutMinutes ?? 0);
    await transact(executionAddress(executionId), causationId, (state) =>
      state.status === 'REQUESTED' ? [startedFact(request, prepared, frozenHash)] : [],
    );
  }

  async function reject(
    executionId: string,
    request: Pick<CompleteRequest, 'requestId' | 'planId'>,
    faults: readonly Fault[],
    causationId: string,
  ): Promise<void> {
    const { requestId, planId } = request;
    const rejected: ExecutionFact = {
      type: 'ExecutionRejected',
      data: { requestId, planId, faults: [...faults] },
    };
    const isOpen = (state: ExecutionState): boolean =>
      state.status === 'NONE' || state.status === 'REQUESTED';
    await transact(executionAddress(executionId), causationId, (state) => (isOpen(state) ? [rejected] : []));
    ports.log.warn('request refused', { executionId, requestId, faults: faults.length });
  }

  async function publishLeftovers(executionId: string, causationId: string): Promise<void> {
    await transact(executionAddress(executionId), causationId, () => []);
  }
};

/** Warnings of these names always need to be accepted by name; the others only inform. */
const toBeAccepted = new Set(['lag', 'recovery-over-recovery']);

const unaccepted = (prepared: Prepared, request: ExecutionRequest): readonly Fault[] =>
  prepared.findings
    .filter(
      (finding) =>
        finding.level === 'warning' &&
        toBeAccepted.has(finding.name) &&
        !(request.acceptWarnings ?? []).includes(finding.name),
    )
    .map(({ waveId, message, name }) => ({
      path: `waves.${waveId}`,
      message,
      expected: `acceptWarnings with ${name}`,
    }));

const startedFact = (request: CompleteRequest, prepared: Prepared, frozenHash: string): ExecutionFact => {
  const { requestId, planId, mode, requestedBy, reason } = request;
  const { rtoMinutes, rpoMinutes } = prepared.version?.plan ?? {};
  const accepted = prepared.findings
    .filter((finding) => finding.level === 'warning')
    .map((finding) => finding.name);
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
      reason: reason ?? '',
      ...(rtoMinutes !== undefined && { rtoMinutes }),
      ...(rpoMinutes !== undefined && { rpoMinutes }),
      waveCount: prepared.waves.length,
      serverCount: prepared.waves.reduce((sum, wave) => sum + wave.servers.length, 0),
      overrides: [...new Set(accepted)],
    },
  };
};
