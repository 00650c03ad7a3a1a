import type { Homeward } from '../../../contracts/execution-events.ts';
import type { ActionView, ExecutionView, WaveView } from './execution-view.ts';
import { gateIn, homewardRows, type HomewardRow } from './homeward-rows.ts';
import { durationText, timeText } from './time-text.ts';
import { counted } from './words.ts';

/** What somebody did, or was asked, before a phase of a failback. */
export interface HomewardDeed {
  readonly phase: Homeward['phase'];
  readonly actionId: string;
  readonly asked: string;
  readonly outcome: 'awaited' | 'running' | 'succeeded' | 'failed';
  /** Who, and why; or what came of it. */
  readonly note: string;
  /** When it was answered or ended, epoch ms. */
  readonly at?: number;
}

/** The way home of an execution: who did what, how long each server took, and what could have been lost. */
export interface HomewardSummary {
  readonly deeds: readonly HomewardDeed[];
  readonly servers: readonly HomewardRow[];
  /** In sentences. */
  readonly loss: string;
}

const phases = ['reverse', 'launch', 'protect', 'retire'] as const;

const outcomes: Readonly<Record<ActionView['status'], HomewardDeed['outcome']>> = {
  WAITING: 'awaited',
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
};

const endOf = ({ spans }: WaveView, { actionId, stage }: ActionView): number | undefined =>
  spans.findLast(({ label, action }) => label === actionId && action?.stage === stage)?.to;

const deedsOf = (view: ExecutionView): readonly HomewardDeed[] =>
  phases.flatMap((phase) => {
    const gate = gateIn(view, phase);
    return (gate?.actions ?? []).map((action): HomewardDeed => {
      const at = gate && endOf(gate, action);
      const { actionId, prompt, status, message } = action;
      return {
        ...{ phase, actionId, asked: prompt, outcome: outcomes[status], note: message },
        ...(at !== undefined && { at }),
      };
    });
  });

/** When the last was done of what people do before a phase; undefined where nothing was asked of them. */
const doneAt = (deeds: readonly HomewardDeed[], phase: HomewardDeed['phase']): number | undefined =>
  deeds
    .filter((deed) => deed.phase === phase && deed.outcome === 'succeeded')
    .flatMap(({ at }) => at ?? [])
    .sort((a, b) => a - b)
    .at(-1);

const unknownText = (unknown: readonly HomewardRow[], launched: readonly HomewardRow[]): string =>
  unknown.length === 0
    ? ''
    : ` DRS does not say of which time the data of ${counted(unknown.length, 'server')} of ${launched.length} are: what was written shortly before the launch may be missing there.`;

/** What was written away after the data that came home, and whether somebody said that nothing was. */
const lossOf = (
  { mode, endedAt }: ExecutionView,
  deeds: readonly HomewardDeed[],
  servers: readonly HomewardRow[],
): string => {
  const launched = servers.filter(({ times }) => times.launch?.to !== undefined);
  if (mode === 'DRILL') return 'Nothing: a drill launches copies, and what was recovered runs on.';
  if (launched.length === 0) return 'Nothing: no server was launched at home.';
  const unknown = launched.filter(({ dataOf }) => dataOf === undefined);
  const points = launched.flatMap(({ dataOf }) => (dataOf === undefined ? [] : [Date.parse(dataOf)]));
  const oldest = points.reduce((a, b) => Math.min(a, b), Infinity);
  if (points.length === 0) return unknownText(unknown, launched).trim();
  const stoppedAt = doneAt(deeds, 'launch');
  const movedAt = doneAt(deeds, 'protect') ?? endedAt;
  const head = `The oldest data that came home are of ${timeText(oldest)} UTC; what was written after that where the servers were recovered stayed behind.`;
  const rest = unknownText(unknown, launched);
  if (stoppedAt === undefined) {
    const until =
      movedAt === undefined
        ? ''
        : ` Up to ${durationText(Math.max(0, movedAt - oldest))} of writes could have been lost.`;
    return `${head} Nobody was asked whether writes had stopped.${until}${rest}`;
  }
  return stoppedAt <= oldest
    ? `${head} The launch was let go at ${timeText(stoppedAt)} UTC, before that: where writes had stopped by then, nothing was lost.${rest}`
    : `${head} The launch was let go only at ${timeText(stoppedAt)} UTC: up to ${durationText(stoppedAt - oldest)} of writes could have been lost.${rest}`;
};

/** The way home of a failback; undefined for any other execution, and for one that has not begun. */
export const homewardSummary = (view: ExecutionView): HomewardSummary | undefined => {
  const servers = homewardRows(view);
  if (servers.length === 0) return undefined;
  const deeds = deedsOf(view);
  return { deeds, servers, loss: lossOf(view, deeds, servers) };
};
