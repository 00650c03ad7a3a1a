import { shownKinds } from '../domain/actions/shown-kinds.ts';
import type { ExecutionView, WaveView } from './execution-view.ts';
import { isHomeward } from './figures.ts';
import { homewardText } from './homeward-text.ts';
import { phaseWords } from './words.ts';

/** What a wave waits for: its kind, so that a sign can be shown for it, and in words. */
export interface Waiting {
  readonly kind: 'dependency' | 'pause' | 'capacity' | 'approval' | 'action' | 'drs' | 'decision' | 'nothing';
  readonly text: string;
}

const settled: readonly string[] = ['COMPLETED', 'PARTIAL', 'SKIPPED'];

const drsText = (wave: WaveView): string => {
  const { servers } = wave;
  if (isHomeward(wave))
    return homewardText(
      servers.flatMap((server) => (server.phase === 'NONE' && server.homeward ? [server.homeward] : [])),
    );
  const counts = Object.entries(phaseWords).flatMap(([phase, word]) => {
    if (phase === 'LAUNCHED' || phase === 'FAILED') return [];
    const count = servers.filter((server) => server.phase === phase).length;
    return count === 0 ? [] : [`${count} in ${word}`];
  });
  return counts.join(', ');
};

const ofStarted = (wave: WaveView): Waiting => {
  const running = wave.actions.filter(({ status }) => status === 'RUNNING');
  const approval = running.find(({ kind }) => shownKinds[kind].asksPeople);
  if (approval !== undefined)
    return {
      kind: 'approval',
      text: `approval: ${approval.prompt === '' ? approval.actionId : approval.prompt}`,
    };
  if (running.length > 0)
    return {
      kind: 'action',
      text: running.map(({ kind, actionId }) => `${shownKinds[kind].noun} ${actionId}`).join(', '),
    };
  if (wave.ahead !== undefined)
    return { kind: 'capacity', text: `DRS quota${wave.ahead > 0 ? `, ${wave.ahead} ahead` : ''}` };
  const text = drsText(wave);
  return text === '' ? { kind: 'nothing', text: '' } : { kind: 'drs', text: `DRS: ${text}` };
};

/** What this wave waits for now. */
export const waitsFor = (wave: WaveView, view: ExecutionView): Waiting => {
  if (wave.status === 'HELD') return { kind: 'decision', text: 'your decision' };
  if (wave.status === 'STARTED') return ofStarted(wave);
  if (wave.status !== 'WAITING') return { kind: 'nothing', text: '' };
  const open = wave.dependsOn.filter((waveId) => {
    const other = view.waves.find((each) => each.waveId === waveId);
    return other !== undefined && !settled.includes(other.status);
  });
  if (open.length > 0) return { kind: 'dependency', text: open.join(', ') };
  return view.status === 'PAUSED' ? { kind: 'pause', text: 'resume' } : { kind: 'nothing', text: '' };
};
