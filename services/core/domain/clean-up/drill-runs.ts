import type { DrillRun } from '../../../../contracts/api.ts';
import type { ExecutionState } from '../execution-state.ts';
import { isLive, jobOf, serverTags } from '../launched-instances.ts';
import type { RecoveryInstance } from '../recovery-job.ts';
import { isEndedDrill } from './decide.ts';
import { sightingsIn, type DrillPlace, type Sighting } from './sightings.ts';
import type { CleanUpState } from './state.ts';

/** A drill some of whose jobs launched what runs in an account and Region. */
export interface KnownDrill {
  readonly executionId: string;
  readonly execution: ExecutionState;
  readonly cleanUp: CleanUpState;
  readonly launched: Pick<DrillPlace, 'servers' | 'jobIds' | 'existedBefore'>;
}

/** What DRS and EC2 show of an account and Region. */
export type ShownPlace = Pick<DrillPlace, 'account' | 'region' | 'recorded' | 'machines'>;

type Fate = Pick<DrillRun, 'fate' | 'at' | 'reason'>;

const iso = (at: number): string => new Date(at).toISOString();
const hourMs = 3_600_000;

/** What becomes of an instance that nothing speaks against ending. */
const fateOfOwn = ({ execution, cleanUp }: KnownDrill): Fate => {
  if (!isEndedDrill(execution)) return { fate: 'in-drill' };
  switch (cleanUp.status) {
    case 'AWAITED':
      return { fate: cleanUp.policy === 'ask' ? 'asked' : 'due', at: iso(cleanUp.dueAt) };
    case 'RUNNING':
      return { fate: 'ending' };
    case 'FAILED':
      return { fate: 'left', reason: cleanUp.problem ?? 'its clean-up failed' };
    case 'NONE':
    case 'COMPLETED':
    case 'KEPT':
      return { fate: 'runs-on' };
  }
};

const fateOf = (drill: KnownDrill, { is, reason }: Sighting): Fate => {
  switch (is) {
    case 'own':
      return fateOfOwn(drill);
    case 'kept':
      return { fate: 'kept', reason };
    case 'stuck':
      return { fate: 'left', reason };
    case 'foreign':
      return { fate: 'spared', reason };
  }
};

const hours = (since: number | undefined, now: number): number =>
  since === undefined ? 0 : Math.round(Math.max(0, now - since) / (hourMs / 100)) / 100;

const knownRuns = (place: ShownPlace, drill: KnownDrill, now: number): readonly DrillRun[] => {
  const { executionId, execution, cleanUp, launched } = drill;
  const { planId, requestedBy, status } = execution;
  const states = new Map(place.machines.map(({ instanceId, state }) => [instanceId, state]));
  const sightings = sightingsIn({
    ...{ ...place, ...launched, kept: cleanUp.kept },
    ...(cleanUp.keptBy !== undefined && { keptBy: cleanUp.keptBy }),
  });
  return sightings
    .filter(({ state, jobId }) => state !== 'gone' && launched.jobIds.has(jobId))
    .map((each) => ({
      ...{ instanceId: each.instanceId, sourceServerId: each.sourceServerId },
      ...{ account: place.account, region: place.region, jobId: each.jobId },
      state: states.get(each.instanceId) ?? each.state.toUpperCase(),
      ...(each.launchedAt !== undefined && { since: iso(each.launchedAt) }),
      instanceHours: hours(each.launchedAt, now),
      execution: {
        executionId,
        planId,
        requestedBy,
        status: status as NonNullable<DrillRun['execution']>['status'],
      },
      ...fateOf(drill, each),
    }));
};

const unknownRun = (place: ShownPlace, instance: RecoveryInstance, now: number): readonly DrillRun[] => {
  const { instanceId, sourceServerId, jobId } = instance;
  const machine = place.machines.find((each) => each.instanceId === instanceId);
  const state = machine?.state ?? instance.state;
  if (!isLive({ state })) return [];
  const since = machine?.launchedAt;
  return [
    {
      ...{ instanceId, sourceServerId, account: place.account, region: place.region, state, jobId },
      ...(since !== undefined && { since: iso(since) }),
      instanceHours: hours(since, now),
      fate: 'unknown',
    },
  ];
};

/** The jobs by which what runs from drills can be told apart; also of machines whose record in DRS was deleted. */
export const jobsIn = ({ recorded, machines }: ShownPlace): readonly string[] => {
  const ofRecords = recorded.flatMap(({ isDrill, jobId }) => (isDrill && jobId !== '' ? [jobId] : []));
  const ofMachines = machines
    .filter((machine) => serverTags.some((tag) => machine.tags[tag] !== undefined))
    .flatMap((machine) => jobOf(machine) ?? []);
  return [...new Set([...ofRecords, ...ofMachines])];
};

/**
 * What runs from drills in an account and Region: of known drills all that their jobs launched, of others what DRS
 * calls a drill's.
 */
export const drillRunsIn = (
  place: ShownPlace,
  drills: readonly KnownDrill[],
  now: number,
): readonly DrillRun[] => {
  const known = drills.flatMap((drill) => knownRuns(place, drill, now));
  const jobIds = new Set(drills.flatMap(({ launched }) => [...launched.jobIds]));
  const others = place.recorded.filter(({ isDrill, jobId }) => isDrill && !jobIds.has(jobId));
  return [...known, ...others.flatMap((instance) => unknownRun(place, instance, now))];
};

const sinceOf = ({ since }: DrillRun): number => (since === undefined ? Infinity : Date.parse(since));

/** Those longest running first. */
export const longestFirst = (runs: readonly DrillRun[]): readonly DrillRun[] =>
  runs.toSorted((a, b) => sinceOf(a) - sinceOf(b) || (a.instanceId < b.instanceId ? -1 : 1));
