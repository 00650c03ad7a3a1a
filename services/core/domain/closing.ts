import { closingWaveIds } from '../../../contracts/plan.ts';

const names: ReadonlySet<string> = new Set(Object.values(closingWaveIds));

/** Whether a wave is one that holds the plan's own actions, and recovers nothing. */
export const isClosing = (waveId: string): boolean => names.has(waveId);

/** Whether it is the one that its drill's clean-up starts, long after the execution has ended. */
export const isBeforeCleanUp = (waveId: string | undefined): boolean =>
  waveId === closingWaveIds.beforeCleanUp;
