import { faultNames } from './failback/faults.ts';
import { faultForms, faultKinds } from './faults.ts';

/** What failbacks of many seeds have to meet and to reach. */
export const failbackPaths = [
  'failback: recovery',
  'failback: drill',
  ...Object.values(faultNames),
  'failback: run died after its call',
  'failback: replication stalled',
  'failback: agent not up',
  'failback: has servers that a forward plan wants',
  'failback: refused for a forward plan',
  'failback: asked for in earnest after its drill',
  'failback: ReverseReplication',
  'failback: StopReplication',
  'failback: TerminateRecoveryInstances',
  'failback: DeleteRecoveryInstance',
  'failback: DisconnectSourceServer',
  'failback: DeleteSourceServer',
] as const;

/** Paths of recovery that a run of many seeds has to reach, or its faults test nothing. */
export const recoveryPaths = [
  ...failbackPaths,
  'job adopted',
  'claim opened again after quarantine',
  'operator asked about an uncertain launch',
  'conflict met',
  'quota met',
  'capacity awaited',
  'zombie wrote into a conflict',
  'run crashed',
  'run timed out',
  'delivery retried',
  'delivery dead-lettered',
  'dead letter dealt with',
  'dead letter left to an operator',
  'replayed event ignored',
  'forged event ignored',
  'malformed event parked',
  'newer event parked',
  'publishing failed',
  'event published again',
  'wave retried',
  'wave skipped',
  'execution cancelled',
  'execution paused',
  'decision refused',
  'noted',
  'noted after the end',
  'handed over',
  'automation found under its token',
  'timer lost and found',
  'books closed',
  'partial success',
  'recovery approved by a second person',
  'time-out asked about',
  'action of one mode started',
  'action of the other mode left out',
  'runbook given a role',
  'servers chosen by tags',
  'refused for too few tagged servers',
  'snapshot chosen by its id',
  'snapshot chosen by an instant',
  'refused for a missing point in time',
  'point in time chosen for all servers',
  'warning accepted by name',
  'refused for a warning not accepted',
  'pause before a wave ended',
  'runbook of one version',
  'runbook told of recovered servers',
  'runbook that only some deployments allow',
  'refused for a server that cannot be recovered',
  'refused for a document not allowed',
  'refused for a reference that nothing resolves',
  'refused for a tag that a server lacks',
  'refused for a machine without a record',
  'refused for a machine to be overwritten',
  'refused for a server of the other direction',
  'refused since EC2 may not be asked',
  'machine ended that a person named',
  'machine overwritten that a plan named',
  'launch refused for a machine',
  'refused for a failback',
  'failback ended that a person allowed',
  'protected machine left running',
  'intake went on later',
  'earlier request waited for a later one',
  'launch actions awaited after their job',
  'launch actions awaited no longer',
  'launch actions that may not be read',
  'server failed by a launch action',
  'server recovered although an optional launch action failed',
  'instance kept by a retry',
  'instance launched again since a person said so',
  'wave complete before the end of its jobs',
  'result changed by the end of a job',
  'task done by its worker',
  'alarm gate opened',
  'hint of an alarm',
  'drill paused by an alarm',
  'drill cancelled by an alarm',
  'recovery told of an alarm',
  'function done: poll',
  'function done: durable',
  'durable execution started again under its name',
  'durable execution found under its name',
  'durable execution stopped',
  'task requested again',
  'worker told to stop',
  'forged report on a task',
  'report on a task refused',
  'report before its task was known to be requested',
  'traffic moved',
  'traffic put back',
  'traffic claimed again',
  'record changed by somebody else',
  'record changed before the call',
  'answer about traffic lost',
  'drill cleaned up',
  'instance of a drill ended',
  'instances of a drill kept',
  'drill extended',
  'clean-up gave up',
  'clean-up awaited its place',
  'hint of an instance that ended',
  'actions before a clean-up succeeded',
  'actions before a clean-up failed',
  'actions before a clean-up stopped',
  'actions before a clean-up not begun',
  'actions before a clean-up told of its instances',
  'clean-up went on without its actions',
  'drill paused by a calendar',
  'drill told that its calendars are open',
  'hint of a calendar',
  'drill of a schedule started',
  'drill of a schedule skipped',
  'drill of a schedule skipped as late',
  'occurrence told of by a look',
  'drill went on since a person said so',
  'recovery went on although a calendar was closed',
  'drill told at its start that a calendar is closed',
  'recovery told at its start that a calendar is closed',
] as const;
export type RecoveryPath = (typeof recoveryPaths)[number];

/** How often each path was reached and each fault injected. */
export type Counts = Record<string, number>;

export const addCounts = (total: Counts, more: Counts): void => {
  for (const [name, count] of Object.entries(more)) total[name] = (total[name] ?? 0) + count;
};

/** Below this a path or a fault counts as not tested in a full run. */
const reachesMin = 20;
/** What a full run meets some 26 times, so that one in ten would miss twenty by luck. */
const rarest = { path: 'clean-up awaited its place', reachesMin: 10 };
const minOf = (name: string): number => (name === rarest.path ? rarest.reachesMin : reachesMin);
/** A run of this many seeds with every fault is a full one. */
export const fullRunSeeds = 20_000;
/** One seed in so many has a failback. */
export const seedsPerFailback = 40;
/** A run of this many failbacks with every fault is a full one. */
export const fullRunFailbacks = fullRunSeeds / seedsPerFailback;

const below = (counts: Counts, names: readonly string[]): readonly string[] =>
  names
    .filter((name) => (counts[name] ?? 0) < minOf(name))
    .map((name) => `${name} (${counts[name] ?? 0} times)`);

/** L4: what a full run has hardly met, with how often it has. */
export const hardlyMet = (total: {
  readonly counts: Counts;
  readonly injected: Counts;
}): readonly string[] => [
  ...below(total.injected, faultKinds),
  ...below(total.injected, faultForms),
  ...below(total.counts, recoveryPaths),
];

/** The same of a full run of failbacks alone. */
export const hardlyMetHomeward = ({ counts }: { readonly counts: Counts }): readonly string[] =>
  below(counts, failbackPaths);
