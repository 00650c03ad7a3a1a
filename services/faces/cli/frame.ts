import type { Colors } from 'picocolors/types.js';
import type { ServerPhase } from '../../../contracts/wave-events.ts';
import { visibleIn } from '../../../contracts/visible-text.ts';
import { barText, cut } from './format.ts';
import { durationText, timeText } from '../../core/view/time-text.ts';
import type { ExecutionView, ServerView, WaveView } from '../../core/view/execution-view.ts';
import { isHomeward, partsOf, tookMs, waveTookMs } from '../../core/view/figures.ts';
import { bytesText, etaText } from '../../core/view/homeward-text.ts';
import { launchActionsText } from '../../core/view/server-text.ts';
import { shownStatus, type ShownStatus } from '../../core/view/due.ts';
import { decisionsOf } from '../../core/view/decisions.ts';
import { byName } from '../../core/view/order.ts';
import { waitsFor } from '../../core/view/waits-for.ts';
import { doneWord, runWord } from '../../core/view/words.ts';

export interface FrameOptions {
  /** Simulated or real time now, epoch ms. */
  readonly now: number;
  /** Columns and rows of the terminal. */
  readonly width: number;
  readonly height: number;
  readonly colors: Colors;
}

/** How far a server is, roughly by the time that its phases take. */
const progressOf: Readonly<Record<ServerPhase, number>> = {
  NONE: 0,
  CLEANUP: 0.03,
  SNAPSHOT: 0.08,
  CONVERSION: 0.25,
  LAUNCH: 0.6,
  LAUNCH_ACTIONS: 0.9,
  LAUNCHED: 1,
  FAILED: 1,
};

const signs: Readonly<Record<ShownStatus, string>> = {
  WAITING: '○',
  STARTED: '●',
  HELD: '■',
  COMPLETED: '✔',
  PARTIAL: '◐',
  FAILED: '✘',
  SKIPPED: '–',
  CANCELLED: '–',
};

const paint = (colors: Colors, state: string): ((text: string) => string) => {
  if (['COMPLETED', 'LAUNCHED'].includes(state)) return colors.green;
  if (['FAILED', 'REJECTED'].includes(state)) return colors.red;
  if (['PARTIAL', 'PAUSED', 'CANCELLING', 'HELD'].includes(state)) return colors.yellow;
  return ['RUNNING', 'STARTED', 'SNAPSHOT', 'CONVERSION', 'LAUNCH', 'LAUNCH_ACTIONS', 'CLEANUP'].includes(
    state,
  )
    ? colors.cyan
    : colors.dim;
};

/** What it waits for, and what else is to be said of it. DRS's phases have lines of their own. */
const remark = (wave: WaveView, view: ExecutionView): string => {
  const { kind, text } = waitsFor(wave, view);
  // The bytes of a copy, and its end, are said of the wave; the phases of a job have lines of their own.
  const isShown = kind !== 'drs' || isHomeward(wave);
  const waiting = text === '' || !isShown ? '' : `waits for ${text}`;
  return [waiting, ...wave.notes].filter((part) => part !== '').join('; ');
};

/** Ids of servers whose names are not known yet are not shown, and take no room. */
const nameWidthOf = ({ waves }: ExecutionView): number => {
  const names = waves.flatMap(({ waveId, attempt, servers }) => [
    waveId,
    ...(attempt === 0 ? [] : servers.map(({ name }) => name)),
  ]);
  return Math.min(32, Math.max(8, ...names.map((name) => name.length)));
};

const waveLine = (
  wave: WaveView,
  view: ExecutionView,
  nameWidth: number,
  { now, width, colors }: FrameOptions,
): string => {
  const { launched } = partsOf(wave);
  const ms = waveTookMs(wave, view, now);
  const took = ms === undefined ? '' : durationText(ms);
  const status = wave.status === 'FAILED' ? shownStatus(wave) : wave.status;
  const head = `${cut(wave.waveId, nameWidth + 2).padEnd(nameWidth + 2)} ${status.padEnd(9)}`;
  const tail = `${`${launched}/${wave.serversExpected}`.padStart(8)}  ${took.padStart(8)}  ${remark(wave, view)}`;
  const paintState = paint(colors, status);
  return `${paintState(signs[status])} ${colors.bold(head)}${cut(tail.trimEnd(), width - head.length - 2)}`;
};

/** What else is to be said of a server: why it failed, what DRS runs on it, what it became, what went wrong. */
const noteOf = ({ failure, phase, instanceId = '', launchActions = [], warnings = [] }: ServerView): string =>
  failure ??
  [instanceId, phase === 'LAUNCH_ACTIONS' ? launchActionsText(launchActions) : '', ...warnings]
    .filter((part) => part !== '')
    .join('  ');

/** How much of a server is copied, of 1; all of one that has come to the end of its phase of a failback. */
const shareHome = ({
  phase,
  homeward: { doneBytes = 0, totalBytes = 0 } = { stage: '' },
}: ServerView): number => {
  if (phase === 'LAUNCHED' || phase === 'FAILED') return 1;
  return totalBytes === 0 ? 0 : Math.min(1, doneBytes / totalBytes);
};

/** In a phase of a failback the bytes that are copied are its progress, and the stage of its way home is its phase. */
const homewardLine = (server: ServerView, nameWidth: number, { width, colors }: FrameOptions): string => {
  const barWidth = Math.max(8, Math.min(30, width - nameWidth - 40));
  const { name, phase, homeward, failure, stalledSince } = server;
  const isEnded = phase === 'LAUNCHED' || phase === 'FAILED';
  const bar = barText(shareHome(server), barWidth);
  const stage = phase === 'FAILED' ? phase : (homeward?.stage ?? '');
  const notes = isEnded
    ? [failure ?? '']
    : [
        ...(stalledSince === undefined ? [] : [`stands still since ${timeText(stalledSince)}`]),
        ...(homeward === undefined ? [] : [bytesText(homeward), etaText(homeward), homeward.why ?? '']),
      ];
  const head = `    ${cut(name, nameWidth).padEnd(nameWidth)} `;
  const rest = ` ${stage.padEnd(12)} ${notes.filter((note) => note !== '').join(', ')}`.trimEnd();
  const tone = stalledSince === undefined || isEnded ? phase.replace('NONE', 'STARTED') : 'HELD';
  return `${head}${paint(colors, tone)(bar)}${cut(rest, width - head.length - barWidth)}`;
};

const serverLine = (server: ServerView, nameWidth: number, { width, colors }: FrameOptions): string => {
  const barWidth = Math.max(8, Math.min(30, width - nameWidth - 40));
  const name = `    ${cut(server.name, nameWidth).padEnd(nameWidth)} `;
  const bar = barText(progressOf[server.phase], barWidth);
  const phase = server.phase === 'NONE' ? '' : server.phase.replace('LAUNCH_ACTIONS', 'ACTIONS');
  const rest = cut(` ${phase.padEnd(10)} ${noteOf(server)}`.trimEnd(), width - name.length - barWidth);
  return `${name}${paint(colors, server.phase)(bar)}${rest}`;
};

const phaseOrder: readonly ServerPhase[] = [
  'LAUNCHED',
  'LAUNCH_ACTIONS',
  'LAUNCH',
  'CONVERSION',
  'SNAPSHOT',
  'CLEANUP',
  'NONE',
  'FAILED',
];

/** A wave with many servers in one line: a common bar, and how many are in each phase. */
const crowdLine = (wave: WaveView, nameWidth: number, { width, colors }: FrameOptions): string => {
  const { servers } = wave;
  const progress =
    servers.reduce(
      (sum, server) => sum + (isHomeward(wave) ? shareHome(server) : progressOf[server.phase]),
      0,
    ) / Math.max(1, servers.length);
  const counts = phaseOrder.flatMap((phase) => {
    const count = servers.filter((server) => server.phase === phase).length;
    if (count === 0) return [];
    if (phase === 'NONE') return [`${count} ${isHomeward(wave) ? 'on the way' : 'waiting'}`];
    return [
      `${count} ${phase === 'LAUNCHED' ? doneWord(wave.phase) : phase.toLowerCase().replace('_', ' ')}`,
    ];
  });
  const barWidth = Math.max(8, Math.min(30, width - nameWidth - 40));
  const name = `    ${`${servers.length} servers`.padEnd(nameWidth)} `;
  return `${name}${paint(colors, wave.status)(barText(progress, barWidth))}${cut(` ${counts.join(', ')}`, width - name.length - barWidth)}`;
};

const actionLines = (wave: WaveView, { width, colors }: FrameOptions): readonly string[] =>
  wave.actions
    .filter(({ status }) => status === 'RUNNING' || status === 'FAILED')
    .map(({ actionId, kind, status, message, prompt }) =>
      colors.dim(
        cut(`    ${kind} ${actionId}: ${status.toLowerCase()} ${message || prompt}`.trimEnd(), width),
      ),
    );

/** What waits for people, right under the head, so that no plan is so long that it hides it. */
const needLines = (view: ExecutionView, { width, colors }: FrameOptions): readonly string[] =>
  decisionsOf(view).map(({ asked, choices, until, waveId }) => {
    const place = waveId === undefined || asked.includes(waveId) ? '' : `${waveId}: `;
    const words = [...new Set(choices.map(({ choice }) => choice))].join(', ');
    const deadline = until === undefined ? '' : `, until ${timeText(Date.parse(until))}`;
    return colors.yellow(cut(`! ${place}${asked} (${words}${deadline})`, width));
  });

/** The clock gives way before anything else does: first its date, then all of it. */
const headLine = (view: ExecutionView, { now, width, colors }: FrameOptions): string => {
  const version = view.planVersion === 0 ? '' : ` v${view.planVersion}`;
  const ms = tookMs(view, now);
  const took = ms === undefined ? '' : durationText(ms);
  const { executionId, status, note = '' } = view;
  const headWith = (clock: string): string =>
    [`${view.planId}${version}`, runWord(view).toUpperCase(), executionId, status, took, clock, note]
      .filter((part) => part !== '')
      .join('  ');
  const clock = timeText(now);
  const heads = [clock, clock.slice(-'hh:mm:ss'.length), ''].map(headWith);
  return colors.bold(heads.find(({ length }) => length <= width) ?? cut(headWith(''), width));
};

/** One picture of an execution: every line fits the width, and all of them the height. */
export const frameOf = (given: ExecutionView, options: FrameOptions): readonly string[] => {
  const view = visibleIn(given);
  const nameWidth = nameWidthOf(view);
  const isNamed = ({ servers }: WaveView, most: number): boolean =>
    servers.length > 0 && servers.length <= most;
  const linesWith = (most: number): readonly string[] => [
    headLine(view, options),
    ...(view.inCharge === undefined ? [] : [cut(`in charge: ${view.inCharge}`, options.width)]),
    ...needLines(view, options),
    ...view.waves.flatMap((wave) => [
      waveLine(wave, view, nameWidth, options),
      ...(wave.attempt === 0 || wave.status === 'SKIPPED' || wave.servers.length === 0 || most === 0
        ? []
        : isNamed(wave, most)
          ? byName(wave.servers).map((server) =>
              (isHomeward(wave) ? homewardLine : serverLine)(server, nameWidth, options),
            )
          : [crowdLine(wave, nameWidth, options)]),
      ...actionLines(wave, options),
    ]),
  ];
  const fitting = [12, 4, 1, 0].map(linesWith).find((lines) => lines.length < options.height);
  const lines = fitting ?? linesWith(0);
  if (lines.length < options.height) return lines;
  const shown = Math.max(1, options.height - 2);
  return [
    ...lines.slice(0, shown),
    options.colors.dim(cut(`… ${lines.length - shown} more lines`, options.width)),
  ];
};
