import type { WaveFactNamed } from './evolve.ts';
import type { WaveState } from './state.ts';

/**
 * Nothing more of the attempt starts; said once. After it no launcher can claim anything in the wave: the claim and
 * the stop are writes of one record.
 */
export const stopFact = (
  { stopped, attempt: reached }: WaveState,
  { waveId, attempt }: { readonly waveId: string; readonly attempt: number },
  reason: string,
): readonly WaveFactNamed<'WaveStopped'>[] =>
  stopped !== undefined && reached === attempt
    ? []
    : [{ type: 'WaveStopped', data: { waveId, attempt, reason } }];
