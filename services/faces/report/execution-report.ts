import type { DomainEvent } from '../../../contracts/catalogue.ts';
import type { FrozenWave } from '../../../contracts/execution-events.ts';
import type { ServerResult } from '../../../contracts/wave-events.ts';
import type { Verdict } from '../../core/domain/audit/discrepancy.ts';
import { achievedPoint } from '../../core/domain/recovery-point.ts';
import { cleanUpText, drillInstances, instanceHours } from '../../core/view/clean-up-text.ts';
import type {
  ActionView,
  ExecutionView,
  ServerView,
  SpanKind,
  SpanView,
  WaveView,
} from '../../core/view/execution-view.ts';
import { launchingWaves } from '../../core/view/figures.ts';
import { homewardSummary } from '../../core/view/homeward-summary.ts';
import { shownStatus } from '../../core/view/due.ts';
import { isOver, viewOf } from '../../core/view/fold.ts';
import { byName, inOrder } from '../../core/view/order.ts';
import { requestedView } from '../../core/view/planned-view.ts';
import { type Milestones, milestonesOf, milestonesOfAll } from '../../core/view/time-to-green.ts';
import { coveredMs, measuredSpans } from '../../core/view/spans.ts';
import {
  reportPhases,
  type ExecutionReport,
  type ReportAction,
  type ReportCleanUp,
  type ReportPhase,
  type ReportSpan,
  type ReportTimes,
  type ReportWave,
} from './report-model.ts';

/** In which phase a span counts, and how it is called. Of a job only what DRS measured is reported. */
const reported: Readonly<
  Partial<Record<SpanKind, readonly [phase: ReportPhase, label: (span: SpanView) => string]>>
> = {
  SNAPSHOT: ['snapshot', ({ label }) => `snapshots of ${label}`],
  CONVERSION: ['conversion', ({ label }) => `conversion in ${label}`],
  LAUNCH: ['launch', ({ label }) => `launch in ${label}`],
  LAUNCH_ACTIONS: ['action', ({ label }) => `launch actions of ${label}`],
  HOMEWARD: ['way home', () => 'way home'],
  ACTION: ['action', ({ label, action }) => `${action?.kind ?? 'action'} ${label}`],
  APPROVAL: ['waiting for people', ({ label }) => `approval ${label}`],
  HELD: ['waiting for people', () => 'waiting for a decision'],
  CAPACITY: ['waiting for quota', () => 'waiting for quota'],
};

const reportSpans = (spans: readonly SpanView[], end: number): readonly ReportSpan[] =>
  spans.flatMap((span): readonly ReportSpan[] => {
    const [phase, label] = reported[span.kind] ?? [];
    if (phase === undefined || label === undefined) return [];
    const { from, to = end } = span;
    return [{ phase, label: label(span), from, to, failed: span.failed && phase !== 'waiting for quota' }];
  });

const awaitedKinds: readonly SpanKind[] = ['ACTION', 'APPROVAL', 'HELD', 'CAPACITY', 'HOMEWARD'];

const spansOf = ({ spans, jobs }: WaveView, end: number): readonly ReportSpan[] =>
  [
    ...reportSpans(
      spans.filter(({ kind }) => awaitedKinds.includes(kind)),
      end,
    ),
    ...reportSpans(
      jobs.flatMap((job) => measuredSpans(job, end)),
      end,
    ),
  ].sort((a, b) => a.from - b.from);

const outcomeOf = ({ status, startedAt }: ActionView): ReportAction['outcome'] => {
  if (status === 'SUCCEEDED') return 'succeeded';
  return status === 'RUNNING' && startedAt !== undefined ? 'running' : 'failed';
};

const actionsOf = ({ actions }: WaveView, end: number): readonly ReportAction[] =>
  actions
    .filter(({ tries }) => tries > 0)
    .map((action) => {
      const { stage, actionId, kind, tries, tookMs, startedAt = end, message, moves } = action;
      const [durationMs, outcome] = [tookMs + end - startedAt, outcomeOf(action)];
      // What a move that is done would say stands beside it, one record after the other.
      const note = moves !== undefined && outcome === 'succeeded' ? '' : message;
      return { stage, actionId, kind, tries, durationMs, note, outcome, ...(moves && { moves }) };
    });

const policyText = (policy: FrozenWave['success'] | undefined): string => {
  if (policy === undefined || typeof policy === 'string') return policy ?? '';
  return 'atLeast' in policy ? `at least ${policy.atLeast}` : `at least ${policy.atLeastPercent} %`;
};

/** How a wave ended; of one that failed also what somebody then decided. */
const outcomeText = (wave: WaveView): string => {
  const { outcome, skipped } = wave;
  if (skipped === undefined) return shownStatus(wave) === 'CANCELLED' ? 'CANCELLED' : (outcome ?? 'RUNNING');
  if (outcome === undefined) return 'SKIPPED';
  return skipped.satisfiesDependants ? `${outcome}, then SKIPPED` : `${outcome}, continued without it`;
};

/** A server's result, once it is known. */
const resultOf = ({ phase, took: phases, ...server }: ServerView): readonly ServerResult[] =>
  phases !== undefined && (phase === 'LAUNCHED' || phase === 'FAILED')
    ? [{ ...server, launchResult: phase, phases }]
    : [];

const timesFrom = (from: number, { launchedAt, greenAt, isGated }: Milestones): ReportTimes => ({
  ...(launchedAt !== undefined && { launchMs: Math.max(0, launchedAt - from) }),
  ...(greenAt !== undefined && { greenMs: Math.max(0, greenAt - from) }),
  isGated,
});

const waveReport = (wave: WaveView, end: number): ReportWave => {
  const { waveId, phase, dependsOn, place, attempt, startedAt, endedAt = end, reasons, skipped } = wave;
  return {
    ...(phase !== undefined && { phase }),
    ...{ waveId, dependsOn, place, outcome: outcomeText(wave), attempts: attempt },
    policy: policyText(wave.success),
    durationMs: startedAt === undefined ? 0 : endedAt - startedAt,
    ...timesFrom(startedAt ?? end, milestonesOf(wave)),
    servers: byName(wave.servers).flatMap(resultOf),
    actions: actionsOf(wave, end),
    spans: spansOf(wave, end),
    notes: [...reasons, ...(skipped === undefined ? [] : [skipped.reason])],
  };
};

const timesOf = (events: readonly DomainEvent[]): readonly number[] =>
  events.map(({ metadata }) => Date.parse(metadata.emittedAt));

/** The API writes a request's row itself, under a cause that no event of the bus has; without sign-in everybody is `local`. */
const isAuthenticated = (events: readonly DomainEvent[]): boolean =>
  events.some(
    ({ type, data, metadata }) =>
      type === 'ExecutionAccepted' && metadata.causationId.startsWith('api:') && data.requestedBy !== 'local',
  );

/** Without a clean-up they run on for as long as nobody ends them. */
const cleanUpOf = (view: ExecutionView): ReportCleanUp | undefined => {
  const instances = drillInstances(view);
  if (instances.length === 0) return undefined;
  return {
    status: view.cleanUp?.status ?? 'NONE',
    text: cleanUpText(view) ?? 'The instances run on until somebody asks for their clean-up.',
    instances,
    instanceHours: instanceHours(instances),
    spared: (view.cleanUp?.spared ?? []).map(({ instanceId, sourceServerId, reason }) => ({
      ...{ instanceId, sourceServerId, reason },
    })),
  };
};

/** The report of one execution, from its events alone; undefined where there are none. */
export const executionReport = (
  events: readonly DomainEvent[],
  verdict?: Verdict,
): ExecutionReport | undefined => {
  const executionId = events[0]?.metadata.executionId;
  if (executionId === undefined) return undefined;
  const times = timesOf(events);
  const blank = requestedView(executionId, { planId: '', mode: 'DRILL', requestedBy: '' });
  const view = viewOf(blank, inOrder(events));
  const { planId, planVersion, planHash, frozenHash, mode, status, requestedBy, reason } = view;
  const { overrides, pointInTime, allowReplacing, calendars, faults, serverCount, decisions, problems } =
    view;
  // What is compared with the RTO begins with the request, however long a second person took.
  const startedAt = view.requestedAt ?? view.startedAt ?? times.reduce((a, b) => Math.min(a, b));
  const endedAt = view.endedAt ?? times.reduce((a, b) => Math.max(a, b));
  const waves = view.waves.map((wave) => waveReport(wave, endedAt));
  const spans = [...waves.flatMap((wave) => wave.spans), ...reportSpans(view.spans, endedAt)];
  const launched = launchingWaves({ waves })
    .flatMap(({ servers }) => servers)
    .filter(({ launchResult }) => launchResult === 'LAUNCHED');
  const hasEnded = isOver(view) && status !== 'REJECTED';
  const cleanUp = cleanUpOf(view);
  const homeward = homewardSummary(view);
  return {
    ...{ executionId, planId, planVersion, planHash, frozenHash, mode, status, requestedBy, reason },
    ...{ overrides, faults, startedAt, endedAt, isOver: isOver(view) },
    ...(view.direction !== undefined && { direction: view.direction }),
    ...(isAuthenticated(events) && { isRequesterAuthenticated: true as const }),
    ...(pointInTime !== undefined && { pointInTime }),
    ...(allowReplacing !== undefined && { allowReplacing }),
    ...(calendars !== undefined && { calendars }),
    ...(view.notes.length > 0 && { notes: view.notes }),
    ...(view.inCharge !== undefined && { inCharge: view.inCharge }),
    ...{ launched: launched.length, serverCount, waves, decisions, problems },
    times: timesFrom(startedAt, milestonesOfAll(launchingWaves(view))),
    rto: {
      ...(view.rtoMinutes !== undefined && { targetMinutes: view.rtoMinutes }),
      ...(hasEnded && { achievedMinutes: Math.round((endedAt - startedAt) / 600) / 100 }),
    },
    rpo: {
      ...(view.rpoMinutes !== undefined && { targetMinutes: view.rpoMinutes }),
      wasExceeded: view.didLag === true,
      ...achievedPoint(launched, startedAt),
    },
    phases: reportPhases
      .filter((phase) => phase !== 'way home' || homeward !== undefined)
      .map((phase) => ({
        phase,
        ms:
          phase === 'orchestration'
            ? Math.max(0, endedAt - startedAt - coveredMs(spans))
            : coveredMs(spans.filter((span) => span.phase === phase)),
      })),
    ...(homeward !== undefined && { homeward }),
    ...(cleanUp !== undefined && { cleanUp }),
    ...(verdict !== undefined && { verdict }),
  };
};
