import type { ExecutionRequest, Fault, FrozenWave } from '../../contracts/execution-events.ts';
import { faultsOf } from '../../contracts/faults.ts';
import { planSchema, type PointInTime, type Target } from '../../contracts/plan.ts';
import type { Closing } from '../domain/graph.ts';
import { planFaults } from '../domain/plan-faults.ts';
import { placedActions } from '../domain/plan-actions.ts';
import { planHeadKey, planVersionKey, type PlanHead, type PlanVersion } from '../domain/plan-version.ts';
import { waveFindings, type Finding, type TargetFacts } from '../domain/readiness.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { RecoveryService, SourceServer } from '../ports/recovery-service.ts';
import { freeze, targetOf } from './freeze.ts';
import { readTargetFacts, targetKey } from './target-facts.ts';

export interface PreparePorts {
  readonly store: RecordStore;
  readonly recovery: RecoveryService;
  readonly clock: { now(): number };
  /** The account and Region of the deployment. */
  readonly home: Target;
  /** Runbooks that plans may start; a trailing `*` matches any ending. */
  readonly allowedDocuments: readonly string[];
}

/** A request made ready to run, or every reason why it cannot. */
export interface Prepared {
  readonly version?: PlanVersion;
  readonly waves: readonly FrozenWave[];
  readonly closing: Closing;
  readonly findings: readonly Finding[];
  readonly faults: readonly Fault[];
}

/** Reads the plan version that a request means. */
export const readPlanVersion = async (
  store: RecordStore,
  planId: string,
  planVersion: number | undefined,
): Promise<PlanVersion | Fault> => {
  const head = await store.read<PlanHead>(planHeadKey(planId));
  if (head === undefined)
    return { path: 'planId', message: `there is no plan ${planId}`, expected: 'a plan that was put before' };
  const wanted = planVersion ?? head.body.latest;
  const version = await store.read<PlanVersion>(planVersionKey(planId, wanted));
  return (
    version?.body ?? {
      path: 'planVersion',
      message: `plan ${planId} has no version ${wanted}`,
      expected: `1 to ${head.body.latest}`,
    }
  );
};

/** Checks a request against its plan and against DRS, with all findings at once. Changes nothing. */
export const prepare = async (ports: PreparePorts, request: ExecutionRequest): Promise<Prepared> => {
  const version = await readPlanVersion(ports.store, request.planId, request.planVersion);
  if ('message' in version) return { waves: [], closing: {}, findings: [], faults: [version] };
  const read = planSchema.safeParse(version.plan);
  if (!read.success)
    return {
      version,
      waves: [],
      closing: {},
      findings: [],
      faults: faultsOf(planSchema, version.plan, read.error),
    };
  const plan = read.data;
  const planned = [...planFaults(plan), ...documentFaults(plan, ports.allowedDocuments)];
  if (planned.length > 0) return { version, waves: [], closing: {}, findings: [], faults: planned };

  const targets = [
    ...new Map(
      plan.waves.map((wave) => targetOf(plan, wave, ports.home)).map((target) => [targetKey(target), target]),
    ).values(),
  ];
  const servers = new Map<string, readonly SourceServer[]>(
    await Promise.all(
      targets.map(
        async (target) => [targetKey(target), await ports.recovery.describeSourceServers(target)] as const,
      ),
    ),
  );
  const serversOf = (target: Target): readonly SourceServer[] => servers.get(targetKey(target)) ?? [];
  const snapshots = await readSnapshots(
    ports,
    plan.waves.flatMap((wave) =>
      pinned(wave, targetOf(plan, wave, ports.home), serversOf(targetOf(plan, wave, ports.home))),
    ),
  );
  const frozen = freeze({
    plan,
    mode: request.mode,
    home: ports.home,
    servers: serversOf,
    snapshotOf: (target, id, at) => snapshots.get(snapshotKey(target, id, at)),
  });

  const facts = new Map<string, TargetFacts>();
  for (const target of targets) {
    const waves = frozen.waves.filter((wave) => targetKey(wave.target) === targetKey(target));
    facts.set(
      targetKey(target),
      await readTargetFacts(ports.recovery, target, waves, serversOf(target), ports.clock.now()),
    );
  }
  const question = {
    mode: request.mode,
    allowDrillOverRecovery: request.allowDrillOverRecovery === true,
    ...(plan.rpoMinutes !== undefined && { rpoMinutes: plan.rpoMinutes }),
  };
  const findings = frozen.waves.flatMap((wave) => {
    const known = facts.get(targetKey(wave.target));
    return known === undefined ? [] : waveFindings(wave, known, question);
  });
  const errors = findings
    .filter((finding) => finding.level === 'error')
    .map((finding): Fault => ({
      path: `waves.${finding.waveId}`,
      message: finding.message,
      expected: finding.name,
    }));
  const { waves, closing } = frozen;
  return { version, waves, closing, findings, faults: [...frozen.faults, ...errors] };
};

type PlanWaves = PlanVersion['plan']['waves'];

const snapshotKey = (target: Target, id: string, at: PointInTime): string =>
  `${targetKey(target)}/${id}/${JSON.stringify(at)}`;

const pinned = (wave: PlanWaves[number], target: Target, servers: readonly SourceServer[]) => {
  const named = Array.isArray(wave.servers) ? wave.servers : [];
  const ids =
    named.length > 0
      ? named.map((server) => ({ id: server.sourceServerId, at: server.pointInTime ?? wave.pointInTime }))
      : servers.map((server) => ({ id: server.sourceServerId, at: wave.pointInTime }));
  return ids.filter(({ at }) => at !== 'latest').map(({ id, at }) => ({ target, id, at }));
};

const readSnapshots = async (
  ports: PreparePorts,
  wanted: readonly { target: Target; id: string; at: PointInTime }[],
): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>();
  for (const { target, id, at } of wanted) {
    const snapshots = await ports.recovery.describeRecoverySnapshots(target, id);
    const match = snapshots.find((snapshot) => {
      if (at === 'latest') return true;
      return 'snapshot' in at
        ? snapshot.snapshotId === at.snapshot
        : snapshot.takenAt <= Date.parse(at.newestBefore);
    });
    found.set(snapshotKey(target, id, at), match?.snapshotId ?? 'none');
  }
  return found;
};

const isAllowed = (document: string, allowed: readonly string[]): boolean =>
  allowed.some((entry) =>
    entry.endsWith('*') ? document.startsWith(entry.slice(0, -1)) : document === entry,
  );

/** A runbook is remote code: only those of the deployment's allow-list may stand in a plan. */
export const documentFaults = (plan: PlanVersion['plan'], allowed: readonly string[]): readonly Fault[] =>
  placedActions(plan).flatMap(({ action, at }): Fault[] =>
    action.kind === 'automation' && !isAllowed(action.document, allowed)
      ? [
          {
            path: `${at}.document`,
            message: `document ${action.document} is not on the allow-list`,
            expected:
              allowed.length > 0 ? `one of ${allowed.join(', ')}` : 'a document that the deployment allows',
          },
        ]
      : [],
  );
