import type { WaveView } from './execution-view.ts';
import { isRecovery } from './spans.ts';

/** Launched is not yet working: two instants of a wave or an execution, epoch ms; absent where they have not come. */
export interface Milestones {
  /** The last of the servers that were launched was. */
  readonly launchedAt?: number;
  /** Whether alarms were waited for after a recovery. */
  readonly isGated: boolean;
  /** The last of the gates that waited for alarms after a recovery opened. */
  readonly greenAt?: number;
}

const latest = (instants: readonly (number | undefined)[]): number | undefined => {
  const known = instants.filter((at) => at !== undefined);
  return known.length === 0 || known.length < instants.length ? undefined : Math.max(...known);
};

const milestones = (
  launchedAt: number | undefined,
  isGated: boolean,
  greenAt: number | undefined,
): Milestones => ({
  ...(launchedAt !== undefined && { launchedAt }),
  isGated,
  ...(greenAt !== undefined && { greenAt }),
});

/** When the servers of a wave were launched, and when the alarms that it waits for after them were OK. */
export const milestonesOf = ({ spans, servers, actions }: WaveView): Milestones => {
  const isLaunched = servers.some(({ phase }) => phase === 'LAUNCHED');
  const recovery = spans.filter(isRecovery).map(({ to }) => to);
  const gates = actions.filter(({ stage, kind }) => stage === 'after' && kind === 'alarm');
  const opened = gates.map(({ actionId, status }) =>
    status === 'SUCCEEDED'
      ? spans.findLast(({ label, action }) => label === actionId && action?.stage === 'after')?.to
      : undefined,
  );
  return milestones(isLaunched ? latest(recovery) : undefined, gates.length > 0, latest(opened));
};

/** The same of an execution: as late as the last of its waves that have launched servers, and of those with gates. */
export const milestonesOfAll = (waves: readonly WaveView[]): Milestones => {
  const all = waves.map(milestonesOf);
  const gated = all.filter(({ isGated }) => isGated);
  const launched = all.flatMap(({ launchedAt }) => launchedAt ?? []);
  return milestones(latest(launched), gated.length > 0, latest(gated.map(({ greenAt }) => greenAt)));
};
