import type { PhaseInHand } from '../domain/failback/homeward-wave.ts';
import type { Looked } from '../domain/failback/phase.ts';
import { wayHomeOf, type WayHome, type WayHomeStage } from '../domain/failback/way-home.ts';

const minute = 60_000;

/** What DRS does within a minute of a call. */
const soonMs = 20_000;
/** A copy takes hours: looks get rarer with what is left of it, and never rarer than this. */
const copying = { leastMs: minute, mostMs: 15 * minute, unknownMs: 5 * minute, share: 1 / 3 };

const ofStage: Readonly<Partial<Record<WayHomeStage, number>>> = {
  PROTECTED: soonMs,
  RETIRING: soonMs,
};

const untilSync = ({ progress }: WayHome, now: number): number =>
  progress?.etaAt === undefined
    ? copying.unknownMs
    : Math.min(copying.mostMs, Math.max(copying.leastMs, Math.round((progress.etaAt - now) * copying.share)));

const delayOf = (look: Looked['look'], now: number): number => {
  const way = wayHomeOf(look);
  if (way.stage === 'UNCLEAR') return minute;
  return way.stage === 'SYNCING' || way.stage === 'REPROTECTING'
    ? untilSync(way, now)
    : (ofStage[way.stage] ?? minute);
};

/** How long until the servers of a phase are looked at again. */
export const nextLookMs = ({ phase, state }: PhaseInHand, looked: readonly Looked[], now: number): number => {
  if (state.open.length > 0 || phase === 'undo') return soonMs;
  return Math.min(copying.unknownMs * 3, ...looked.map(({ look }) => delayOf(look, now)));
};
