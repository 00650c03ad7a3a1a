import type { ExecutionRequest, Fault, FrozenStop, FrozenWave } from '../../../contracts/execution-events.ts';
import { planSchema, type Plan, type Target } from '../../../contracts/plan.ts';
import { blockingFault, unacceptedWarnings, withWaysOut } from '../domain/acceptance.ts';
import { futureFaults, withPoint } from '../domain/chosen-point.ts';
import type { Closing } from '../domain/graph.ts';
import { documentFaultsOf } from '../domain/judge-plan.ts';
import { planFaults } from '../domain/plan-faults.ts';
import { planHeadKey, planVersionKey, type PlanHead, type PlanVersion } from '../domain/plan-version.ts';
import { replacedBy, type ReplacedInstance } from '../domain/replaced-instances.ts';
import { waveFindings, type Finding, type TargetFacts } from '../domain/readiness.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { HomewardReader } from '../ports/homeward-reader.ts';
import type { RecoveryService, SourceServer } from '../ports/recovery-service.ts';
import { type Allowed, notAllowed } from './allowed.ts';
import { freeze, type FreezeContext } from './freeze.ts';
import { isFailback } from '../domain/failback/homeward-waves.ts';
import { askPlaces } from './places.ts';
import type { AlarmReader } from '../ports/alarm-reader.ts';
import type { CalendarReader } from '../ports/calendar-reader.ts';
import type { TrafficReader } from '../ports/traffic-service.ts';
import type { RunbookReader } from '../ports/runbook-reader.ts';
import type { FunctionReader } from '../ports/function-reader.ts';
import { checkFunctions } from './functions.ts';
import { checkAlarms } from './alarms.ts';
import { calendarFindings, calendarNames } from './ask-calendars.ts';
import { checkStopAlarms, frozenStops } from './stop-alarms.ts';
import { checkRunbooks } from './runbooks.ts';
import { withServerNames } from './named-findings.ts';
import { prepareFailback } from './prepare-failback.ts';
import { readSnapshots } from './snapshots.ts';
import { checkTraffic, type TrafficOutlook } from './traffic.ts';
import { readTargetFacts, targetKey } from './target-facts.ts';
import { readServers, targetsOf } from './target-servers.ts';

export interface PreparePorts {
  readonly store: RecordStore;
  readonly recovery: RecoveryService;
  readonly homeward: HomewardReader;
  readonly runbooks: RunbookReader;
  readonly alarms: AlarmReader;
  readonly calendars: CalendarReader;
  readonly functions: FunctionReader;
  readonly traffic: TrafficReader;
  readonly clock: { now(): number };
  /** The account and Region of the deployment. */
  readonly home: Target;
  readonly allowed: Allowed;
}

/** A request made ready to run, or every reason why it cannot. */
export interface Prepared {
  readonly version?: PlanVersion;
  readonly waves: readonly FrozenWave[];
  readonly closing: Closing;
  /** Alarms that are looked at while it runs. */
  readonly stops: readonly FrozenStop[];
  readonly findings: readonly Finding[];
  readonly faults: readonly Fault[];
  /** What the launches would end or overwrite; empty where that could not be found out. */
  readonly replaced: readonly ReplacedInstance[];
  /** What would be moved from what to what, as far as it can be read. */
  readonly traffic: readonly TrafficOutlook[];
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
  if (!read.success) return { version, ...refused(documentFaultsOf(version.plan)) };
  return { version, ...(await examine(ports, read.data, request)) };
};

const refused = (faults: readonly Fault[]): Prepared => ({
  ...{ waves: [], closing: {}, stops: [], findings: [], replaced: [], traffic: [] },
  faults,
});

type Question = Pick<
  ExecutionRequest,
  'mode' | 'allowDrillOverRecovery' | 'allowReplacing' | 'acceptWarnings' | 'calendars' | 'pointInTime'
>;

/** Checks a plan, stored or not, against DRS and SSM as they are now, with all findings at once. Changes nothing. */
export const examine = async (ports: PreparePorts, asked: Plan, question: Question): Promise<Prepared> => {
  const { pointInTime: chosenPoint } = question;
  const plan = withPoint(asked, chosenPoint);
  const { home, recovery } = ports;
  const unplanned = planFaults(plan);
  const forbidden = notAllowed(plan, ports.allowed);
  // Where a wave recovers is not known while its target is not.
  if (unplanned.some(({ path }) => path.endsWith('.target'))) return refused([...unplanned, ...forbidden]);
  const targets = targetsOf(plan, home);
  const known = await readServers(recovery, targets);
  const serversOf = (target: Target): readonly SourceServer[] => known.servers.get(targetKey(target)) ?? [];
  const snapshotOf = await readSnapshots(recovery, plan, home, serversOf);
  const isRead = (target: Target): boolean => known.servers.has(targetKey(target));
  const context = { home, servers: serversOf, isRead, snapshotOf, chosenPoint };
  const { frozen, faults, ...own } = isFailback(plan)
    ? await prepareFailback(ports, plan, question.mode, context)
    : await prepareFailover(ports, plan, question, { ...context, targets: targets.filter(isRead) });
  const calendars = calendarNames(plan, question);
  // Side by side, so that a recovery waits no longer for calendars that do not answer.
  const [runbooks, ofCalendars] = await Promise.all([
    checkRunbooks(ports.runbooks, plan, frozen, question.mode),
    calendarFindings(ports.calendars, calendars, frozen.waves, question.mode),
  ]);
  const alarms = await checkAlarms(ports.alarms, plan, frozen, question.mode);
  const stops = frozenStops(plan, home);
  const stopAlarms = await checkStopAlarms(ports.alarms, stops, frozen.waves, question.mode);
  const functions = await checkFunctions(ports.functions, plan, frozen, question.mode);
  const traffic = await checkTraffic(ports.traffic, plan, frozen, question.mode);
  const findings = withServerNames(
    [
      ...own.findings,
      ...ofCalendars,
      ...runbooks.findings,
      ...alarms.findings,
      ...stopAlarms.findings,
      ...functions.findings,
      ...traffic.findings,
    ],
    [...known.servers.values()].flat(),
  );
  return {
    waves: frozen.waves,
    closing: frozen.closing,
    stops,
    findings: withWaysOut(findings, question.mode),
    replaced: own.replaced,
    traffic: traffic.outlook,
    faults: [
      ...unplanned,
      ...futureFaults(chosenPoint, ports.clock.now()),
      ...forbidden,
      ...known.faults,
      ...faults,
      // What AWS says of something that may not be started anyway is noise.
      ...[...runbooks.faults, ...functions.faults, ...traffic.faults].filter(
        ({ path }) => !forbidden.some((fault) => fault.path === path),
      ),
      ...alarms.faults,
      ...stopAlarms.faults,
      ...findings.filter(({ level }) => level === 'error').map(blockingFault),
      ...unacceptedWarnings(findings, question.mode, question.acceptWarnings),
    ],
  };
};

/** The plan as it will run, and what DRS and EC2 say of the servers that it recovers. */
const prepareFailover = async (
  ports: PreparePorts,
  plan: Plan,
  question: Question,
  { targets, ...context }: Omit<FreezeContext, 'plan' | 'mode'> & { readonly targets: readonly Target[] },
) => {
  const frozen = freeze({ ...context, plan, mode: question.mode });
  const { facts, faults } = await readFacts(ports, targets, frozen.waves, context.servers);
  return {
    frozen,
    faults: [...faults, ...frozen.faults],
    findings: findingsOf(plan, frozen.waves, facts, question),
    replaced: frozen.waves.flatMap((wave) => {
      const known = facts.get(targetKey(wave.target));
      return known === undefined ? [] : replacedBy(wave, known);
    }),
  };
};

/** Accounts are asked side by side, and each of them in its own time. */
const readFacts = async (
  { recovery, clock }: PreparePorts,
  targets: readonly Target[],
  waves: readonly FrozenWave[],
  serversOf: (target: Target) => readonly SourceServer[],
): Promise<{ readonly facts: ReadonlyMap<string, TargetFacts>; readonly faults: readonly Fault[] }> => {
  const { answers, faults } = await askPlaces(targets, (target) => {
    const own = waves.filter((wave) => targetKey(wave.target) === targetKey(target));
    return readTargetFacts(recovery, target, own, serversOf(target), clock.now());
  });
  return { facts: answers, faults };
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
