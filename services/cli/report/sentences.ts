import type { ExecutionReport } from '../../domain/report/report-model.ts';

/** A figure with how good it is and what it is held against. */
export interface Statement {
  readonly value: string;
  readonly note: string;
  readonly tone: 'good' | 'bad' | 'warn' | 'soft';
}

const minutesText = (minutes: number): string => `${Number(minutes.toFixed(1))} min`;

export const rtoText = ({ rto, isOver, status }: ExecutionReport): Statement => {
  const { achievedMinutes, targetMinutes } = rto;
  const target = targetMinutes === undefined ? 'no target' : `target ${minutesText(targetMinutes)}`;
  if (achievedMinutes === undefined) return { value: isOver ? 'none' : 'open', note: target, tone: 'soft' };
  const value = minutesText(achievedMinutes);
  if (status !== 'COMPLETED') return { value, note: `${target}; not everything was recovered`, tone: 'warn' };
  if (targetMinutes === undefined) return { value, note: target, tone: 'soft' };
  return achievedMinutes <= targetMinutes
    ? { value, note: `${target}, met`, tone: 'good' }
    : { value, note: `${target}, missed`, tone: 'bad' };
};

export const rpoText = ({ rpo }: ExecutionReport): Statement => {
  if (rpo.targetMinutes === undefined) return { value: 'none', note: 'no target', tone: 'soft' };
  const target = `target ${minutesText(rpo.targetMinutes)}`;
  return rpo.wasExceeded
    ? { value: 'exceeded', note: `${target}; the lag was accepted at the start`, tone: 'bad' }
    : { value: 'within', note: `${target}, by the replication lag at the start`, tone: 'good' };
};

export const verdictLine = ({ verdict }: ExecutionReport): Statement => {
  if (verdict === undefined) return { value: 'none', note: 'not verified', tone: 'soft' };
  if (verdict.sound)
    return { value: 'verified', note: `${verdict.events} events, nothing amiss`, tone: 'good' };
  return { value: 'not verified', note: `discrepancies: ${verdict.discrepancies.length}`, tone: 'bad' };
};
