import type { PointInTime } from '../../../contracts/plan.ts';

/** Which data servers are launched from, in words. */
export const dataText = (point: PointInTime): string => {
  if (point === 'latest') return 'the latest data';
  return 'snapshot' in point
    ? `snapshot ${point.snapshot}`
    : `the newest snapshot before ${point.newestBefore}`;
};
