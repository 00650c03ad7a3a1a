import type { Random } from '../identifiers.ts';
import { hexFrom, uuidFrom } from '../identifiers.ts';
import type { ActionRun, Course, Launched, Mark } from './job.ts';
import type { LaunchActionPlan } from './launch-actions.ts';
import type { Durations } from './launch-phases.ts';
import type { failurePhases } from './scenario-faults.ts';
import type { SourceServer } from './source-server.ts';
import { toMicros } from './timestamp.ts';

export interface Failure {
  readonly phase: (typeof failurePhases)[number];
  readonly rawError?: string | undefined;
}

export interface LaunchInput {
  readonly server: SourceServer;
  readonly durations: Durations;
  /** By how much the job is stretched or shrunk; the server's post-launch actions with it. */
  readonly factor: number;
  readonly failure: Failure | undefined;
  readonly hasEarlier: boolean;
  /** Launched from a snapshot that the caller chose, so no new one is taken. */
  readonly isPinned: boolean;
  readonly launched: Omit<Launched, 'atMs' | 'instanceID'>;
  /** The instance that exists and that it is launched into. */
  readonly into: string | undefined;
  /** Earlier instances that the clean-up cannot end, since they are protected. */
  readonly spared: readonly string[];
  /** The data of the newest snapshot before the launch; epoch ms. */
  readonly older: Pick<Launched, 'dataAt' | 'files'>;
  readonly launchActions: readonly LaunchActionPlan[];
  /** Whether the job waits for the launch actions and takes their failure for the launch's. */
  readonly actionsEndJob: boolean;
}

type Step = readonly [afterMs: number, event: string];

/** What follows a failed snapshot. */
const afterFailedSnapshot: Readonly<Partial<Record<Failure['phase'], readonly string[]>>> = {
  SNAPSHOT: [],
  PREVIOUS_SNAPSHOT: ['USING_PREVIOUS_SNAPSHOT'],
  PREVIOUS_SNAPSHOT_FAILED: ['USING_PREVIOUS_SNAPSHOT_FAILED'],
};

const snapshotSteps = ({ durations: d, failure }: LaunchInput): readonly Step[] => {
  const after = failure && afterFailedSnapshot[failure.phase];
  return [
    [d.queue, 'SNAPSHOT_START'],
    [d.snapshot, after === undefined ? 'SNAPSHOT_END' : 'SNAPSHOT_FAIL'],
    ...(after ?? []).map((event): Step => [d.queue, event]),
  ];
};

const cleanupSteps = ({ durations: d, failure, spared }: LaunchInput): readonly Step[] => [
  [d.queue / 2, 'CLEANUP_START'],
  [d.cleanup, failure?.phase === 'CLEANUP' || spared.length > 0 ? 'CLEANUP_FAIL' : 'CLEANUP_END'],
];

const endSteps = ({ durations: d, failure }: LaunchInput): readonly Step[] => [
  [d.snapshotWait, 'CONVERSION_START'],
  [d.conversion, failure?.phase === 'CONVERSION' ? 'CONVERSION_FAIL' : 'CONVERSION_END'],
  [d.launchQueue, 'LAUNCH_START'],
  [d.launch, failure?.phase === 'LAUNCH' ? 'LAUNCH_FAILED' : 'LAUNCH_END'],
];

/** The last thing that is logged of a server that fails in this phase. */
const lastEvents: Readonly<Partial<Record<Failure['phase'], string>>> = {
  SKIPPED: 'SERVER_SKIPPED',
  PERMISSIONS: 'SNAPSHOT_END',
  SNAPSHOT: 'SNAPSHOT_FAIL',
  PREVIOUS_SNAPSHOT_FAILED: 'USING_PREVIOUS_SNAPSHOT_FAILED',
  CONVERSION: 'CONVERSION_FAIL',
  LAUNCH: 'LAUNCH_FAILED',
};

const stepsOf = (input: LaunchInput): readonly Step[] => {
  if (input.failure?.phase === 'SKIPPED') return [[input.durations.queue, 'SERVER_SKIPPED']];
  const steps = [
    ...(input.hasEarlier ? cleanupSteps(input) : []),
    ...(input.isPinned ? [] : snapshotSteps(input)),
    ...endSteps(input),
  ];
  const last = input.failure && lastEvents[input.failure.phase];
  return last === undefined ? steps : steps.slice(0, steps.findIndex(([, event]) => event === last) + 1);
};

const isFault = (event: string): boolean =>
  event.includes('FAIL') || event.startsWith('USING') || event.includes('SKIP');

const marksOf = (random: Random, input: LaunchInput): readonly Mark[] => {
  const conversionServerID = `i-${hexFrom(random, 17)}`;
  const freshInstanceID = `i-${hexFrom(random, 17)}`;
  const targetInstanceID = input.into ?? freshInstanceID;
  const rawError = input.failure?.rawError;
  let atMs = input.durations.jobStart;
  return stepsOf(input).map(([afterMs, event]) => {
    atMs += afterMs;
    return {
      atMs: toMicros(atMs),
      event,
      ...(event === 'CONVERSION_END' && { conversionServerID }),
      ...(event === 'LAUNCH_END' && { targetInstanceID }),
      ...(isFault(event) && rawError !== undefined && { rawError }),
    };
  });
};

const actionsOf = (
  random: Random,
  { launchActions, factor }: LaunchInput,
  launchedMs: number,
): readonly ActionRun[] => {
  let atMs = launchedMs;
  const never = launchActions.findIndex(({ neverBegins }) => neverBegins);
  const begun = never < 0 ? launchActions : launchActions.slice(0, never);
  return begun.map(({ seconds, waitSeconds, fails, failureReason, actionID, actionCode, ...action }) => {
    const beginMs = toMicros(atMs + waitSeconds * 1000 * factor);
    atMs = toMicros(beginMs + seconds * 1000 * factor);
    const { name, order, optional } = action;
    return {
      ...{ actionID, runID: uuidFrom(random), name, documentName: actionCode, order, optional },
      ...{ beginMs, endMs: atMs, fails },
      ...(failureReason !== undefined && { failureReason }),
    };
  });
};

const markOf = (marks: readonly Mark[], ...events: readonly string[]): Mark | undefined =>
  marks.find((mark) => events.includes(mark.event));

const cleanupOf = (marks: readonly Mark[], { failure, into, spared }: LaunchInput): Course['cleanup'] => {
  const begin = markOf(marks, 'CLEANUP_START');
  const end = failure?.phase === 'CLEANUP' ? undefined : markOf(marks, 'CLEANUP_END', 'CLEANUP_FAIL');
  const spares = [...spared, ...(into === undefined ? [] : [into])];
  return begin && end && { beginMs: begin.atMs, endMs: end.atMs, ...(spares.length > 0 && { spares }) };
};

/** What will become of one server of a LAUNCH job. */
export const drawCourse = (random: Random, input: LaunchInput): Course => {
  const marks = marksOf(random, input);
  const beginMs = markOf(marks, 'LAUNCH_START')?.atMs;
  const end = markOf(marks, 'LAUNCH_END');
  const cleanup = cleanupOf(marks, input);
  const actions = end === undefined ? [] : actionsOf(random, input, end.atMs);
  const { actionsEndJob, launchActions } = input;
  const areSound = !actionsEndJob || actions.every((action) => !action.fails || action.optional);
  // A job that waits for launch actions of which one never begins does not end.
  const isHeld = end !== undefined && actionsEndJob && actions.length < launchActions.length;
  const lastMs = (actionsEndJob ? actions.at(-1)?.endMs : undefined) ?? marks.at(-1)?.atMs;
  const older = input.failure?.phase === 'PREVIOUS_SNAPSHOT' ? input.older : {};
  return {
    sourceServerID: input.server.sourceServerID,
    marks,
    ...(!isHeld && { settleMs: lastMs ?? input.durations.jobStart }),
    outcome: end !== undefined && areSound ? 'LAUNCHED' : 'FAILED',
    actions,
    ...(beginMs !== undefined && { beginMs }),
    ...(cleanup && { cleanup }),
    ...(end?.targetInstanceID !== undefined && {
      launched: { ...input.launched, ...older, instanceID: end.targetInstanceID, atMs: end.atMs },
    }),
  };
};
