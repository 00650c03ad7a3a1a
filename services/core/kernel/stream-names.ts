export { cleanUpStream, isCleanUpStream } from '../../../contracts/clean-up-stream.ts';

export const executionStream = (executionId: string): string => executionId;
export const waveStream = (executionId: string, waveId: string): string => `${executionId}/${waveId}`;
