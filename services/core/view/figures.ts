import { counted } from './words.ts';
import type { ExecutionView, ServerView, WaveView } from './execution-view.ts';

/** How many servers are where. */
export const partsOf = ({ servers }: { readonly servers: readonly Pick<ServerView, 'phase'>[] }) => {
  const launched = servers.filter(({ phase }) => phase === 'LAUNCHED').length;
  const failed = servers.filter(({ phase }) => phase === 'FAILED').length;
  const active = servers.filter(({ phase }) => !['NONE', 'LAUNCHED', 'FAILED'].includes(phase)).length;
  return { launched, failed, active, all: servers.length };
};

export const partsText = (of: Parameters<typeof partsOf>[0]): string => {
  const { launched, failed, all } = partsOf(of);
  return `${launched} of ${counted(all, 'server')} launched${failed > 0 ? `, ${failed} failed` : ''}`;
};

/** How long an execution took, or has been running; undefined before its start. */
export const tookMs = ({ startedAt, endedAt }: ExecutionView, now: number): number | undefined =>
  startedAt === undefined ? undefined : (endedAt ?? now) - startedAt;

export const waveTookMs = (
  { startedAt, endedAt }: WaveView,
  view: Pick<ExecutionView, 'endedAt'>,
  now: number,
): number | undefined => (startedAt === undefined ? undefined : (endedAt ?? view.endedAt ?? now) - startedAt);
