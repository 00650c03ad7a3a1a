import { visibleIn } from '../../../contracts/visible-text.ts';
import type { HeldRun, Programme, SkippedDrill } from './programme-model.ts';

const columns = [
  ...[
    'kind',
    'due',
    'started',
    'ended',
    'plan',
    'version',
    'execution',
    'outcome',
    'schedule',
    'requestedBy',
  ],
  ...['rtoTargetMinutes', 'rtoAchievedMinutes', 'rpoTargetMinutes', 'rpoAchievedMinutes'],
  ...['serversLaunched', 'servers', 'instanceHours', 'recordVerifies', 'planHash', 'frozenHash', 'reason'],
] as const;
type Row = Partial<Record<(typeof columns)[number], string | number | boolean | undefined>>;

const iso = (at: number): string => new Date(at).toISOString();

const runRow = ({ report, occurrence }: HeldRun): Row => ({
  kind: report.mode,
  due: occurrence && iso(occurrence.scheduledAt),
  started: iso(report.startedAt),
  ended: report.isOver ? iso(report.endedAt) : undefined,
  plan: report.planId,
  version: report.planVersion,
  execution: report.executionId,
  outcome: report.status,
  schedule: occurrence?.scheduleId,
  requestedBy: report.requestedBy,
  rtoTargetMinutes: report.rto.targetMinutes,
  rtoAchievedMinutes: report.rto.achievedMinutes,
  rpoTargetMinutes: report.rpo.targetMinutes,
  rpoAchievedMinutes: report.rpo.achievedMinutes,
  serversLaunched: report.launched,
  servers: report.serverCount,
  instanceHours: report.cleanUp?.instanceHours,
  recordVerifies: report.verdict?.sound === true,
  planHash: report.planHash,
  frozenHash: report.frozenHash,
  reason: report.reason,
});

const skippedRow = ({
  scheduleId,
  scheduledAt,
  planId,
  reason,
  message,
  executionId,
}: SkippedDrill): Row => ({
  kind: 'DRILL',
  due: iso(scheduledAt),
  plan: planId,
  execution: executionId,
  outcome: `SKIPPED: ${reason}`,
  schedule: scheduleId,
  reason: message,
});

/** RFC 4180. Spreadsheets take a cell that begins with =, +, - or @ for a formula: an apostrophe keeps it text. */
const cell = (value: string | number | boolean | undefined): string => {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** One line for each execution and each skipped drill of the period, oldest first, under a line of names. */
export const programmeCsv = (given: Programme): string => {
  const { runs, skipped } = visibleIn(given);
  const rows = [...runs.map(runRow), ...skipped.map(skippedRow)];
  const at = ({ due, started }: Row): string => String(started ?? due);
  const lines = rows
    .sort((a, b) => (at(a) < at(b) ? -1 : 1))
    .map((row) => columns.map((name) => cell(row[name])));
  return [columns, ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
};
