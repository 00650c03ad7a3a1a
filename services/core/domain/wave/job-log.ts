import type { ServerPhase, ServerResult } from '../../../../contracts/wave-events.ts';
import type { JobLogEntry } from '../recovery-job.ts';

/** The log's words by the phase that they begin; other words, such as new ones of DRS, begin none. */
export const phaseBegun: Readonly<Record<string, ServerPhase>> = {
  CLEANUP_START: 'CLEANUP',
  SNAPSHOT_START: 'SNAPSHOT',
  CONVERSION_START: 'CONVERSION',
  LAUNCH_START: 'LAUNCH',
  LAUNCH_END: 'LAUNCHED',
  SNAPSHOT_FAIL: 'FAILED',
  // It goes on with older data.
  USING_PREVIOUS_SNAPSHOT: 'SNAPSHOT',
  USING_PREVIOUS_SNAPSHOT_FAILED: 'FAILED',
  CONVERSION_FAIL: 'FAILED',
  LAUNCH_FAILED: 'FAILED',
  SERVER_SKIPPED: 'FAILED',
};

const isResult = (phase: string | undefined): boolean => phase === 'LAUNCHED' || phase === 'FAILED';

/** The last phase that the log shows of a server. */
export const phaseInLog = (log: readonly JobLogEntry[], sourceServerId: string): ServerPhase | undefined => {
  const last = log.findLast(
    (entry) => entry.sourceServerId === sourceServerId && phaseBegun[entry.event] !== undefined,
  );
  return last && phaseBegun[last.event];
};

/** Whether the log says how a server did: an entry after which none of it is to come. */
export const hasResult = (log: readonly JobLogEntry[], sourceServerId: string): boolean =>
  isResult(phaseInLog(log, sourceServerId));

export const durationsOf = (entries: readonly JobLogEntry[]): ServerResult['phases'] => {
  const at = (event: string): number | undefined => entries.find((entry) => entry.event === event)?.at;
  const between = (from: number | undefined, to: number | undefined): number | undefined =>
    from === undefined || to === undefined ? undefined : to - from;
  const snapshotMs = between(at('SNAPSHOT_START'), at('CONVERSION_START'));
  const conversionMs = between(at('CONVERSION_START'), at('LAUNCH_START'));
  const launchMs = between(at('LAUNCH_START'), at('LAUNCH_END'));
  return {
    ...(snapshotMs !== undefined && { snapshotMs }),
    ...(conversionMs !== undefined && { conversionMs }),
    ...(launchMs !== undefined && { launchMs }),
  };
};
