import type { RecordStore } from '../ports/record-store.ts';
import type { WaveSession } from '../streams/wave-session.ts';
import type { Observation } from './observe.ts';

interface Learned {
  readonly jobMs: number;
}

const keyOf = ({ execution, waveId }: WaveSession) => ({
  kind: 'durations' as const,
  id: `${execution.planId}/${waveId}`,
});

/** How long the jobs of this wave took the last time that its plan ran, in milliseconds. */
export const learnedDuration = async (
  store: RecordStore,
  session: WaveSession,
): Promise<number | undefined> => (await store.read<Learned>(keyOf(session)))?.body.jobMs;

/** Keeps the duration for the next execution of the plan. Losing it, or a race for it, costs only a later look. */
export const learnDuration = async (
  store: RecordStore,
  session: WaveSession,
  observations: readonly Observation[],
): Promise<void> => {
  const durations = observations.flatMap(({ job }) =>
    job.endedAt === undefined ? [] : [job.endedAt - job.createdAt],
  );
  if (durations.length === 0) return;
  const known = await store.read<Learned>(keyOf(session));
  await store.write<Learned>(keyOf(session), { jobMs: Math.max(...durations) }, known?.revision ?? 0);
};
