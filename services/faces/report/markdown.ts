import { dataText } from '../../core/view/point-text.ts';
import { calendarsText, runWord } from '../../core/view/words.ts';
import { visibleIn } from '../../../contracts/visible-text.ts';
import type { ExecutionReport, ReportWave } from './report-model.ts';
import { deedHead, deedRows, homewardHead, homewardRowsText } from './homeward-tables.ts';
import { durationText, timeText } from '../../core/view/time-text.ts';
import {
  greenText,
  ranText,
  rpoText,
  moveHead,
  moveRows,
  givenUpText,
  rtoText,
  verdictLine,
  waveTimesText,
  type Statement,
} from './sentences.ts';
import { launchActionLine, pointText } from '../../core/view/server-text.ts';

const cell = (text: string): string => text.replace(/[\\|<>]/g, '\\$&').replace(/\s+/g, ' ');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  rows.length === 0
    ? ['Nothing.']
    : [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))].map(
        (row) => `| ${row.join(' | ')} |`,
      );

const stated = ({ value, note }: Statement): string => `${value} (${note})`;

/** What DRS itself ran on the servers. */
const actionsOfDrs = ({ servers }: ReportWave): readonly string[] => {
  const rows = servers.flatMap(({ name, launchActions = [] }) =>
    launchActions.map((action) => [name, launchActionLine(action)]),
  );
  return rows.length === 0 ? [] : ['', ...table(['server', 'launch action of DRS'], rows)];
};

const waveLines = (wave: ReportWave): readonly string[] => [
  '',
  `### ${wave.waveId}: ${wave.outcome}`,
  '',
  ...[waveTimesText(wave)].filter((text) => text !== '').map((text) => `- ${text}`),
  ...wave.notes.map((note) => `- ${cell(note)}`),
  '',
  ...table(
    ['server', 'result', 'instance', 'data of', 'job', 'what went wrong'],
    wave.servers.map(({ name, launchResult, instanceId = '', jobId = '', ...server }) => [
      ...[name, launchResult, instanceId, pointText(server.recoveryPoint), jobId],
      [...(server.failure === undefined ? [] : [server.failure]), ...(server.warnings ?? [])].join('; '),
    ]),
  ),
  ...actionsOfDrs(wave),
  ...(wave.actions.length === 0
    ? []
    : [
        '',
        ...table(
          ['action', 'when', 'result', 'time', 'note'],
          wave.actions.map(({ actionId, stage, outcome, durationMs, note }) => [
            ...[actionId, stage, outcome, durationText(durationMs), note],
          ]),
        ),
      ]),
  ...(moveRows(wave).length === 0 ? [] : ['', ...table(moveHead, moveRows(wave))]),
];

const cleanUpLines = ({ cleanUp }: ExecutionReport): readonly string[] =>
  cleanUp === undefined
    ? []
    : [
        '## Instances of the drill',
        '',
        `${cell(cleanUp.text)} ${cleanUp.instanceHours} instance-hours of what is terminated.`,
        '',
        ...table(
          ['server', 'instance', 'state', 'ran', 'note'],
          cleanUp.instances.map((instance) => [
            ...[instance.name, instance.instanceId, instance.state, ranText(instance), instance.note],
          ]),
        ),
        ...(cleanUp.spared.length === 0
          ? []
          : [
              '',
              ...table(
                ['left alone', 'source server', 'why'],
                cleanUp.spared.map(({ instanceId, sourceServerId, reason }) => [
                  ...[instanceId, sourceServerId, reason],
                ]),
              ),
            ]),
        '',
      ];

const proofLines = ({ verdict }: ExecutionReport): readonly string[] => {
  if (verdict === undefined) return ['The record was not verified.'];
  if (verdict.discrepancies.length === 0)
    return [
      `The record verifies: ${verdict.events} events in ${verdict.streams} hash-linked streams, no discrepancies.`,
    ];
  return table(
    ['discrepancy', 'stream', 'version', 'what'],
    verdict.discrepancies.map(({ kind, stream, version, message }) => [
      ...[kind, stream, String(version ?? ''), message],
    ]),
  );
};

const noteLines = ({ notes }: ExecutionReport): readonly string[] =>
  notes === undefined
    ? []
    : [
        '## Notes',
        '',
        ...table(
          ['at', 'who', 'handed over to', 'note'],
          notes.map(({ at, by, to = '', text }) => [timeText(at), by, to, text]),
        ),
        '',
      ];

const homewardLines = ({ homeward }: ExecutionReport): readonly string[] =>
  homeward === undefined
    ? []
    : [
        '## The way home',
        '',
        cell(homeward.loss),
        '',
        ...table(deedHead, deedRows(homeward)),
        '',
        ...table(homewardHead, homewardRowsText(homeward)),
        '',
      ];

/** The report as Markdown, for a ticket or a wiki. */
export const reportMarkdown = (given: ExecutionReport): string => {
  const report = visibleIn(given);
  return [
    `# ${runWord(report)} of ${report.planId}: ${report.status}`,
    '',
    `- Execution: ${report.executionId}`,
    `- Plan: version ${report.planVersion}, ${report.planHash}`,
    `- Requested by ${report.requestedBy}${report.reason === '' ? '' : `: ${cell(report.reason)}`}`,
    `- From ${timeText(report.startedAt)} to ${timeText(report.endedAt)} UTC: ${durationText(report.endedAt - report.startedAt)}`,
    `- Recovery time: ${stated(rtoText(report))}`,
    `- Time to green: ${stated(greenText(report.times))}`,
    `- Recovery point: ${stated(rpoText(report))}`,
    `- Servers: ${report.launched} of ${report.serverCount}`,
    ...(report.pointInTime === undefined
      ? []
      : [`- Data chosen for all servers: ${cell(dataText(report.pointInTime))}`]),
    ...(report.allowReplacing === undefined
      ? []
      : [`- Machines given up: ${cell(givenUpText(report.allowReplacing, report))}`]),
    ...(report.calendars === undefined
      ? []
      : [`- Change Calendars: ${cell(calendarsText(report.mode, report.calendars))}`]),
    ...(report.inCharge === undefined ? [] : [`- In charge: ${cell(report.inCharge)}`]),
    `- Proof: ${stated(verdictLine(report))}`,
    '',
    '## What went wrong',
    '',
    ...table(
      ['at', 'where', 'what'],
      report.problems.map(({ at, where, what }) => [at, where, what]),
    ),
    '',
    '## Where the time went',
    '',
    ...table(
      ['phase', 'time'],
      report.phases.map(({ phase, ms }) => [phase, durationText(ms)]),
    ),
    '',
    '## Decisions',
    '',
    ...table(
      ['at', 'who', 'what', 'why'],
      report.decisions.map(({ at, by, what, reason }) => [at, by, what, reason]),
    ),
    '',
    ...noteLines(report),
    ...homewardLines(report),
    '## Waves',
    ...report.waves.flatMap(waveLines),
    '',
    ...cleanUpLines(report),
    '## Proof',
    '',
    ...proofLines(report),
    '',
  ].join('\n');
};
