import { durationText, tableText } from './format.ts';
import { criticalPathOf } from '../view/critical-path.ts';
import type { ExecutionView, ServerView, WaveView } from '../view/execution-view.ts';

const header = ['wave', 'state', 'server', 'recovered as', 'snapshot', 'conversion', 'launch', 'wave took'];

const phaseText = (ms: number | undefined): string => (ms === undefined ? '' : durationText(ms));

const serverRow = (wave: WaveView, server: ServerView | undefined, isFirst: boolean): readonly string[] => {
  const { startedAt, endedAt } = wave;
  const phases = server?.took ?? {};
  return [
    isFirst ? wave.waveId : '',
    isFirst ? wave.status : '',
    server?.name ?? '',
    server?.instanceId ?? (server?.phase === 'FAILED' ? 'FAILED' : ''),
    phaseText(phases.snapshotMs),
    phaseText(phases.conversionMs),
    phaseText(phases.launchMs),
    isFirst && startedAt !== undefined && endedAt !== undefined ? durationText(endedAt - startedAt) : '',
  ];
};

const waveRows = (wave: WaveView): readonly (readonly string[])[] =>
  wave.servers.length === 0
    ? [serverRow(wave, undefined, true)]
    : wave.servers.map((server, index) => serverRow(wave, server, index === 0));

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

/** How long everything beside the work itself took. */
const overheadLines = (view: ExecutionView): readonly string[] => {
  const { waves, workMs } = criticalPathOf(view);
  if (view.startedAt === undefined || view.endedAt === undefined || workMs === 0) return [];
  const overheadMs = view.endedAt - view.startedAt - workMs;
  return [
    `critical path           ${waves.join(' → ')}: ${durationText(workMs)} of DRS jobs and actions`,
    `orchestration overhead  ${durationText(overheadMs)}, ${percent(overheadMs, workMs)} over the critical path`,
  ];
};

const failureLines = ({ waves }: ExecutionView): readonly string[] =>
  waves.flatMap(({ waveId, notes, status, servers }) => [
    ...(status === 'COMPLETED' ? [] : notes.map((note) => `${waveId}: ${note}`)),
    ...servers.flatMap(({ name, failure }) =>
      failure === undefined ? [] : [`${waveId}: ${name}: ${failure}`],
    ),
  ]);

/** What an execution came to: each wave, server and recovered instance, and what the orchestration cost. */
export const summaryOf = (view: ExecutionView): readonly string[] => {
  const took =
    view.startedAt === undefined || view.endedAt === undefined
      ? ''
      : ` in ${durationText(view.endedAt - view.startedAt)}`;
  return [
    `${view.mode.toLowerCase()} ${view.executionId} of ${view.planId}: ${view.status}${took}`,
    ...view.faults.map((fault) => `  ${fault}`),
    ...(view.waves.some(({ attempt }) => attempt > 0)
      ? ['', ...tableText([header, ...view.waves.flatMap(waveRows)], [4, 5, 6, 7]), '']
      : []),
    ...failureLines(view),
    ...overheadLines(view),
  ];
};
