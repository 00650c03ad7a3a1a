import type { HomewardRow, PhaseTime } from '../../core/view/homeward-rows.ts';
import type { HomewardSummary } from '../../core/view/homeward-summary.ts';
import { durationText, timeText } from '../../core/view/time-text.ts';

export const deedHead = ['before', 'action', 'what was asked', 'result', 'who, and why', 'at (UTC)'];

/** What people were to do, who did it, and when. */
export const deedRows = ({ deeds }: HomewardSummary): readonly (readonly string[])[] =>
  deeds.map(({ phase, actionId, asked, outcome, note, at }) => [
    ...[phase, actionId, asked, outcome, note, at === undefined ? '' : timeText(at)],
  ]);

const timeOf = (time: PhaseTime | undefined): string => {
  if (time === undefined) return '';
  return time.to === undefined ? `since ${timeText(time.from)}` : durationText(time.to - time.from);
};

export const homewardHead = [
  ...['server', 'stage', 'reverse', 'launch', 'protect', 'retire'],
  ...['launched as', 'data of (UTC)', 'what keeps it'],
];

const dataText = ({ dataOf }: HomewardRow): string =>
  dataOf === undefined ? 'not known' : timeText(Date.parse(dataOf));

/** How long each server took for each phase, from the start of its wave. */
export const homewardRowsText = ({ servers }: HomewardSummary): readonly (readonly string[])[] =>
  servers.map((row) => {
    const { name, stage, times, instanceId = '', trouble = '' } = row;
    return [
      ...[name, stage, timeOf(times.reverse), timeOf(times.launch), timeOf(times.protect)],
      ...[timeOf(times.retire), instanceId, instanceId === '' ? '' : dataText(row), trouble],
    ];
  });
