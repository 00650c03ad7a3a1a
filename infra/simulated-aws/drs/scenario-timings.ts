import * as z from 'zod';
import { seconds, strict } from './scenario-fields.ts';

/** Seconds of each phase, set so that a drill of two servers takes what the captured drills took. */
export const defaultTimings = {
  jobStartSeconds: 0.33,
  queueSeconds: 0.41,
  cleanupSeconds: 35,
  snapshotSeconds: 0.19,
  snapshotWaitSeconds: 51.5,
  conversionSeconds: 186,
  launchQueueSeconds: 0.55,
  launchSeconds: 294,
  wrapUpSeconds: 3,
  terminationSeconds: 30,
  snapshotStaggerSeconds: 0.03,
  launchStaggerSeconds: 0.2,
  jitter: 0.06,
  spread: 0.003,
};

export type Timings = typeof defaultTimings;

const d = defaultTimings;

const duration = (text: string) => seconds(text).exactOptional();

const fraction = (text: string) => z.number().min(0).max(1).describe(text).exactOptional();

/** Timings that differ from the default ones. */
export const timingsScenario = strict({
  jobStartSeconds: duration(`From the call to JOB_START. Default ${d.jobStartSeconds}.`),
  queueSeconds: duration(
    `From JOB_START, or from CLEANUP_END, to SNAPSHOT_START. Default ${d.queueSeconds}.`,
  ),
  cleanupSeconds: duration(
    `Destruction of earlier recovery instances, where there are any. Default ${d.cleanupSeconds}.`,
  ),
  snapshotSeconds: duration(`From SNAPSHOT_START to SNAPSHOT_END. Default ${d.snapshotSeconds}.`),
  snapshotWaitSeconds: duration(`From SNAPSHOT_END to CONVERSION_START. Default ${d.snapshotWaitSeconds}.`),
  conversionSeconds: duration(`From CONVERSION_START to CONVERSION_END. Default ${d.conversionSeconds}.`),
  launchQueueSeconds: duration(`From CONVERSION_END to LAUNCH_START. Default ${d.launchQueueSeconds}.`),
  launchSeconds: duration(`From LAUNCH_START to LAUNCH_END. Default ${d.launchSeconds}.`),
  wrapUpSeconds: duration(`From the end of the last server to JOB_END. Default ${d.wrapUpSeconds}.`),
  terminationSeconds: duration(`Termination of one recovery instance. Default ${d.terminationSeconds}.`),
  snapshotStaggerSeconds: duration(
    `Delay of each further server's snapshot. Default ${d.snapshotStaggerSeconds}.`,
  ),
  launchStaggerSeconds: duration(`Delay of each further server's launch. Default ${d.launchStaggerSeconds}.`),
  jitter: fraction(`How far a phase varies from job to job. Default ${d.jitter}.`),
  spread: fraction(`How far the launches of one job vary. Default ${d.spread}.`),
});
