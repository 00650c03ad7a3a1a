import { closingWaveIds } from '../../../contracts/plan.ts';

const names: ReadonlySet<string> = new Set(Object.values(closingWaveIds));

/** Whether a wave is one that runs when all others have ended, and recovers nothing. */
export const isClosing = (waveId: string): boolean => names.has(waveId);

/** Whether it is the one in which a drill's clean-up takes back what was reversed. */
export const isUndo = (waveId: string | undefined): boolean => waveId === closingWaveIds.undo;

/** Whether it is the one that its drill's clean-up starts, long after the execution has ended. */
export const isBeforeCleanUp = (waveId: string | undefined): boolean =>
  waveId === closingWaveIds.beforeCleanUp;
