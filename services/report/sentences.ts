import { timeOut, type ExecutionReport } from '../domain/report/report-model.ts';
import { durationText } from './time-text.ts';

/** A figure with how good it is and what it is held against. */
export interface Statement {
  readonly value: string;
  readonly note: string;
  readonly tone: 'good' | 'bad' | 'warn' | 'soft';
}

const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;

/** Which waves ended in this way, as a clause; nothing when none did. */
const wavesThat = ({ waves }: ExecutionReport, outcome: RegExp, verb: string): readonly string[] => {
  const names = waves.filter((wave) => outcome.test(wave.outcome)).map(({ waveId }) => waveId);
  return names.length === 0 ? [] : [`${list(names)} ${names.length === 1 ? 'was' : 'were'} ${verb}`];
};

/** Who decided: people by their names, and approvals that the plan decides when nobody answers. */
const deciders = ({ decisions }: ExecutionReport): readonly string[] => {
  const people = [...new Set(decisions.map(({ by }) => by).filter((by) => by !== timeOut))];
  const silences = decisions.filter(({ by }) => by === timeOut).length;
  if (decisions.length === 0) return ['Nobody had to decide anything.'];
  return [
    ...(people.length === 0 ? [] : [`Decisions were taken by ${list(people)}.`]),
    ...(silences === 0
      ? []
      : [
          silences === 1
            ? 'Nobody answered 1 approval: its time-out decided.'
            : `Nobody answered ${silences} approvals: their time-outs decided.`,
        ]),
  ];
};

/** The whole report in a few sentences, for whoever reads nothing else. */
export const summaryText = (report: ExecutionReport): string => {
  const { isOver, launched, serverCount, startedAt, endedAt } = report;
  const kind = report.mode === 'DRILL' ? 'drill' : 'recovery';
  const took = durationText(endedAt - startedAt);
  const waves = [
    ...wavesThat(report, /^PARTIAL/, 'recovered in part'),
    ...wavesThat(report, /^FAILED/, 'given up as failed'),
    ...wavesThat(report, /^SKIPPED/, 'skipped'),
  ];
  const { verdict } = report;
  return [
    isOver
      ? `The ${kind} recovered ${launched} of ${serverCount} servers in ${took}.`
      : `The ${kind} has recovered ${launched} of ${serverCount} servers so far.`,
    waves.length === 0 ? '' : `Of its waves, ${list(waves)}.`,
    ...deciders(report),
    verdict === undefined ? '' : `The record ${verdict.sound ? 'verifies' : 'DOES NOT VERIFY'}.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
};

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
