import type { ServerPhase } from '../../../contracts/wave-events.ts';
import type { JobView, SpanKind, SpanView, WaveView } from './execution-view.ts';

interface Interval {
  readonly from: number;
  readonly to?: number;
}

/** How long at least one of the intervals lasted. What has not ended does not count. */
export const coveredMs = (intervals: readonly Interval[]): number => {
  const ended = intervals.flatMap(({ from, to }) => (to === undefined ? [] : [{ from, to }]));
  let [total, until] = [0, Number.NEGATIVE_INFINITY];
  for (const { from, to } of ended.sort((a, b) => a.from - b.from)) {
    total += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return total;
};

interface Spanned {
  readonly spans: readonly SpanView[];
}

const isOpen = ({ to }: SpanView): boolean => to === undefined;

/** The span begins, unless one like it is open already. */
export const beginSpan = <Of extends Spanned>(
  of: Of,
  kind: SpanKind,
  from: number,
  label: string = kind,
  action?: SpanView['action'],
): Of => {
  const isKnown = of.spans.some(
    (span) =>
      isOpen(span) && span.kind === kind && span.label === label && span.action?.stage === action?.stage,
  );
  const span = { kind, label, ...(action && { action }), from, failed: false };
  return isKnown ? of : { ...of, spans: [...of.spans, span] };
};

/** Every open span that is meant ends. */
export const endSpans = <Of extends Spanned>(
  of: Of,
  isMeant: (span: SpanView) => boolean,
  to: number,
  failed = false,
): Of => ({
  ...of,
  spans: of.spans.map((span) =>
    isOpen(span) && isMeant(span) ? { ...span, to: Math.max(to, span.from), failed } : span,
  ),
});

export const isOf =
  (...kinds: readonly SpanKind[]) =>
  ({ kind }: SpanView): boolean =>
    kinds.includes(kind);
export const isAny = (): boolean => true;

const rank: Readonly<Record<ServerPhase, number>> = {
  NONE: 0,
  CLEANUP: 0,
  SNAPSHOT: 1,
  CONVERSION: 2,
  LAUNCH: 3,
  LAUNCH_ACTIONS: 4,
  LAUNCHED: 5,
  FAILED: 6,
};
const kinds: readonly SpanKind[] = ['STARTING', 'SNAPSHOT', 'CONVERSION', 'LAUNCH', 'LAUNCH_ACTIONS'];
export const isRecovery = isOf(...kinds);

/** The wave is as far as its slowest server that has not ended. */
export const followPhases = (wave: WaveView, at: number): WaveView => {
  const ranks = wave.servers.map(({ phase }) => rank[phase]).filter((each) => each < rank.LAUNCHED);
  const kind = ranks.length === 0 ? undefined : kinds[Math.min(...ranks)];
  if (kind === undefined) return wave;
  const ended = endSpans(wave, (span) => isRecovery(span) && span.kind !== kind, at);
  return beginSpan(ended, kind, at);
};

/**
 * The phases of a job one after the other, each as long as DRS says that its slowest server took: what is
 * known of them once the job has ended. What has not ended lasts until `now`.
 */
export const measuredSpans = (job: JobView, now: number): readonly Required<Omit<SpanView, 'action'>>[] => {
  const { jobId: label, saidFrom: from, saidTo: to = now, slowest, failed } = job;
  const snapshotTo = Math.min(to, from + (slowest.snapshotMs ?? 0));
  const conversionTo = Math.min(to, snapshotTo + (slowest.conversionMs ?? 0));
  const actionsTo = job.awaiting > 0 ? now : Math.max(to, job.launchActionsTo ?? to);
  // DRS may end a job after its launch actions, or before them.
  const launchTo = job.hasLaunchActions ? Math.min(to, conversionTo + (slowest.launchMs ?? 0)) : to;
  const launchEnd = launchTo > conversionTo ? launchTo : to;
  return [
    { kind: 'SNAPSHOT' as const, label, from, to: snapshotTo, failed: false },
    { kind: 'CONVERSION' as const, label, from: snapshotTo, to: conversionTo, failed: false },
    { kind: 'LAUNCH' as const, label, from: conversionTo, to: launchEnd, failed },
    { kind: 'LAUNCH_ACTIONS' as const, label, from: launchEnd, to: actionsTo, failed },
  ].filter((span) => span.to > span.from);
};
