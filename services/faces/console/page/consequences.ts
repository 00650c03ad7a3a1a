import { drillInstances } from '../../../core/view/clean-up-text.ts';
import { counted } from '../../../core/view/words.ts';
import { launchingWaves } from '../../../core/view/figures.ts';
import { phaseBehind } from '../../../core/view/homeward-rows.ts';
import type { ActionView, ExecutionView, WaveView } from '../../../core/view/execution-view.ts';

/** What it lets happen to start a failback, or to approve its start. */
export const ofFailback: Readonly<Record<ExecutionView['mode'], readonly string[]>> = {
  DRILL: [
    'All data are copied back to where the servers came from, and isolated copies are launched there.',
    'Its clean-up ends the copies, and stops and deletes what was reversed. What was recovered runs on, protected as before.',
  ],
  RECOVERY: [
    'This is the real thing: the servers are launched at home, from the data of that moment. What is written after it where they were recovered does not come home.',
    'At its end what was recovered is terminated, with its volumes and recovery points. This cannot be undone.',
    'No machine in its original place is ended. Each phase waits for an approval of its own, unless the plan says otherwise.',
  ],
};

/** What an operator may decide. */
export type Word =
  | 'pause'
  | 'resume'
  | 'cancel'
  | 'retry'
  | 'relaunch'
  | 'skip'
  | 'continue'
  | 'approve'
  | 'decline'
  | 'clean-up'
  | 'clean-up-kept'
  | 'clean-up-without'
  | 'extend'
  | 'keep';

const keptOf = ({ servers }: WaveView): number =>
  servers.filter(({ keepsInstance }) => keepsInstance === true).length;
const failedOf = ({ servers }: WaveView): number => servers.filter(({ phase }) => phase === 'FAILED').length;

const dependantsOf = (view: ExecutionView, waveId: string): readonly string[] => {
  const found = new Set([waveId]);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const wave of view.waves) if (wave.dependsOn.some((id) => found.has(id))) found.add(wave.waveId);
  }
  found.delete(waveId);
  return [...found];
};

const listed = (names: readonly string[]): string =>
  names.length === 0
    ? 'No other wave depends on it.'
    : `${names.slice(0, 6).join(', ')}${names.length > 6 ? ` and ${names.length - 6} more` : ''}`;

const instancesOf = (view: ExecutionView, state: 'running' | 'kept'): number =>
  drillInstances(view).filter((instance) => instance.state === state).length;

const runningOf = (view: ExecutionView): number =>
  view.waves.filter(({ status }) => status === 'STARTED').length;

const ofDrill = (
  view: ExecutionView,
  word: 'clean-up' | 'clean-up-kept' | 'clean-up-without' | 'extend' | 'keep',
): readonly string[] => {
  const [running, kept] = [instancesOf(view, 'running'), instancesOf(view, 'kept')];
  if (word === 'extend') return ['The instances run for another hour before their clean-up.'];
  if (word === 'keep')
    return [
      `No clean-up terminates the ${counted(running, 'instance')} until somebody asks for that.`,
      'They cost money for as long as they run.',
    ];
  const includesKept = word === 'clean-up-kept';
  const ended = includesKept ? running + kept : running;
  const stays = !includesKept && kept > 0;
  return [
    ...(word === 'clean-up-without'
      ? ['The actions that the plan has before its clean-up are not run: what they would undo stays.']
      : []),
    `DRS terminates the ${counted(ended, 'instance')} that this drill launched and that ${ended === 1 ? 'runs' : 'run'}, with their volumes. This cannot be undone.`,
    ...(stays ? [`${counted(kept, 'instance')} that somebody keeps ${kept === 1 ? 'stays' : 'stay'}.`] : []),
    'Instances of real recoveries, and machines that existed before, are left alone.',
    'Until then, a new drill of these servers is refused.',
  ];
};

/** What the phase of a failback does that is let begin, and what of it cannot be undone. */
const ofPhase = (view: ExecutionView, wave: WaveView | undefined): readonly string[] => {
  const phase = view.direction && wave && phaseBehind(wave);
  if (phase === undefined) return [];
  const servers = counted(launchingWaves(view).flatMap((each) => each.servers).length, 'server');
  switch (phase) {
    case 'reverse':
      return [`DRS copies all data of ${servers} back to where they came from. Nothing is ended by it.`];
    case 'launch':
      return view.mode === 'DRILL'
        ? [`DRS launches isolated copies of ${servers} at home. What was recovered runs on.`]
        : [
            `DRS launches ${servers} at home, from the data of that moment.`,
            'This cannot be undone: what is written after it where they were recovered does not come home.',
          ];
    case 'protect':
      return [
        `What runs at home replicates out again, over what protected ${servers} before: from then on the machines that were recovered cannot simply take over again.`,
      ];
    case 'retire':
      return [
        `DRS terminates what was recovered of ${servers}, with its volumes, once what runs at home is protected.`,
        'The recovery points of what replicated back are deleted with it. This cannot be undone.',
        'The machines in their original place are left alone.',
      ];
    case 'undo':
      return [];
  }
};

/** What follows from a decision, sentence by sentence. */
export const consequencesOf = (
  view: ExecutionView,
  word: Word,
  wave?: WaveView,
  action?: ActionView,
): readonly string[] => {
  const after = wave === undefined ? [] : dependantsOf(view, wave.waveId);
  switch (word) {
    case 'pause':
      return [
        'No further wave starts until someone resumes it.',
        `${counted(runningOf(view), 'running wave')} will run to the end.`,
      ];
    case 'resume':
      return ['Waves whose dependencies are done start at once.'];
    case 'cancel':
      return [
        'No further wave starts, and running automations are stopped.',
        `DRS jobs cannot be stopped: ${counted(runningOf(view), 'running wave')} will finish first.`,
        'What has been launched stays as it is. This cannot be undone.',
      ];
    case 'retry': {
      const failed = wave === undefined ? 0 : failedOf(wave) - keptOf(wave);
      return [
        `A new attempt recovers the ${counted(failed, 'failed server')} again.`,
        'Launched servers are left alone.',
      ];
    }
    case 'relaunch': {
      const [failed, kept] = wave === undefined ? [0, 0] : [failedOf(wave), keptOf(wave)];
      return [
        `A new attempt recovers the ${counted(failed, 'failed server')} again.`,
        `DRS terminates the ${counted(kept, 'instance')} of these that ${kept === 1 ? 'is' : 'are'} running.`,
        'Servers that count as recovered are left alone.',
      ];
    }
    case 'skip':
      return [
        'The wave is not run.',
        after.length === 0 ? listed(after) : `Its dependants start without it: ${listed(after)}.`,
      ];
    case 'continue':
      return [
        'The failure is accepted.',
        after.length === 0 ? listed(after) : `Its dependants are skipped: ${listed(after)}.`,
        'All other waves continue.',
      ];
    case 'approve':
      if (action === undefined)
        return [
          `The real recovery that ${view.requestedBy} requested starts, with version ${view.planVersion} of the plan.`,
          'You approve it as the second person.',
        ];
      return [`Wave ${wave?.waveId ?? ''} continues.`, action.prompt, ...ofPhase(view, wave)].filter(Boolean);
    case 'clean-up':
    case 'clean-up-kept':
    case 'clean-up-without':
    case 'extend':
    case 'keep':
      return ofDrill(view, word);
    case 'decline':
      if (action === undefined)
        return ['The recovery is refused. To start it, someone has to request it again.'];
      return [`The action fails, and with it the wave ${wave?.waveId ?? ''} unless the action is optional.`];
  }
};
