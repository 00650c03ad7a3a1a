import type { ExecutionRequest, Fault, FrozenWave } from '../../contracts/execution-events.ts';
import { faultsOf } from '../../contracts/faults.ts';
import { planSchema, type Plan, type Target } from '../../contracts/plan.ts';
import type { Closing } from '../domain/graph.ts';
import { planFaults } from '../domain/plan-faults.ts';
import { planHeadKey, planVersionKey, type PlanHead, type PlanVersion } from '../domain/plan-version.ts';
import { replacedBy, type ReplacedInstance } from '../domain/replaced-instances.ts';
import { waveFindings, type Finding, type TargetFacts } from '../domain/readiness.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { RecoveryService, SourceServer } from '../ports/recovery-service.ts';
import { documentFaults } from './document-faults.ts';
import { freeze } from './freeze.ts';
import type { RunbookReader } from '../ports/runbook-reader.ts';
import { checkRunbooks } from './runbooks.ts';
import { readSnapshots } from './snapshots.ts';
import { readTargetFacts, targetKey } from './target-facts.ts';
import { readServers, targetsOf } from './target-servers.ts';

export interface PreparePorts {
  readonly store: RecordStore;
  readonly recovery: RecoveryService;
  readonly runbooks: RunbookReader;
  readonly clock: { now(): number };
  /** The account and Region of the deployment. */
  readonly home: Target;
  /** Runbooks that plans may start; a trailing `*` matches any ending. Undefined where they are not known. */
  readonly allowedDocuments?: readonly string[];
}

/** A request made ready to run, or every reason why it cannot. */
export interface Prepared {
  readonly version?: PlanVersion;
  readonly waves: readonly FrozenWave[];
  readonly closing: Closing;
  readonly findings: readonly Finding[];
  readonly faults: readonly Fault[];
  /** What the launches would end or overwrite; empty where that could not be found out. */
  readonly replaced: readonly ReplacedInstance[];
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
  if ('message' in version) return refused([version]);
  const read = planSchema.safeParse(version.plan);
  if (!read.success) return { version, ...refused(faultsOf(planSchema, version.plan, read.error)) };
  return { version, ...(await examine(ports, read.data, request)) };
};

const refused = (faults: readonly Fault[]): Prepared => ({
  ...{ waves: [], closing: {}, findings: [], replaced: [] },
  faults,
});

type Question = Pick<ExecutionRequest, 'mode' | 'allowDrillOverRecovery' | 'allowReplacing'>;

/** Checks a plan, stored or not, against DRS and SSM as they are now, with all findings at once. Changes nothing. */
export const examine = async (ports: PreparePorts, plan: Plan, question: Question): Promise<Prepared> => {
  const { allowedDocuments, home, recovery } = ports;
  const planned = [
    ...planFaults(plan),
    ...(allowedDocuments === undefined ? [] : documentFaults(plan, allowedDocuments)),
  ];
  if (planned.length > 0) return refused(planned);
  const targets = targetsOf(plan, home);
  const known = await readServers(recovery, targets);
  if (known.faults.length > 0) return refused(known.faults);
  const serversOf = (target: Target): readonly SourceServer[] => known.servers.get(targetKey(target)) ?? [];
  const snapshotOf = await readSnapshots(recovery, plan, home, serversOf);
  const frozen = freeze({ plan, mode: question.mode, home, servers: serversOf, snapshotOf });
  const facts = await readFacts(ports, targets, frozen.waves, serversOf);
  const runbooks = await checkRunbooks(ports.runbooks, plan, frozen, question.mode);
  const findings = [...findingsOf(plan, frozen.waves, facts, question), ...runbooks.findings];
  return {
    waves: frozen.waves,
    closing: frozen.closing,
    findings,
    replaced: frozen.waves.flatMap((wave) => {
      const known = facts.get(targetKey(wave.target));
      return known === undefined ? [] : replacedBy(wave, known);
    }),
    faults: [
      ...frozen.faults,
      ...runbooks.faults,
      ...findings.filter(({ level }) => level === 'error').map(faultOf),
    ],
  };
};

const readFacts = async (
  { recovery, clock }: PreparePorts,
  targets: readonly Target[],
  waves: readonly FrozenWave[],
  serversOf: (target: Target) => readonly SourceServer[],
): Promise<ReadonlyMap<string, TargetFacts>> => {
  const facts = new Map<string, TargetFacts>();
  for (const target of targets) {
    const own = waves.filter((wave) => targetKey(wave.target) === targetKey(target));
    const known = await readTargetFacts(recovery, target, own, serversOf(target), clock.now());
    facts.set(targetKey(target), known);
  }
  return facts;
};

const findingsOf = (
  { rpoMinutes }: Plan,
  waves: readonly FrozenWave[],
  facts: ReadonlyMap<string, TargetFacts>,
  { mode, allowDrillOverRecovery = false, allowReplacing = [] }: Question,
): readonly Finding[] =>
  waves.flatMap((wave) => {
    const known = facts.get(targetKey(wave.target));
    const question = {
      ...{ mode, allowDrillOverRecovery, allowReplacing },
      ...(rpoMinutes !== undefined && { rpoMinutes }),
    };
    return known === undefined ? [] : waveFindings(wave, known, question);
  });

/** By what a person allows a drill what it is refused for. */
const waysOut: Readonly<Record<string, string>> = {
  'drill-over-recovery': 'allowDrillOverRecovery, on the command line --allow-drill-over-recovery',
  'drill-over-failback': 'allowDrillOverRecovery, on the command line --allow-drill-over-recovery',
  'drill-over-unrecorded': 'allowReplacing with its id, on the command line --allow-replacing',
  'drill-into-instance': "its id in the wave's drillsInto",
};

const faultOf = ({ waveId, message, name }: Finding): Fault => ({
  path: `waves.${waveId}`,
  message,
  ...(waysOut[name] !== undefined && { expected: waysOut[name] }),
});
