import type { ServerPhase } from '../../../contracts/wave-events.ts';
import type { SpanKind } from './execution-view.ts';

/** The phases of a server in words, in their order. */
export const phaseWords: Readonly<Record<ServerPhase, string>> = {
  NONE: 'starting',
  CLEANUP: 'cleanup',
  SNAPSHOT: 'snapshot',
  CONVERSION: 'conversion',
  LAUNCH: 'launch',
  LAUNCH_ACTIONS: 'launch actions',
  LAUNCHED: 'launched',
  FAILED: 'failed',
};

/** What a wave was doing, in words. */
export const spanWords: Readonly<Record<SpanKind, string>> = {
  ACTION: 'action',
  APPROVAL: 'approval',
  CAPACITY: 'waits for quota',
  STARTING: 'starting',
  SNAPSHOT: 'snapshot',
  CONVERSION: 'conversion',
  LAUNCH: 'launch',
  LAUNCH_ACTIONS: 'launch actions',
  HELD: 'waits for a decision',
};
