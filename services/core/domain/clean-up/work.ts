import type { CleanUpFact, DrillInstance, LeftInstance } from '../../../../contracts/clean-up-events.ts';
import { backoffMs } from '../../kernel/backoff.ts';
import type { Sighting } from './sightings.ts';
import type { InUse } from '../capacity.ts';
import {
  awaitsActions,
  isUntold,
  placeKey,
  runsActions,
  undoes,
  type CleanUpState,
  type Termination,
} from './state.ts';

/** DRS: "Source servers in a job". */
export const instancesMax = 100;

/** Between two tries at the same instance. */
const tryAgain = { firstMs: 30_000, factor: 2, maxMs: 300_000 };

/** Without an instance gone for so long, what is left is shown to an operator. */
export const patienceMs = 20 * 60_000;

/** A call without an answer may still take effect for so long: two minutes in which DRS hides a job, and its handler's life. */
const hiddenMs = 180_000;

/** DRS ends an instance within minutes; a job that takes longer is waited for no more. */
const overdueMs = 60 * 60_000;

/** So many are named in an event. */
const listedMax = 100;

const iso = (at: number): string => new Date(at).toISOString();

export interface Batch {
  readonly account: string;
  readonly region: string;
  readonly instances: readonly DrillInstance[];
}

/** After refusals for a conflict it is tried among ever fewer, and in the end alone: one that is busy refuses them all. */
const batchSize = (conflicts: number): number => [instancesMax, 25, 5][conflicts] ?? 1;

const inHand = ({ jobs }: CleanUpState): ReadonlySet<string> =>
  new Set(jobs.flatMap(({ instances }) => instances.map(({ instanceId }) => instanceId)));

/** What the drill has launched and a clean-up is still to end. */
const toEnd = (state: CleanUpState, sightings: readonly Sighting[]): readonly Sighting[] => {
  const underWay = inHand(state);
  return sightings.filter(
    ({ is, state: seen, instanceId }) =>
      is === 'own' && seen === 'running' && !underWay.has(instanceId) && !isUntold(state, instanceId),
  );
};

const instanceOf = ({ instanceId, sourceServerId, jobId, launchedAt }: Sighting): DrillInstance => ({
  ...{ instanceId, sourceServerId, jobId },
  ...(launchedAt !== undefined && { launchedAt: iso(launchedAt) }),
});

/**
 * The instances that the next call ends, in an account and Region in which none of ours goes on; undefined when there
 * are none to call for now.
 */
export const nextBatch = (
  state: CleanUpState,
  sightings: readonly Sighting[],
  now: number,
): Batch | undefined => {
  if (state.status !== 'RUNNING' || state.keptBy !== undefined || awaitsActions(state)) return undefined;
  const busy = new Set(state.jobs.map(placeKey));
  const ready = toEnd(state, sightings).filter((each) => {
    const { instanceId } = each;
    if (busy.has(placeKey(each)) || state.kept[instanceId] !== undefined) return false;
    const known = state.tries[instanceId];
    return known === undefined || now >= known.at + backoffMs(tryAgain, known.tries);
  });
  const [first] = ready;
  if (first === undefined) return undefined;
  const conflictsOf = ({ instanceId }: Sighting): number => state.tries[instanceId]?.conflicts ?? 0;
  const alike = ready.filter(
    (each) => placeKey(each) === placeKey(first) && conflictsOf(each) === conflictsOf(first),
  );
  const { account, region } = first;
  return { account, region, instances: alike.slice(0, batchSize(conflictsOf(first))).map(instanceOf) };
};

/** The claim, while nobody has kept any of it or claimed any of it since: of two handlers only one can save it. */
export const claimFact = (
  state: CleanUpState,
  { account, region, instances }: Batch,
): readonly CleanUpFact[] => {
  const underWay = inHand(state);
  const isFree = instances.every(
    ({ instanceId }) =>
      !underWay.has(instanceId) && state.kept[instanceId] === undefined && !isUntold(state, instanceId),
  );
  if (state.status !== 'RUNNING' || state.keptBy !== undefined || awaitsActions(state) || !isFree) return [];
  const { run, jobsClaimed } = state;
  return [
    {
      type: 'TerminationClaimed',
      data: { run, job: jobsClaimed + 1, account, region, instances: [...instances] },
    },
  ];
};

/** That the next call in a place waits for the DRS quota: once for each wait, however often it is looked at. */
export const queuedFact = (
  state: CleanUpState,
  { account, region }: Pick<Batch, 'account' | 'region'>,
  instances: number,
  ahead: number,
  others?: InUse,
): readonly CleanUpFact[] => {
  const isBusy = [...state.jobs.map(placeKey), ...(state.queuedIn ?? [])].includes(
    placeKey({ account, region }),
  );
  if (state.status !== 'RUNNING' || isBusy || awaitsActions(state)) return [];
  const data = { run: state.run, account, region, instances, ahead, ...(others && { others }) };
  return [{ type: 'CleanUpQueued', data }];
};

export const openTermination = (state: CleanUpState, job: number): Termination | undefined =>
  state.jobs.find((each) => each.job === job);

const inJob = ({ run }: CleanUpState, { job, account, region }: Termination) => ({
  ...{ run, job, account, region },
});

/** DRS took the call. */
export const startedFact = (state: CleanUpState, job: number, jobId: string): readonly CleanUpFact[] => {
  const open = openTermination(state, job);
  if (open === undefined || open.jobId !== undefined) return [];
  const data = { ...inJob(state, open), jobId, instances: open.instances.length };
  return [{ type: 'TerminationStarted', data }];
};

export type TerminationEndCause = Extract<CleanUpFact, { type: 'TerminationEnded' }>['data']['cause'];

/** Nothing comes of the call any more; what it named and is not gone is tried again. */
export const endFact = (
  state: CleanUpState,
  job: number,
  cause: TerminationEndCause,
  message: string,
): readonly CleanUpFact[] => {
  const open = openTermination(state, job);
  if (open === undefined) return [];
  const left = open.instances.map(({ instanceId }) => instanceId);
  return [{ type: 'TerminationEnded', data: { ...inJob(state, open), cause, left, message } }];
};

/** As DRS says of a job that it accepted; undefined where it does not show it. */
export type ShownJob = 'running' | 'ended' | undefined;

const minutesSince = (launchedAt: string | undefined, now: number) =>
  launchedAt !== undefined && {
    ranMinutes: Math.max(0, Math.round((now - Date.parse(launchedAt)) / 6_000) / 10),
  };

/** Why a job whose instances are not all gone has come to its end; undefined while they may still go. */
const endOf = (
  { jobId, claimedAt }: Termination,
  isMoving: boolean,
  shown: ShownJob,
  now: number,
): readonly [TerminationEndCause, string] | undefined => {
  if (now >= claimedAt + overdueMs) return ['overdue', 'DRS has not ended them within an hour'];
  if (isMoving) return undefined;
  if (jobId === undefined)
    return now >= claimedAt + hiddenMs
      ? ['no-effect', 'The call had no answer, and no effect within three minutes']
      : undefined;
  return shown === 'ended' ? ['left', `${jobId} has ended, and they run on`] : undefined;
};

/**
 * What has become of the calls so far. An instance is gone when DRS and EC2 say so of it; what its job says only
 * tells when nothing more is to be waited for.
 */
export const settleJobs = (
  state: CleanUpState,
  sightings: readonly Sighting[],
  shownJob: (jobId: string) => ShownJob,
  now: number,
): readonly CleanUpFact[] => {
  const seen = new Map(sightings.map((each) => [each.instanceId, each.state]));
  return state.jobs.flatMap((job): readonly CleanUpFact[] => {
    const stateOf = ({ instanceId }: DrillInstance) => seen.get(instanceId) ?? 'gone';
    const gone = job.instances.filter((each) => stateOf(each) === 'gone');
    const left = job.instances.filter((each) => stateOf(each) !== 'gone');
    const shown = job.jobId === undefined ? undefined : shownJob(job.jobId);
    const isMoving = left.some((each) => stateOf(each) === 'going');
    const end =
      left.length === 0
        ? shown === 'running' && now < job.claimedAt + overdueMs
          ? undefined
          : (['done', ''] as const)
        : endOf(job, isMoving, shown, now);
    const place = inJob(state, job);
    return [
      ...gone.map(({ instanceId, sourceServerId, launchedAt }): CleanUpFact => ({
        type: 'InstanceTerminated',
        data: { ...place, instanceId, sourceServerId, ...minutesSince(launchedAt, now) },
      })),
      ...(end === undefined
        ? []
        : ([
            {
              type: 'TerminationEnded',
              data: {
                ...place,
                cause: end[0],
                left: left.map(({ instanceId }) => instanceId),
                message: end[1],
              },
            },
          ] as const)),
    ];
  });
};

/** Why an instance that is to be ended runs on, and what removes the obstacle. */
export type Obstacle = Pick<LeftInstance, 'reason' | 'command'>;

const leftOf = (
  { instanceId, sourceServerId, account, region, reason }: Sighting,
  obstacle?: Obstacle,
): LeftInstance => ({
  ...{ instanceId, sourceServerId, account, region, reason },
  ...obstacle,
});

/** What the drill launched and is neither gone nor kept. */
export const remaining = (state: CleanUpState, sightings: readonly Sighting[]): readonly Sighting[] =>
  sightings.filter(
    ({ is, state: seen }) =>
      seen !== 'gone' && (is === 'stuck' || (is === 'own' && state.keptBy === undefined)),
  );

/** Whether it is time to give up on what remains. */
export const isOutOfPatience = ({ progressAt, jobs }: CleanUpState, now: number): boolean =>
  jobs.length === 0 && now - progressAt >= patienceMs;

const totals = (state: CleanUpState, sightings: readonly Sighting[], now: number) => ({
  run: state.run,
  terminated: state.terminated,
  kept: sightings.filter(
    ({ is, state: seen }) =>
      seen !== 'gone' && (is === 'kept' || (is === 'own' && state.keptBy !== undefined)),
  ).length,
  instanceHours: Math.round(state.ranMinutes / 0.6) / 100,
  startedAt: iso(state.startedAt),
  endedAt: iso(now),
});

/**
 * The end of the run: all that the drill launched is ended or kept, or some of it resists and an operator is asked.
 * Nothing while there is something to wait for.
 */
export const concludeRun = (
  state: CleanUpState,
  sightings: readonly Sighting[],
  obstacleOf: (instanceId: string) => Obstacle | undefined,
  now: number,
): readonly CleanUpFact[] => {
  if (undoes(state)) return [];
  const isKept = state.keptBy !== undefined && !runsActions(state);
  if (state.status !== 'RUNNING' || state.jobs.length > 0 || (awaitsActions(state) && !isKept)) return [];
  const left = remaining(state, sightings);
  if (left.length === 0) {
    const spared = sightings.filter(({ is, state: seen }) => is === 'foreign' && seen !== 'gone');
    return [
      {
        type: 'CleanUpCompleted',
        data: {
          ...totals(state, sightings, now),
          spared: spared.slice(0, listedMax).map((each) => leftOf(each)),
          sparedCount: spared.length,
        },
      },
    ];
  }
  if (!isOutOfPatience(state, now)) return [];
  const told = left.map((each) =>
    leftOf(
      each,
      obstacleOf(each.instanceId) ?? (each.is === 'own' ? { reason: resists(state, each) } : undefined),
    ),
  );
  const [first] = told;
  const more = told.length > 1 ? `, and ${told.length - 1} more` : '';
  return [
    {
      type: 'CleanUpFailed',
      data: {
        ...totals(state, sightings, now),
        left: told.slice(0, listedMax),
        leftCount: told.length,
      },
    },
    asking(
      `${first?.instanceId ?? ''} of the drill runs on: ${first?.reason ?? ''}${more}${first?.command === undefined ? '' : `. Run: ${first.command}`}`,
    ),
  ];
};

/** Nobody may look at the instances: nothing of them is ended, and a person is asked. */
export const unseenFacts = (state: CleanUpState, reason: string, now: number): readonly CleanUpFact[] => {
  if (state.status !== 'RUNNING' || runsActions(state) || undoes(state)) return [];
  const ends = state.jobs.flatMap(({ job }) => endFact(state, job, 'unseen', reason));
  return [
    ...ends,
    ...givingUp(state, reason, now, `the instances of the drill cannot be looked at: ${reason}`),
  ];
};

/** The run ends without an answer to what is left: a person has to look. */
export const givingUp = (
  state: CleanUpState,
  reason: string,
  now: number,
  why = reason,
  more: { readonly actions?: 'failed' } = {},
): readonly CleanUpFact[] => [
  { type: 'CleanUpFailed', data: { ...totals(state, [], now), left: [], leftCount: 0, reason, ...more } },
  asking(why),
];

const asking = (why: string): CleanUpFact => ({
  type: 'OperatorNeeded',
  data: { about: 'clean-up-failed', why, choices: ['clean-up', 'keep'] },
});

const resists = (cleanUp: CleanUpState, { instanceId, state }: Sighting): string => {
  const { tries, problem } = cleanUp;
  if (isUntold(cleanUp, instanceId)) return 'it was not seen when the actions before were told what is ended';
  if (state === 'going') return 'DRS and EC2 do not agree that it has ended';
  const count = tries[instanceId]?.tries ?? 0;
  if (count === 0) return 'it could not be tried';
  return `DRS did not end it in ${count} ${count === 1 ? 'try' : 'tries'}${problem === undefined ? '' : `: ${problem}`}`;
};
