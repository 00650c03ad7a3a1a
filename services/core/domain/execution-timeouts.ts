import type { ExecutionFact } from '../../../contracts/execution-events.ts';
import type { ExecutionState } from './execution-state.ts';
import type { Graph } from './graph.ts';
import { warnAt } from './near.ts';

/** A time-out aborts nothing, since DRS jobs cannot be stopped: an operator is asked, once. */
export const timingOut = (graph: Graph, state: ExecutionState, now: number): readonly ExecutionFact[] => {
  const minutesSince = (instant: number): number => (now - instant) / 60_000;
  const late = graph.waveIds.filter((waveId) => {
    const progress = state.waves[waveId];
    return (
      progress?.status === 'STARTED' &&
      !progress.timedOut &&
      minutesSince(progress.startedAt) > (graph.waves[waveId]?.timeoutMinutes ?? Infinity)
    );
  });
  const waves = late.map((waveId): ExecutionFact => {
    const why = `wave ${waveId} runs for more than ${graph.waves[waveId]?.timeoutMinutes} minutes`;
    return {
      type: 'OperatorNeeded',
      data: { waveId, about: 'wave-timed-out', why, choices: ['wait', 'cancel'] },
    };
  });
  if (state.timedOut || minutesSince(state.startedAt) <= graph.timeoutMinutes) return waves;
  const why = `the execution runs for more than ${graph.timeoutMinutes} minutes`;
  return [
    ...waves,
    { type: 'OperatorNeeded', data: { about: 'execution-timed-out', why, choices: ['wait', 'cancel'] } },
  ];
};

const near = (waveId: string | undefined, from: number, minutes: number): ExecutionFact => ({
  type: 'TimeoutNear',
  data: {
    about: waveId === undefined ? 'execution' : 'wave',
    ...(waveId !== undefined && { waveId }),
    endsBy: new Date(from + minutes * 60_000).toISOString(),
    consequence: 'Nothing is aborted; an operator is asked whether to wait or to cancel.',
  },
});

const isNear = (from: number, minutes: number, now: number): boolean => {
  const until = from + minutes * 60_000;
  return now >= warnAt(from, until) && now < until;
};

/** When a time-out is to be warned of, and when it strikes, epoch ms; without what has been said of it. */
export const timeoutInstants = (
  { startedAt, warned, timedOut }: Pick<ExecutionState, 'startedAt' | 'warned' | 'timedOut'>,
  minutes: number,
): readonly number[] => {
  if (timedOut) return [];
  const until = startedAt + minutes * 60_000;
  return [...(warned === true ? [] : [Math.ceil(warnAt(startedAt, until))]), until + 1];
};

/** Warns of time-outs before they strike, once each. */
export const nearing = (graph: Graph, state: ExecutionState, now: number): readonly ExecutionFact[] => {
  const facts = Object.entries(state.waves).flatMap(([waveId, { status, startedAt, warned }]) => {
    const minutes = graph.waves[waveId]?.timeoutMinutes ?? Infinity;
    const isDue = status === 'STARTED' && warned !== true && isNear(startedAt, minutes, now);
    return isDue ? [near(waveId, startedAt, minutes)] : [];
  });
  const isDue = state.warned !== true && isNear(state.startedAt, graph.timeoutMinutes, now);
  return isDue ? [...facts, near(undefined, state.startedAt, graph.timeoutMinutes)] : facts;
};
