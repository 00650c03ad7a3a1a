import type { TrafficMove, TrafficPoint, TrafficValue } from '../../../../contracts/traffic.ts';
import { canonicalJson } from '../../kernel/canonical.ts';
import { type Change, moveText, pointText, valueText } from '../../../../contracts/traffic-order.ts';

type Outcome<T> = T | { readonly why: string };

/** A name with a dot at its end is the same name. */
const bare = (text: string): string => text.toLowerCase().replace(/\.$/, '');

const comparable = (value: TrafficValue): unknown => {
  if (typeof value === 'string') return value;
  return 'alias' in value
    ? { ...value.alias, dnsName: bare(value.alias.dnsName) }
    : { ...value, values: value.values.map(bare).sort() };
};

export const isSameValue = (one: TrafficValue, other: TrafficValue): boolean =>
  canonicalJson(comparable(one)) === canonicalJson(comparable(other));

const isSamePoint = (one: TrafficPoint, other: TrafficPoint): boolean =>
  canonicalJson(one) === canonicalJson(other);

/** Old and new of each point, in a line. */
export const movesText = (moves: readonly TrafficMove[]): string => moves.map(moveText).join('; ');

const movesOfPoint = (moves: readonly TrafficMove[], point: TrafficPoint): TrafficMove | undefined =>
  moves.find((move) => isSamePoint(move.point, point));

/** What this execution knows to have stood at a point: before it, and by its own hand. */
const knownValues = ({ before, from = before, after }: TrafficMove): readonly TrafficValue[] => [
  before,
  from,
  after,
];

const changedMeanwhile = (point: TrafficPoint, found: TrafficValue, known: readonly TrafficValue[]): string =>
  `${pointText(point)} is ${valueText(found)}: somebody else has changed it, and that is not overwritten. ` +
  `It would be from ${[...new Set(known.map(valueText))].join(' or ')}`;

const isKnown = (known: readonly TrafficValue[], found: TrafficValue): boolean =>
  known.some((value) => isSameValue(value, found));

/** All or nothing: a single point that cannot be moved keeps the others where they are. */
const whole = (results: readonly Outcome<TrafficMove>[]): Outcome<{ readonly moves: TrafficMove[] }> => {
  const whys = results.flatMap((result) => ('why' in result ? [result.why] : []));
  return whys.length > 0
    ? { why: whys.join('; ') }
    : { moves: results.flatMap((result) => ('why' in result ? [] : [result])) };
};

/**
 * What a try claims to change. `found` and `wanted` are in the order of the points. What stood there before the first
 * change of the action stays on record through all of its tries and attempts; what neither that nor the action itself has put there is
 * somebody else's, and stays.
 */
export const plannedMoves = (
  earlier: readonly TrafficMove[],
  points: readonly TrafficPoint[],
  found: readonly TrafficValue[],
  wanted: readonly TrafficValue[],
): Outcome<{ readonly moves: TrafficMove[] }> =>
  whole(
    points.map((point, index): Outcome<TrafficMove> => {
      const now = found[index] ?? 'no record';
      const after = wanted[index] ?? now;
      const known = movesOfPoint(earlier, point);
      if (known === undefined) return { point, before: now, after };
      if (!isKnown(knownValues(known), now)) return { why: changedMeanwhile(point, now, knownValues(known)) };
      const { before } = known;
      return { point, before, ...(!isSameValue(now, before) && { from: now }), after };
    }),
  );

/** What puts back what another action has claimed to move: only where what it knows stands there. */
export const movesBack = (
  forth: readonly TrafficMove[],
  earlier: readonly TrafficMove[],
  found: readonly TrafficValue[],
): Outcome<{ readonly moves: TrafficMove[] }> => {
  const foreign = forth.flatMap((move, index) => {
    const now = found[index] ?? 'no record';
    return isKnown(knownValues(move), now) ? [] : [changedMeanwhile(move.point, now, knownValues(move))];
  });
  if (foreign.length > 0) return { why: foreign.join('; ') };
  return plannedMoves(
    earlier,
    forth.map(({ point }) => point),
    found,
    forth.map(({ before }) => before),
  );
};

/** What is left to change of a claim: whatever has been changed by then stands as it is to. */
export const changesOf = (
  moves: readonly TrafficMove[],
  found: readonly TrafficValue[],
): Outcome<{ readonly changes: readonly Change[] }> => {
  const whys: string[] = [];
  const changes = moves.map(({ point, before, from = before, after }, index): Change => {
    const now = found[index] ?? 'no record';
    if (!isKnown([from, after], now)) whys.push(changedMeanwhile(point, now, [from, after]));
    return { point, from: now, to: after };
  });
  return whys.length > 0 ? { why: whys.join('; ') } : { changes };
};

/** Whether everything stands as it is to. */
export const isMoved = (moves: readonly TrafficMove[], found: readonly TrafficValue[]): boolean =>
  moves.every(({ after }, index) => isSameValue(after, found[index] ?? 'no record'));
