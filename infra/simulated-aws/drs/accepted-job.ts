import { hexFrom } from '../identifiers.ts';
import type { Job } from './job.ts';
import { toMicros } from './timestamp.ts';
import type { World } from './world.ts';

/** What every job has that comes to its end at a time drawn beforehand; all in ms from its acceptance. */
export const acceptedJob = (
  { random, setting, now }: World,
  drawn: Pick<Job, 'type' | 'initiatedBy' | 'tags'> & { readonly startMs: number; readonly endMs: number },
): Omit<Job, 'courses' | 'hints'> => ({
  jobID: `drsjob-${hexFrom(random, 17)}`,
  createdAt: toMicros(now + random() * 0.999),
  visibleMs: 1000 * setting.scenario.visibility.lagSecondsMin,
  endLoggedMs: toMicros(drawn.endMs + 26 + random()),
  ...drawn,
});
