import { criticalPathOf } from './critical-path.ts';
import { durationText, tableText } from './format.ts';
import type { ExecutionView, ServerView, WaveView } from './view-model.ts';

const header = ['wave', 'state', 'server', 'recovered as', 'snapshot', 'conversion', 'launch', 'wave took'];

const phaseText = (ms: number | undefined): string => (ms === undefined ? '' : durationText(ms));

const serverRow = (wave: WaveView, server: ServerView | undefined, isFirst: boolean): readonly string[] => {
  const { startedAt, endedAt } = wave;
  const phases = server?.result?.phases ?? {};
  return [
    isFirst ? wave.waveId : '',
    isFirst ? wave.state : '',
    server?.name ?? '',
    server?.result?.instanceId ?? (server?.result === undefined ? '' : server.result.launchResult),
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
  waves.flatMap(({ waveId, note, state, servers }) => [
    ...(note === '' || state === 'COMPLETED' ? [] : [`${waveId}: ${note}`]),
    ...servers.flatMap(({ name, result }) =>
      result?.failure === undefined ? [] : [`${waveId}: ${name}: ${result.failure}`],
    ),
  ]);

/** What an execution came to: each wave, server and recovered instance, and what the orchestration cost. */
export const summaryOf = (view: ExecutionView): readonly string[] => {
  const took =
    view.startedAt === undefined || view.endedAt === undefined
      ? ''
      : ` in ${durationText(view.endedAt - view.startedAt)}`;
  const mode = view.mode === undefined ? '' : `${view.mode.toLowerCase()} `;
  return [
    `${mode}${view.executionId} of ${view.planId}: ${view.state}${took}`,
    ...view.faults.map((fault) => `  ${fault}`),
    ...(view.waves.some(({ attempt }) => attempt > 0)
      ? ['', ...tableText([header, ...view.waves.flatMap(waveRows)], [4, 5, 6, 7]), '']
      : []),
    ...failureLines(view),
    ...overheadLines(view),
  ];
};
