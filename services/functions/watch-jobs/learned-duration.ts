import type { RecordStore } from '../../core/ports/record-store.ts';
import type { WaveSession } from '../../core/streams/wave-session.ts';
import type { Learned } from './cadence.ts';
import { withRecent } from '../../core/domain/expectation.ts';
import type { JobDuration } from '../../core/streams/durations.ts';
import type { Observation } from '../../core/domain/wave/server-result.ts';

const keyOf = ({ execution, waveId }: WaveSession) => ({
  kind: 'durations' as const,
  id: `${execution.planId}/${waveId}`,
});

/** What the last execution of its plan has shown of this wave. */
export const learnedDuration = async (
  store: RecordStore,
  session: WaveSession,
): Promise<Learned | undefined> => (await store.read<Learned>(keyOf(session)))?.body;

/** Keeps the duration for the next execution of the plan. Losing it, or a race for it, costs only a later look. */
export const learnDuration = async (
  store: RecordStore,
  session: WaveSession,
  observations: readonly Observation[],
  hinted: boolean,
): Promise<void> => {
  const durations = observations.flatMap(({ job }) =>
    job.endedAt === undefined ? [] : [job.endedAt - job.createdAt],
  );
  if (durations.length === 0) return;
  const known = await store.read<Learned & JobDuration>(keyOf(session));
  const jobMs = Math.max(...durations);
  const learned = { jobMs, hinted, recentMs: withRecent(known?.body.recentMs, jobMs) };
  await store.write<Learned & JobDuration>(keyOf(session), learned, known?.revision ?? 0);
};
