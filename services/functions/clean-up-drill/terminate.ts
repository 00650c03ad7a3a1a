import type { Sighting } from '../../core/domain/clean-up/sightings.ts';
import type { CleanUpState, Termination } from '../../core/domain/clean-up/state.ts';
import {
  claimFact,
  endFact,
  nextBatch,
  openTermination,
  startedFact,
  type Batch,
} from '../../core/domain/clean-up/work.ts';
import { inParallel } from '../../core/readiness/in-parallel.ts';
import { readLaunchConfigurations } from '../../core/readiness/launch-configurations.ts';
import { holdForCleanUp } from '../../core/streams/leases.ts';
import { givePlaceBack, hasPlace, yieldPlace } from './capacity.ts';
import type { CleaningUp } from './clean-up.ts';
import type { Launched } from '../../core/streams/launched.ts';
import { lookAt } from './drill.ts';

/** What speaks against ending instances for now, by instance. */
export type Blocked = Map<string, string>;

/**
 * The batch as it may be ended at this moment: everything is asked once more, right before the call. What somebody
 * else holds or DRS works on, and what a launch went into, is left out with its reason.
 */
const confirmed = async (
  cleaning: CleaningUp,
  launched: Launched,
  state: CleanUpState,
  batch: Batch,
  blocked: Blocked,
): Promise<Batch> => {
  const { recovery } = cleaning.ports;
  const { target } = launched;
  await blockHeld(cleaning, launched, batch, blocked);
  const servers = [...new Set(batch.instances.map(({ sourceServerId }) => sourceServerId))];
  const configurations = await readLaunchConfigurations(recovery, target, servers);
  const seen = new Map(
    (await lookAt(recovery, launched, state, servers)).map((each) => [each.instanceId, each]),
  );
  const instances = batch.instances.filter(({ instanceId, sourceServerId, jobId }) => {
    const now = seen.get(instanceId);
    if (blocked.has(instanceId)) return false;
    if (configurations.get(sourceServerId)?.intoInstanceId === instanceId)
      blocked.set(
        instanceId,
        'the launch configuration launches into it: it may have existed before the drill',
      );
    else return now?.is === 'own' && now.state === 'running' && now.jobId === jobId;
    return false;
  });
  return { ...batch, instances };
};

/** What another execution holds is not to be ended under it. */
const blockHeld = async (
  { ports: { store }, executionId }: CleaningUp,
  { target }: Launched,
  { instances }: Batch,
  blocked: Blocked,
): Promise<void> => {
  const servers = [...new Set(instances.map(({ sourceServerId }) => sourceServerId))];
  const held = await holdForCleanUp(store, executionId, target, servers);
  for (const { instanceId, sourceServerId } of instances) {
    const holder = held.get(sourceServerId);
    if (holder !== undefined) blocked.set(instanceId, `execution ${holder} holds ${sourceServerId}`);
  }
};

/** DRS jobs take minutes. */
const busySinceMs = 6 * 3_600_000;

/** One server in another job makes DRS refuse the whole call. */
const blockBusy = async (
  { ports: { recovery, clock } }: CleaningUp,
  { target }: Launched,
  { instances }: Batch,
  blocked: Blocked,
): Promise<void> => {
  const jobs = await recovery.describeJobsSince(target, clock.now() - busySinceMs);
  for (const { jobId, status, servers } of jobs) {
    if (status === 'COMPLETED') continue;
    for (const { instanceId, sourceServerId } of instances)
      if (servers.some((server) => server.sourceServerId === sourceServerId))
        blocked.set(instanceId, `${sourceServerId} is in ${jobId}`);
  }
};

/** The one place that calls TerminateRecoveryInstances, reached once per claim by the handler that saved it. */
const callOnce = async (
  cleaning: CleaningUp,
  launched: Launched,
  job: Termination,
): Promise<CleanUpState | undefined> => {
  const { ports, knobs, change, executionId } = cleaning;
  if (ports.clock.now() - job.claimedAt > knobs.callWindowMs) return undefined;
  const ids = job.instances.map(({ instanceId }) => instanceId);
  const answer = await ports.recovery.terminateRecoveryInstances(launched.target, ids);
  if (answer.status === 'accepted') {
    // First, since a job that is not on record counts as somebody else's.
    await ports.store.write({ kind: 'job', id: answer.jobId }, { executionId, waveId: '' }, 0);
    return (await change((state) => startedFact(state, job.job, answer.jobId))).state;
  }
  ports.log.warn('TerminateRecoveryInstances gave no job', { executionId, job: job.job, ...answer });
  // Whether it had an effect shows at the instances.
  if (answer.status === 'unknown') return undefined;
  const ended = await change((state) => endFact(state, job.job, answer.status, answer.message));
  if (answer.status === 'quota') await yieldPlace(cleaning, launched.target);
  else await givePlaceBack(cleaning, launched.target);
  return ended.state;
};

/** So many records are written at once. */
const writesAtOnce = 10;

/** First of all, so that what EC2 says of their end finds the drill. An instance is of one drill for ever. */
const noteInstances = async (
  { ports: { store }, executionId }: CleaningUp,
  { instances }: Batch,
): Promise<void> => {
  await inParallel(instances, writesAtOnce, ({ instanceId }) =>
    store.write({ kind: 'instance', id: instanceId }, { executionId }, 0),
  );
};

export interface Ended {
  readonly state: CleanUpState;
  /** Whether a call waits for its turn. */
  readonly isQueued: boolean;
  /** What speaks against ending instances for now, by instance. */
  readonly blocked: ReadonlyMap<string, string>;
}

/** Ends what may be ended now, one job at a time in each account and Region. */
export const endInstances = async (
  cleaning: CleaningUp,
  places: readonly Launched[],
  sightings: readonly Sighting[],
  before: CleanUpState,
): Promise<Ended> => {
  const { ports, knobs, change } = cleaning;
  const blocked: Blocked = new Map();
  const queued = new Set<string>();
  let state = before;
  for (let calls = 0; calls < knobs.callsMax; calls++) {
    const open = sightings.filter(
      ({ instanceId, account, region }) => !blocked.has(instanceId) && !queued.has(`${account}/${region}`),
    );
    const batch = nextBatch(state, open, ports.clock.now());
    const launched = places.find(
      ({ target }) => target.account === batch?.account && target.region === batch.region,
    );
    if (batch === undefined || launched === undefined) break;
    const key = `${batch.account}/${batch.region}`;
    const hadConflicts = batch.instances.some(
      ({ instanceId }) => (state.tries[instanceId]?.conflicts ?? 0) > 0,
    );
    // Before a place is taken: a drill that holds the servers may run for hours.
    await blockHeld(cleaning, launched, batch, blocked);
    if (hadConflicts) await blockBusy(cleaning, launched, batch, blocked);
    const free = batch.instances.filter(({ instanceId }) => !blocked.has(instanceId));
    if (free.length === 0) continue;
    if (!(await hasPlace(cleaning, launched.target, free.length))) {
      queued.add(key);
      continue;
    }
    const sure = await confirmed(cleaning, launched, state, { ...batch, instances: free }, blocked);
    for (const { instanceId } of free)
      if (!sure.instances.some((each) => each.instanceId === instanceId) && !blocked.has(instanceId))
        blocked.set(instanceId, 'it is no longer as it was');
    await noteInstances(cleaning, sure);
    const claim =
      sure.instances.length === 0 ? undefined : await change((current) => claimFact(current, sure), 'later');
    const job = claim?.facts.length === 1 ? openTermination(claim.state, claim.state.jobsClaimed) : undefined;
    if (claim === undefined || job === undefined) {
      await givePlaceBack(cleaning, launched.target);
      if (claim !== undefined) return { state: claim.state, isQueued: true, blocked };
      continue;
    }
    state = (await callOnce(cleaning, launched, job)) ?? claim.state;
  }
  return { state, isQueued: queued.size > 0, blocked };
};
