import { faultText } from '../../../contracts/fault-text.ts';
import { visibleIn } from '../../../contracts/visible-text.ts';
import { cut, tableText, wrapped } from './format.ts';
import { achievedPoint } from '../../core/domain/recovery-point.ts';
import { cleanUpText } from '../../core/view/clean-up-text.ts';
import { launchingWaves } from '../../core/view/figures.ts';
import { homewardSummary } from '../../core/view/homeward-summary.ts';
import { runWord } from '../../core/view/words.ts';
import { homewardHead, homewardRowsText } from '../report/homeward-tables.ts';
import { greenText, rpoText } from '../report/sentences.ts';
import { milestonesOf, milestonesOfAll } from '../../core/view/time-to-green.ts';
import { durationText, timeText } from '../../core/view/time-text.ts';
import { shownStatus } from '../../core/view/due.ts';
import { byName } from '../../core/view/order.ts';
import { criticalPathOf } from '../../core/view/critical-path.ts';
import { coveredMs } from '../../core/view/spans.ts';
import type { ExecutionView, ServerView, WaveView } from '../../core/view/execution-view.ts';

const header = ['wave', 'state', 'server', 'recovered as', 'snapshot', 'conversion', 'launch', 'wave took'];

const phaseText = (ms: number | undefined): string => (ms === undefined ? '' : durationText(ms));

const serverRow = (wave: WaveView, server: ServerView | undefined, isFirst: boolean): readonly string[] => {
  const { startedAt, endedAt } = wave;
  const phases = server?.took ?? {};
  return [
    isFirst ? wave.waveId : '',
    isFirst ? shownStatus(wave) : '',
    server?.name ?? '',
    [server?.instanceId ?? '', server?.phase === 'FAILED' ? 'FAILED' : ''].join(' ').trim(),
    phaseText(phases.snapshotMs),
    phaseText(phases.conversionMs),
    phaseText(phases.launchMs),
    isFirst && startedAt !== undefined && endedAt !== undefined ? durationText(endedAt - startedAt) : '',
  ];
};

const waveRows = (wave: WaveView): readonly (readonly string[])[] =>
  wave.servers.length === 0
    ? [serverRow(wave, undefined, true)]
    : byName(wave.servers).map((server, index) => serverRow(wave, server, index === 0));

/** Columns in the order in which they give way on a narrow terminal. */
const dispensable = ['snapshot', 'conversion', 'launch', 'wave took'];

/** The table of all servers, with as many columns as fit. */
const tableOf = (view: ExecutionView, width: number): readonly string[] => {
  const rows = [header, ...view.waves.flatMap(waveRows)];
  const tables = Array.from({ length: dispensable.length + 1 }, (_, count) => {
    const dropped = dispensable.slice(0, count);
    const kept = [...header.keys()].filter((column) => !dropped.includes(header[column] ?? ''));
    const right = [...kept.keys()].filter((index) => dispensable.includes(header[kept[index] ?? 0] ?? ''));
    return tableText(
      rows.map((row) => kept.map((column) => row[column] ?? '')),
      right,
    );
  });
  const fits = (lines: readonly string[]): boolean => lines.every(({ length }) => length <= width);
  return tables.find(fits) ?? (tables.at(-1) ?? []).map((line) => cut(line, width));
};

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

/** How long everything beside the work itself took. */
const overheadLines = (view: ExecutionView): readonly string[] => {
  const { waves, workMs } = criticalPathOf(view);
  if (view.startedAt === undefined || view.endedAt === undefined || workMs === 0) return [];
  const onPath = view.waves.filter(({ waveId }) => waves.includes(waveId));
  const held = [view, ...onPath].flatMap(({ spans }) => spans.filter(({ kind }) => kind === 'HELD'));
  const heldMs = coveredMs(held.map(({ from, to = view.endedAt ?? from }) => ({ from, to })));
  const overheadMs = Math.max(0, view.endedAt - view.startedAt - workMs - heldMs);
  return [
    `critical path           ${waves.join(' → ')}: ${durationText(workMs)} of DRS jobs and actions`,
    ...(heldMs === 0 ? [] : [`waiting for decisions   ${durationText(heldMs)}`]),
    `orchestration overhead  ${durationText(overheadMs)}, ${percent(overheadMs, workMs)} over the critical path`,
  ];
};

const failureLines = ({ waves }: ExecutionView): readonly string[] =>
  waves.flatMap(({ waveId, notes, status, servers }) => [
    ...(status === 'COMPLETED' ? [] : notes.map((note) => `${waveId}: ${note}`)),
    ...servers.flatMap(({ name, failure, warnings = [] }) =>
      [...(failure === undefined ? [] : [failure]), ...warnings].map((text) => `${waveId}: ${name}: ${text}`),
    ),
  ]);

/** How old the data are that the servers came up with. */
const pointLines = ({ waves, startedAt, rpoMinutes, didLag }: ExecutionView): readonly string[] => {
  const launched = launchingWaves({ waves }).flatMap(({ servers }) =>
    servers.filter(({ phase }) => phase === 'LAUNCHED'),
  );
  if (launched.length === 0 || startedAt === undefined) return [];
  const { value, note } = rpoText({
    isOver: true,
    rpo: {
      ...achievedPoint(launched, startedAt),
      ...(rpoMinutes !== undefined && { targetMinutes: rpoMinutes }),
      wasExceeded: didLag === true,
    },
  });
  return [`recovery point          ${value} (${note})`];
};

/** When the servers were launched and, where alarms are waited for, when those were OK. */
const greenLines = ({ waves, requestedAt, startedAt }: ExecutionView): readonly string[] => {
  const from = requestedAt ?? startedAt;
  const { launchedAt, greenAt, isGated } = milestonesOfAll(launchingWaves({ waves }));
  if (from === undefined || launchedAt === undefined || !isGated) return [];
  const { value, note } = greenText({
    ...{ launchMs: launchedAt - from, isGated },
    ...(greenAt !== undefined && { greenMs: greenAt - from }),
  });
  const ofWaves = waves.flatMap((wave) => {
    const of = milestonesOf(wave);
    if (!of.isGated || wave.startedAt === undefined) return [];
    return [
      `${wave.waveId} ${of.greenAt === undefined ? 'not green' : durationText(of.greenAt - wave.startedAt)}`,
    ];
  });
  return [`time to green           ${value} (${note}): ${ofWaves.join(', ')}`];
};

/** How long each server of a failback took for each phase, who let it go on, and what could have been lost. */
const homewardLines = (view: ExecutionView, width: number): readonly string[] => {
  const summary = homewardSummary(view);
  if (summary === undefined) return [];
  const shown = ['server', 'stage', 'reverse', 'launch', 'protect', 'retire'];
  const rows = [homewardHead, ...homewardRowsText(summary)].map((row) => row.slice(0, shown.length));
  return [
    'the way home',
    ...tableText(rows).map((line) => cut(line, width)),
    ...summary.deeds
      .filter(({ at }) => at !== undefined)
      .flatMap(({ phase, actionId, outcome, note, at = 0 }) =>
        wrapped(`before ${phase}, ${actionId}: ${outcome} at ${timeText(at)} ${note}`.trimEnd(), width, 4),
      ),
    ...wrapped(`could be lost           ${summary.loss}`, width, overheadIndent),
    '',
  ];
};

/** What becomes of the instances of a drill, and what a person can say to it. */
const cleanUpLines = (view: ExecutionView): readonly string[] => {
  const text = cleanUpText(view);
  const needs = view.needs.map(({ why, choices }) => `! ${why} (${choices.join(', ')})`);
  return [...(text === undefined ? [] : [`instances               ${text}`]), ...needs];
};

/** Under what the lines of the recovery point and of the orchestration are about. */
const overheadIndent = 24;

/**
 * What an execution came to: each wave, server and recovered instance, and what the orchestration cost.
 * Every line fits a width of 40 columns or more: the table drops columns, and sentences are broken.
 */
export const summaryOf = (given: ExecutionView, width = Number.POSITIVE_INFINITY): readonly string[] => {
  const view = visibleIn(given);
  const took =
    view.startedAt === undefined || view.endedAt === undefined
      ? ''
      : ` in ${durationText(view.endedAt - view.startedAt)}`;
  const said = [
    `${runWord(view).toLowerCase()} ${view.executionId} of ${view.planId}: ${view.status}${took}`,
    ...(view.inCharge === undefined ? [] : [`in charge: ${view.inCharge}`]),
    ...view.faults.map((fault) => `  ${faultText(fault)}`),
  ];
  const hasBegun = view.waves.some(({ attempt }) => attempt > 0);
  return [
    ...said.flatMap((line) => wrapped(line, width, 4)),
    ...(hasBegun ? ['', ...tableOf(view, width), ''] : []),
    ...failureLines(view).flatMap((line) => wrapped(line, width, 4)),
    ...homewardLines(view, width),
    ...[...greenLines(view), ...pointLines(view), ...overheadLines(view), ...cleanUpLines(view)].flatMap(
      (line) => wrapped(line, width, overheadIndent),
    ),
  ];
};
