import { timeOut } from '../../core/view/execution-view.ts';
import { pointText, valueText } from '../../../contracts/traffic-order.ts';
import type { ExecutionReport, ReportTimes, ReportWave } from './report-model.ts';
import { runWord } from '../../core/view/words.ts';
import { durationText, timeText } from '../../core/view/time-text.ts';

/** A figure, how good it is, and what it is compared with. */
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
  if (decisions.length === 0) return ['No decisions were needed.'];
  return [
    ...(people.length === 0 ? [] : [`Decisions were made by ${list(people)}.`]),
    ...(silences === 0
      ? []
      : [
          silences === 1
            ? 'Nobody answered 1 approval: its time-out decided.'
            : `Nobody answered ${silences} approvals: their time-outs decided.`,
        ]),
  ];
};

/** Which machines a drill was allowed to end or overwrite, and by whom. */
export const givenUpText = (
  ids: readonly string[],
  { requestedBy }: Pick<ExecutionReport, 'requestedBy'>,
): string => `${list(ids)}, which ${requestedBy} allowed to be ended or overwritten`;

/** The whole report in a few sentences, for those who read nothing else. */
export const summaryText = (report: ExecutionReport): string => {
  const { isOver, launched, serverCount, startedAt, endedAt } = report;
  const kind = runWord(report).toLowerCase();
  const [verb, where] = report.direction === undefined ? ['recovered', ''] : ['launched', ' at home'];
  const took = durationText(endedAt - startedAt);
  const waves = [
    ...wavesThat(report, /^PARTIAL/, 'recovered in part'),
    ...wavesThat(report, /^FAILED/, 'given up as failed'),
    ...wavesThat(report, /^CANCELLED/, 'cancelled'),
    ...wavesThat(report, /^SKIPPED/, 'skipped'),
  ];
  const { verdict } = report;
  return [
    isOver
      ? `The ${kind} ${verb} ${launched} of ${serverCount} servers${where} in ${took}.`
      : `The ${kind} has ${verb} ${launched} of ${serverCount} servers${where} so far.`,
    waves.length === 0 ? '' : `Of its waves, ${list(waves)}.`,
    ...deciders(report),
    verdict === undefined ? '' : `The record ${verdict.sound ? 'verifies' : 'DOES NOT VERIFY'}.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
};

const minutesText = (minutes: number): string => `${Number(minutes.toFixed(1))} min`;

/** What is said of a run's recovery time: of its report, or of a line of the evidence. */
interface RecoveryTime {
  readonly rto: {
    readonly targetMinutes?: number | undefined;
    readonly achievedMinutes?: number | undefined;
  };
  readonly isOver: boolean;
  readonly status: string;
}

export const rtoText = ({ rto, isOver, status }: RecoveryTime): Statement => {
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

/** Launched is not yet working: when the alarms were OK, beside when the servers were launched. */
export const greenText = ({ launchMs, greenMs, isGated }: ReportTimes): Statement => {
  const note = launchMs === undefined ? 'nothing was launched' : `launched after ${durationText(launchMs)}`;
  if (!isGated) return { value: 'none', note: `${note}; no alarms are waited for`, tone: 'soft' };
  if (greenMs === undefined)
    return { value: 'not green', note: `${note}; not every alarm is OK`, tone: 'warn' };
  return { value: durationText(greenMs), note, tone: 'good' };
};

/** The same of one wave, in a few words; nothing of one that launched nothing and waited for no alarm. */
export const waveTimesText = ({ launchMs, greenMs, isGated }: ReportTimes): string =>
  [
    ...(launchMs === undefined ? [] : [`launched after ${durationText(launchMs)}`]),
    ...(isGated ? [greenMs === undefined ? 'not green' : `green after ${durationText(greenMs)}`] : []),
  ].join(', ');

/** The same of its recovery point. */
interface RecoveryPoint {
  readonly rpo: {
    readonly targetMinutes?: number | undefined;
    readonly achievedMinutes?: number | undefined;
    readonly wasExceeded: boolean;
    readonly known: number;
    readonly unknown: number;
    readonly earlier: readonly string[];
    readonly oldest?: string | undefined;
  };
  readonly isOver: boolean;
}

/** How old the data are: only what DRS says of each server counts, and what it does not say is not known. */
export const rpoText = ({ rpo, isOver }: RecoveryPoint): Statement => {
  const { targetMinutes, achievedMinutes, known, unknown, earlier, oldest = '' } = rpo;
  const target = targetMinutes === undefined ? 'no target' : `target ${minutesText(targetMinutes)}`;
  const remarks = [
    ...(earlier.length === 0 ? [] : [`${list(earlier)} launched from an earlier point in time`]),
    ...(rpo.wasExceeded ? ['replication lagged beyond it at the start'] : []),
  ];
  const noteOf = (...parts: readonly string[]): string => [...parts, ...remarks].join('; ');
  if (known + unknown === 0) return { value: isOver ? 'none' : 'open', note: noteOf(target), tone: 'soft' };
  const of = `${unknown} of ${known + unknown} servers`;
  const isMissed =
    targetMinutes !== undefined && achievedMinutes !== undefined && achievedMinutes > targetMinutes;
  if (achievedMinutes === undefined || (unknown > 0 && !isMissed))
    return {
      value: 'not known',
      note: noteOf(target, `DRS reports no point in time for ${of}`),
      tone: 'warn',
    };
  const value = minutesText(achievedMinutes);
  const whose = `oldest data before the start, of ${oldest}`;
  if (isMissed)
    return {
      value,
      note: noteOf(`${target}, missed`, whose, ...(unknown === 0 ? [] : [`not known of ${of}`])),
      tone: 'bad',
    };
  if (targetMinutes === undefined) return { value, note: noteOf(target, whose), tone: 'soft' };
  return { value, note: noteOf(`${target}, met`, whose), tone: remarks.length === 0 ? 'good' : 'warn' };
};

/** How long an instance of a drill ran, or since when it does. */
export const ranText = ({ since, until }: { readonly since: number; readonly until?: number }): string =>
  until === undefined ? `since ${timeText(since)} UTC` : durationText(until - since);

export const verdictLine = ({ verdict }: ExecutionReport): Statement => {
  if (verdict === undefined) return { value: 'none', note: 'not verified', tone: 'soft' };
  if (verdict.sound)
    return { value: 'verified', note: `${verdict.events} events, no discrepancies`, tone: 'good' };
  return { value: 'not verified', note: `discrepancies: ${verdict.discrepancies.length}`, tone: 'bad' };
};

/** What has led traffic where: a line for each record or routing control of a wave's actions. */
export const moveRows = ({ actions }: ReportWave): readonly (readonly string[])[] =>
  actions.flatMap(({ actionId, outcome, moves = [] }) =>
    moves.map(({ point, before, from = before, after }) => [
      ...[actionId, pointText(point), valueText(from), valueText(after), outcome],
    ]),
  );

export const moveHead = ['action', 'record or routing control', 'from', 'to', 'result'];
