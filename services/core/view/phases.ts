/** The phases of a server in words, in their order. */
export const phaseWords = {
  NONE: 'starting',
  CLEANUP: 'cleanup',
  SNAPSHOT: 'snapshot',
  CONVERSION: 'conversion',
  LAUNCH: 'launch',
  LAUNCH_ACTIONS: 'launch actions',
  LAUNCHED: 'launched',
  FAILED: 'failed',
} as const;
