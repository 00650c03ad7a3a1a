import type { ServerPhase } from '../../../contracts/wave-events.ts';
import type { SpanKind, SpanView, WaveView } from './execution-view.ts';

const isOpen = ({ to }: SpanView): boolean => to === undefined;

/** The span begins, unless one like it is open already. */
export const beginSpan = (wave: WaveView, kind: SpanKind, label: string, from: number): WaveView =>
  wave.spans.some((span) => isOpen(span) && span.kind === kind && span.label === label)
    ? wave
    : { ...wave, spans: [...wave.spans, { kind, label, from, failed: false }] };

/** Every open span that is meant ends. */
export const endSpans = (
  wave: WaveView,
  isMeant: (span: SpanView) => boolean,
  to: number,
  failed = false,
): WaveView => ({
  ...wave,
  spans: wave.spans.map((span) =>
    isOpen(span) && isMeant(span) ? { ...span, to: Math.max(to, span.from), failed } : span,
  ),
});

const recovery: readonly SpanKind[] = [
  'STARTING',
  'SNAPSHOT',
  'CONVERSION',
  'LAUNCH',
  'LAUNCH_ACTIONS',
  'CAPACITY',
];
export const isRecovery = ({ kind }: SpanView): boolean => recovery.includes(kind);
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

/** The wave is as far as its slowest server that has not ended. */
export const followPhases = (wave: WaveView, at: number): WaveView => {
  const ranks = wave.servers.map(({ phase }) => rank[phase]).filter((each) => each < rank.LAUNCHED);
  const kind = ranks.length === 0 ? undefined : kinds[Math.min(...ranks)];
  if (kind === undefined) return wave;
  const ended = endSpans(wave, (span) => isRecovery(span) && span.kind !== kind, at);
  return beginSpan(ended, kind, kind, at);
};
