import { nearText } from '../../../../contracts/near-text.ts';
import { contractOf } from '../../../../contracts/catalogue.ts';
import { shownKinds } from '../actions/shown-kinds.ts';
import { byTime } from '../../kernel/by-time.ts';
import type { Verdict } from '../audit/discrepancy.ts';
import { readArchived, type ArchivedEvent } from '../audit/read-archived.ts';
import { achievedPoint } from '../recovery-point.ts';
import { evolveExecution, initialExecution, isTerminal, type ExecutionState } from '../execution-state.ts';
import {
  reportPhases,
  timeOut,
  type ExecutionReport,
  type ReportDecision,
  type ReportProblem,
  type ReportSpan,
} from './report-model.ts';
import { isNamed, timeOf, untilNext, waveReport, type ReportEvent } from './wave-report.ts';

/** How long at least one of the spans lasted. */
const covered = (spans: readonly ReportSpan[]): number => {
  let total = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    total += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return total;
};

/** Once each, in order of time. */
const inOrder = (events: readonly ReportEvent[]): readonly ReportEvent[] =>
  [...new Map(events.map((event) => [event.metadata.eventId, event])).values()].sort(byTime);

const isOwn = (event: ReportEvent): boolean => event.metadata.stream === event.metadata.executionId;

const stateAfter = (events: readonly ReportEvent[]): ExecutionState =>
  events
    .filter(isOwn)
    .sort((a, b) => a.metadata.version - b.metadata.version)
    // Only the execution's own facts stand in its stream.
    .reduce(
      (state, event) => evolveExecution(state, event as Parameters<typeof evolveExecution>[1], timeOf(event)),
      initialExecution,
    );

const decisionText: Readonly<Record<string, string>> = {
  ExecutionPaused: 'paused the execution',
  ExecutionResumed: 'resumed the execution',
  ExecutionCancelling: 'cancelled the execution',
};

const actionName = (data: {
  readonly waveId: string;
  readonly attempt: number;
  readonly stage: string;
  readonly actionId: string;
}): string => [data.waveId, data.attempt, data.stage, data.actionId].join('/');

/** What the plan says to do where nobody answers an approval: a decision without anybody who took it. */
const silentDecisions = (events: readonly ReportEvent[]): readonly ReportDecision[] => {
  const approvals = new Set(
    events
      .filter(isNamed('ActionStarted'))
      .flatMap(({ data }) => (shownKinds[data.kind].asksPeople ? [actionName(data)] : [])),
  );
  return events.flatMap((event): readonly ReportDecision[] => {
    if (!isNamed('ActionCompleted', 'ActionFailed')(event)) return [];
    const { by, waveId, actionId } = event.data;
    if (by !== undefined || !approvals.has(actionName(event.data))) return [];
    const said = { at: event.metadata.emittedAt, by: timeOut };
    const which = `${actionId} of wave ${waveId}`;
    if (event.type === 'ActionCompleted')
      return [{ ...said, what: `approved ${which}`, reason: event.data.reason ?? '' }];
    return event.data.cause === 'timed-out'
      ? [{ ...said, what: `declined ${which}`, reason: event.data.message }]
      : [];
  });
};

const decisionsOf = (events: readonly ReportEvent[]): readonly ReportDecision[] =>
  [...peoplesDecisions(events), ...silentDecisions(events)].sort(
    (a, b) => Date.parse(a.at) - Date.parse(b.at),
  );

const peoplesDecisions = (events: readonly ReportEvent[]): readonly ReportDecision[] =>
  events.flatMap((event): readonly ReportDecision[] => {
    const at = event.metadata.emittedAt;
    if (isNamed('ExecutionPaused', 'ExecutionResumed', 'ExecutionCancelling')(event))
      return [{ at, by: event.data.by, what: decisionText[event.type] ?? '', reason: event.data.reason }];
    if (event.type === 'DecisionRefused')
      return [
        {
          at,
          by: event.data.by,
          what: `asked to ${event.data.decision}, and was refused`,
          reason: event.data.reason,
        },
      ];
    if (event.type === 'ExecutionApproved')
      return [{ at, by: event.data.by, what: 'approved the recovery', reason: event.data.reason }];
    if (event.type === 'ExecutionRejected' && event.data.decidedBy !== undefined)
      return [
        {
          at,
          by: event.data.decidedBy.by,
          what: 'declined the recovery',
          reason: event.data.decidedBy.reason,
        },
      ];
    if (isNamed('WaveStarted', 'WaveSkipped')(event) && event.data.decidedBy !== undefined) {
      const { by, reason } = event.data.decidedBy;
      return [{ at, by, what: `${waveVerb(event)} wave ${event.data.waveId}`, reason }];
    }
    if (isNamed('ActionCompleted', 'ActionFailed')(event) && event.data.by !== undefined) {
      const verb = event.type === 'ActionCompleted' ? 'approved' : 'declined';
      const reason = event.type === 'ActionFailed' ? event.data.message : (event.data.reason ?? '');
      return [
        {
          at,
          by: event.data.by,
          what: `${verb} ${event.data.actionId} of wave ${event.data.waveId}`,
          reason,
        },
      ];
    }
    return [];
  });

/** A wave whose failure was accepted is gone on without, and one that was skipped counts as done. */
const waveVerb = (event: Extract<ReportEvent, { type: 'WaveStarted' | 'WaveSkipped' }>): string => {
  if (event.type === 'WaveStarted') return 'retried';
  return event.data.satisfiesDependants ? 'skipped' : 'continued without';
};

const problemOf = (event: ReportEvent): string | undefined => {
  switch (event.type) {
    case 'ExecutionRejected':
      return event.data.faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
    case 'WaveFailed':
      return `the wave failed: ${event.data.reasons.join('; ') || 'without a reason'}`;
    case 'DRSJobRefused':
      return `DRS started no job (${event.data.cause}): ${event.data.message}`;
    case 'DRSJobStuck':
      return `${event.data.jobId} stayed in ${event.data.phase} for ${event.data.sinceMinutes} minutes`;
    case 'ActionFailed':
      return `action ${event.data.actionId}: ${event.data.message}`;
    case 'TimeoutNear':
      return `the time-out of ${nearText(event.data)} is near: ${event.data.consequence}`;
    case 'OperatorNeeded':
      return event.data.about === 'wave-failed' ? undefined : event.data.why;
    case 'DRSJobResultsListed':
    case 'DRSJobCompleted':
    case 'LaunchActionsEnded': {
      const wrong = event.data.servers.flatMap(
        ({ name, sourceServerId, launchResult, failure = 'launch failed', warnings = [] }) =>
          [...(launchResult === 'FAILED' ? [failure] : []), ...warnings].map(
            (text) => `${name || sourceServerId}: ${text}`,
          ),
      );
      return wrong.length === 0 ? undefined : wrong.join('; ');
    }
    case 'ActionClaimed':
    case 'ActionCompleted':
    case 'ActionStarted':
    case 'CapacityAwaited':
    case 'DecisionRefused':
    case 'DRSJobClaimed':
    case 'DRSJobProgressed':
    case 'DRSJobStarted':
    case 'ApprovalAwaited':
    case 'ExecutionAccepted':
    case 'ExecutionApproved':
    case 'ExecutionCancelled':
    case 'ExecutionCancelling':
    case 'ExecutionCompleted':
    case 'ExecutionFailed':
    case 'ExecutionPaused':
    case 'ExecutionResumed':
    case 'ExecutionStarted':
    case 'WaveCompleted':
    case 'WaveResultsListed':
    case 'WaveServersListed':
    case 'WaveSkipped':
    case 'WaveStarted':
    case 'WaveStopped':
      return undefined;
  }
};

const problemsOf = (events: readonly ReportEvent[]): readonly ReportProblem[] =>
  events.flatMap((event) => {
    const what = problemOf(event);
    const where =
      'waveId' in event.data && event.data.waveId !== undefined ? `wave ${event.data.waveId}` : 'execution';
    return what === undefined ? [] : [{ at: event.metadata.emittedAt, where, what }];
  });

/** What waits for people outside of any wave: a second person before the start, and pauses. */
const waitsForPeople = (events: readonly ReportEvent[], end: number): readonly ReportSpan[] =>
  events.flatMap((event): readonly ReportSpan[] => {
    const [label, ends]: readonly [string, readonly ReportEvent['type'][]] =
      event.type === 'ApprovalAwaited'
        ? ['waiting for a second person', ['ExecutionApproved', 'ExecutionRejected']]
        : ['paused', ['ExecutionResumed', 'ExecutionCancelling']];
    if (!isNamed('ApprovalAwaited', 'ExecutionPaused')(event)) return [];
    const [from, to] = [timeOf(event), untilNext(event, events, ends, end)];
    return [{ phase: 'waiting for people', label, from, to, failed: false }];
  });

const waveIdsOf = (events: readonly ReportEvent[]): readonly string[] => [
  ...new Set(
    events.flatMap((event) =>
      'waveId' in event.data && event.data.waveId !== undefined ? [event.data.waveId] : [],
    ),
  ),
];

/** Events of a run of the audit, readable or not, as those that a report can be made of. */
export const reportEvents = (archived: readonly ArchivedEvent[]): readonly ReportEvent[] =>
  archived.flatMap((each) => {
    const reading = readArchived(each);
    // Their data were checked against the contract of their name.
    return 'event' in reading && contractOf(reading.event.type) !== undefined
      ? [reading.event as ReportEvent]
      : [];
  });

/** The report of one execution, from its events alone; undefined where they do not hold its beginning. */
export const executionReport = (
  given: readonly ReportEvent[],
  verdict?: Verdict,
): ExecutionReport | undefined => {
  const events = inOrder(given);
  const [first] = events;
  const last = events.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const state = stateAfter(events);
  const started = events.find(isNamed('ExecutionStarted'))?.data;
  const request = events.find(isNamed('ExecutionAccepted'));
  const accepted = request?.data;
  const totals = events.find(isNamed('ExecutionCompleted', 'ExecutionFailed', 'ExecutionCancelled'))?.data;
  // What is held against the RTO begins with the request, however long a second person took.
  const startedAt = request === undefined ? state.startedAt || timeOf(first) : timeOf(request);
  const endedAt = state.endedAt || timeOf(last);
  const waves = waveIdsOf(events).map((waveId) =>
    waveReport(
      waveId,
      events.filter((event) => 'waveId' in event.data && event.data.waveId === waveId),
      endedAt,
    ),
  );
  const spans = [...waves.flatMap((wave) => wave.spans), ...waitsForPeople(events, endedAt)];
  const overrides = started?.overrides ?? [];
  const launched = waves
    .flatMap(({ servers }) => servers)
    .filter(({ launchResult }) => launchResult === 'LAUNCHED');
  return {
    executionId: first.metadata.executionId,
    planId: state.planId,
    planVersion: state.planVersion,
    planHash: state.planHash,
    frozenHash: state.frozenHash,
    mode: state.mode,
    status: state.status,
    requestedBy: started?.requestedBy ?? accepted?.requestedBy ?? '',
    reason: started?.reason ?? accepted?.reason ?? '',
    overrides,
    ...(started?.allowReplacing !== undefined && { allowReplacing: started.allowReplacing }),
    faults: events.find(isNamed('ExecutionRejected'))?.data.faults ?? [],
    startedAt,
    endedAt,
    isOver: isTerminal(state.status),
    launched: launched.length,
    serverCount: started?.serverCount ?? 0,
    rto: {
      ...(started?.rtoMinutes !== undefined && { targetMinutes: started.rtoMinutes }),
      ...(totals !== undefined && { achievedMinutes: Math.round((endedAt - startedAt) / 600) / 100 }),
    },
    rpo: {
      ...(started?.rpoMinutes !== undefined && { targetMinutes: started.rpoMinutes }),
      wasExceeded: [...overrides, ...(started?.warnings ?? [])].includes('lag'),
      ...achievedPoint(launched, startedAt),
    },
    phases: reportPhases.map((phase) => ({
      phase,
      ms:
        phase === 'orchestration'
          ? Math.max(0, endedAt - startedAt - covered(spans))
          : covered(spans.filter((span) => span.phase === phase)),
    })),
    waves,
    decisions: decisionsOf(events),
    problems: problemsOf(events),
    ...(verdict !== undefined && { verdict }),
  };
};
