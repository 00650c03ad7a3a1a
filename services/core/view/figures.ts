import { counted, doneWord } from './words.ts';
import type { ExecutionView, ServerView, WaveView } from './execution-view.ts';

/** How many servers are where; of a phase of a failback, those at its end count as launched. */
export const partsOf = ({
  servers,
}: {
  readonly servers: readonly Pick<ServerView, 'phase' | 'homeward'>[];
}) => {
  const launched = servers.filter(({ phase }) => phase === 'LAUNCHED').length;
  const failed = servers.filter(({ phase }) => phase === 'FAILED').length;
  const active = servers.filter(({ phase, homeward }) =>
    phase === 'NONE' ? homeward !== undefined : !['LAUNCHED', 'FAILED'].includes(phase),
  ).length;
  return { launched, failed, active, all: servers.length };
};

export const partsText = (of: Parameters<typeof partsOf>[0] & Pick<WaveView, 'phase'>): string => {
  const { launched, failed, all } = partsOf(of);
  return `${launched} of ${counted(all, 'server')} ${doneWord(of.phase)}${failed > 0 ? `, ${failed} failed` : ''}`;
};

/** Whether it is a phase of a failback that launches nothing. */
export const isHomeward = ({ phase }: Pick<WaveView, 'phase'>): boolean =>
  phase !== undefined && phase !== 'launch';

/** The waves that launch, each server in one of them: of a failback not its other phases. */
export const launchingWaves = <Wave extends Pick<WaveView, 'phase'>>({
  waves,
}: {
  readonly waves: readonly Wave[];
}): readonly Wave[] => waves.filter((wave) => !isHomeward(wave));

/** How long an execution took, or has been running; undefined before its start. */
export const tookMs = ({ startedAt, endedAt }: ExecutionView, now: number): number | undefined =>
  startedAt === undefined ? undefined : (endedAt ?? now) - startedAt;

export const waveTookMs = (
  { startedAt, endedAt }: WaveView,
  view: Pick<ExecutionView, 'endedAt'>,
  now: number,
): number | undefined => (startedAt === undefined ? undefined : (endedAt ?? view.endedAt ?? now) - startedAt);
