import type { ActionStage } from '../../contracts/wave-events.ts';

/** One try of one action, by a name that no other has. */
export const tryName = (
  executionId: string,
  {
    waveId,
    attempt,
    stage,
    actionId,
    tryNumber,
  }: {
    readonly waveId: string;
    readonly attempt: number;
    readonly stage: ActionStage;
    readonly actionId: string;
    readonly tryNumber: number;
  },
): string => `${executionId}/${waveId}#${attempt} ${stage}/${actionId}.${tryNumber}`;
