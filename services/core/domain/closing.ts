import { closingWaveIds } from '../../../contracts/plan.ts';

/** Whether a wave is one that holds the plan's own last actions, and recovers nothing. */
export const isClosing = (waveId: string): boolean =>
  waveId === closingWaveIds.onFailure || waveId === closingWaveIds.onCancel;
