import type { Recorded } from '../../../../contracts/envelope.ts';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import type { ServerResult, WaveFact } from '../../../../contracts/wave-events.ts';
import { shownKinds } from '../actions/shown-kinds.ts';
import type { ReportAction, ReportSpan, ReportWave } from './report-model.ts';

export type ReportEvent = Recorded<ExecutionFact | WaveFact>;
type Named<Name extends ReportEvent['type']> = Extract<ReportEvent, { type: Name }>;

export const isNamed =
  <Name extends ReportEvent['type']>(...names: readonly Name[]) =>
  (event: ReportEvent): event is Named<Name> =>
    (names as readonly string[]).includes(event.type);

export const timeOf = ({ metadata }: ReportEvent): number => Date.parse(metadata.emittedAt);

const longest = (servers: readonly ServerResult[], phase: keyof ServerResult['phases']): number =>
  Math.max(0, ...servers.map(({ phases }) => phases[phase] ?? 0));

/** The phases of a job, one after the other, as long as those of its slowest server. */
const jobSpans = (start: Named<'DRSJobStarted'>, events: readonly ReportEvent[], now: number) => {
  const { jobId } = start.data;
  const end = events.filter(isNamed('DRSJobCompleted')).find(({ data }) => data.jobId === jobId);
  const from = timeOf(start);
  const to = end === undefined ? now : timeOf(end);
  const listed = events
    .filter(isNamed('DRSJobResultsListed'))
    .filter(({ data }) => data.jobId === jobId)
    .flatMap(({ data }) => data.servers);
  const servers = [...listed, ...(end?.data.servers ?? [])];
  const failed = servers.some(({ launchResult }) => launchResult === 'FAILED');
  const snapshotTo = Math.min(to, from + longest(servers, 'snapshotMs'));
  const conversionTo = Math.min(to, snapshotTo + longest(servers, 'conversionMs'));
  const after = events.filter(isNamed('LaunchActionsEnded')).filter(({ data }) => data.jobId === jobId);
  const isAwaited = (end?.data.awaiting ?? []).length > after.flatMap(({ data }) => data.servers).length;
  const actionsTo = isAwaited ? now : Math.max(to, ...after.map(timeOf));
  const hasActions = [...servers, ...after.flatMap(({ data }) => data.servers)].some(
    ({ launchActions = [] }) => launchActions.length > 0,
  );
  // DRS may end a job after its launch actions, or before them.
  const launchTo = hasActions ? Math.min(to, conversionTo + longest(servers, 'launchMs')) : to;
  const launchEnd = launchTo > conversionTo ? launchTo : to;
  const spans: readonly ReportSpan[] = [
    { phase: 'snapshot', label: `snapshots of ${jobId}`, from, to: snapshotTo, failed: false },
    {
      phase: 'conversion',
      label: `conversion in ${jobId}`,
      from: snapshotTo,
      to: conversionTo,
      failed: false,
    },
    { phase: 'launch', label: `launch in ${jobId}`, from: conversionTo, to: launchEnd, failed },
    { phase: 'action', label: `launch actions of ${jobId}`, from: launchEnd, to: actionsTo, failed },
  ];
  return spans.filter((span) => span.to > span.from);
};

const actionEnd = ({ data }: Named<'ActionStarted'>, events: readonly ReportEvent[]) =>
  events
    .filter(isNamed('ActionCompleted', 'ActionFailed'))
    .find(
      (event) =>
        event.data.stage === data.stage &&
        event.data.actionId === data.actionId &&
        event.data.attempt === data.attempt &&
        event.data.tryNumber === data.tryNumber,
    );

const actionSpan = (start: Named<'ActionStarted'>, events: readonly ReportEvent[], now: number) => {
  const end = actionEnd(start, events);
  const { kind, actionId } = start.data;
  return {
    phase: shownKinds[kind].asksPeople ? ('waiting for people' as const) : ('action' as const),
    label: `${kind} ${actionId}`,
    from: timeOf(start),
    to: end === undefined ? now : timeOf(end),
    failed: end?.type === 'ActionFailed',
  };
};

/** From an event to the next one of these names, or to the end. */
export const untilNext = (
  start: ReportEvent,
  events: readonly ReportEvent[],
  names: readonly ReportEvent['type'][],
  now: number,
): number => {
  const from = timeOf(start);
  const next = events.filter(isNamed(...names)).find((event) => timeOf(event) >= from && event !== start);
  return next === undefined ? now : timeOf(next);
};

const spansOf = (events: readonly ReportEvent[], now: number): readonly ReportSpan[] =>
  events
    .flatMap((event): readonly ReportSpan[] => {
      const from = timeOf(event);
      if (event.type === 'DRSJobStarted') return jobSpans(event, events, now);
      if (event.type === 'ActionStarted') return [actionSpan(event, events, now)];
      if (event.type === 'CapacityAwaited') {
        const to = untilNext(event, events, ['DRSJobClaimed', 'WaveStopped'], now);
        return [{ phase: 'waiting for quota', label: 'waiting for quota', from, to, failed: false }];
      }
      if (event.type !== 'WaveFailed' || event.data.onFailure !== 'ask') return [];
      const to = untilNext(event, events, ['WaveStarted', 'WaveSkipped'], now);
      return [{ phase: 'waiting for people', label: 'waiting for a decision', from, to, failed: false }];
    })
    .sort((a, b) => a.from - b.from);

const actionsOf = (events: readonly ReportEvent[], now: number): readonly ReportAction[] => {
  const rows = new Map<string, ReportAction>();
  for (const start of events.filter(isNamed('ActionStarted'))) {
    const { stage, actionId, kind } = start.data;
    const end = actionEnd(start, events);
    const before = rows.get(`${stage}/${actionId}`);
    const by = end !== undefined && 'by' in end.data && end.data.by !== undefined ? `by ${end.data.by}` : '';
    const why = end?.type === 'ActionFailed' ? end.data.message : (end?.data.reason ?? '');
    rows.set(`${stage}/${actionId}`, {
      ...{ stage, actionId, kind },
      outcome: end === undefined ? 'running' : end.type === 'ActionCompleted' ? 'succeeded' : 'failed',
      tries: (before?.tries ?? 0) + 1,
      durationMs: (before?.durationMs ?? 0) + (end === undefined ? now : timeOf(end)) - timeOf(start),
      note: [by, why].filter((text) => text !== '').join(': '),
    });
  }
  return [...rows.values()];
};

const policyText = (policy: unknown): string => {
  if (typeof policy === 'string') return policy;
  const [entry] = Object.entries((policy ?? {}) as Readonly<Record<string, unknown>>);
  if (entry === undefined) return '';
  const [name, count] = entry;
  return name === 'atLeast' ? `at least ${String(count)}` : `at least ${String(count)} %`;
};

/** Every server's result, in however many events they stand. */
const resultsOf = (
  events: readonly ReportEvent[],
  end: Named<'WaveCompleted' | 'WaveFailed'> | undefined,
): readonly ServerResult[] => {
  if (end === undefined) return [];
  const listed = events
    .filter(isNamed('WaveResultsListed'))
    .filter(({ data }) => data.attempt === end.data.attempt)
    .flatMap(({ data }) => data.servers);
  return [...listed, ...end.data.servers];
};

/** How a wave ended; of one that failed also what somebody then decided. */
const outcomeText = (
  outcome: string,
  end: Named<'WaveCompleted' | 'WaveFailed'> | undefined,
  skipped: Named<'WaveSkipped'> | undefined,
): string => {
  if (skipped === undefined) return outcome;
  if (end === undefined) return 'SKIPPED';
  return skipped.data.satisfiesDependants ? `${outcome}, then SKIPPED` : `${outcome}, continued without it`;
};

/** One wave of the execution. `events` are those about it, of both streams, in order of time. */
export const waveReport = (waveId: string, events: readonly ReportEvent[], now: number): ReportWave => {
  const starts = events.filter(isNamed('WaveStarted'));
  const definition = starts.at(-1)?.data.definition;
  const end = events.filter(isNamed('WaveCompleted', 'WaveFailed')).at(-1);
  const skipped = events.filter(isNamed('WaveSkipped')).at(-1);
  const outcome = end?.type === 'WaveCompleted' ? end.data.outcome : end === undefined ? 'RUNNING' : 'FAILED';
  const ended = [end, skipped].flatMap((event) => (event === undefined ? [] : [timeOf(event)]));
  const first = starts[0] === undefined ? undefined : timeOf(starts[0]);
  return {
    waveId,
    dependsOn: definition?.dependsOn ?? [],
    place: definition === undefined ? '' : `${definition.target.account} / ${definition.target.region}`,
    outcome: outcomeText(outcome, end, skipped),
    attempts: starts.length,
    policy: policyText(definition?.success),
    durationMs: first === undefined ? 0 : (ended.length > 0 ? Math.max(...ended) : now) - first,
    servers: resultsOf(events, end),
    actions: actionsOf(events, now),
    spans: spansOf(events, now),
    notes: [
      ...(end?.type === 'WaveFailed' ? end.data.reasons : []),
      ...(skipped === undefined ? [] : [skipped.data.reason]),
    ],
  };
};
