import type { RecoveryPoint } from '../../../contracts/wave-events.ts';

/** How old the data are that servers came up with, by what DRS says of each; what it does not say is not known. */
export interface AchievedPoint {
  /** Of how many launched servers the point is known, and of how many not. */
  readonly known: number;
  readonly unknown: number;
  /** The oldest of the known points, in minutes before the execution started. */
  readonly achievedMinutes?: number;
  /** The server that came up with it. */
  readonly oldest?: string;
  /** Servers that were launched from an earlier point than was asked for, since a new snapshot failed. */
  readonly earlier: readonly string[];
}

interface Launched {
  readonly name: string;
  readonly recoveryPoint?: RecoveryPoint | undefined;
}

/** Data of a time after the start lose nothing that was written before it. */
export const achievedPoint = (launched: readonly Launched[], startedAt: number): AchievedPoint => {
  const points = launched.flatMap(({ name, recoveryPoint }) =>
    recoveryPoint?.at === undefined ? [] : [{ name, at: Date.parse(recoveryPoint.at) }],
  );
  const [first, ...others] = points;
  const oldest = first && others.reduce((a, b) => (b.at < a.at ? b : a), first);
  return {
    known: points.length,
    unknown: launched.length - points.length,
    ...(oldest && {
      achievedMinutes: Math.round(Math.max(0, startedAt - oldest.at) / 600) / 100,
      oldest: oldest.name,
    }),
    earlier: launched.flatMap(({ name, recoveryPoint }) =>
      recoveryPoint?.from === 'earlier-snapshot' ? [name] : [],
    ),
  };
};
