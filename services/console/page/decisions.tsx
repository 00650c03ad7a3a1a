import type { ActionView, ExecutionView, WaveView } from '../../view/execution-view.ts';
import { isOver } from '../../view/fold.ts';
import { send } from './api.ts';
import { ask, type Question } from './dialog.tsx';
import { count } from './text.ts';

type Word = 'pause' | 'resume' | 'cancel' | 'retry' | 'skip' | 'continue' | 'approve' | 'decline';

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

const runningOf = (view: ExecutionView): number =>
  view.waves.filter(({ status }) => status === 'STARTED').length;

const consequencesOf = (
  view: ExecutionView,
  word: Word,
  wave?: WaveView,
  action?: ActionView,
): readonly string[] => {
  const after = wave === undefined ? [] : dependantsOf(view, wave.waveId);
  switch (word) {
    case 'pause':
      return [
        'No further wave starts until somebody resumes.',
        `${count(runningOf(view), 'running wave')} will go on to the end.`,
      ];
    case 'resume':
      return ['Waves whose dependencies are done start at once.'];
    case 'cancel':
      return [
        'No further wave starts, and running automations are stopped.',
        `DRS jobs cannot be stopped: ${count(runningOf(view), 'running wave')} will come to rest first.`,
        'What has been launched stays as it is. This cannot be undone.',
      ];
    case 'retry':
      return [
        `A new attempt recovers the ${count(wave === undefined ? 0 : failedOf(wave), 'failed server')} again.`,
        'Servers that were launched are left alone.',
      ];
    case 'skip':
      return [
        'The wave is not run.',
        after.length === 0 ? listed(after) : `Its dependants start without it: ${listed(after)}.`,
      ];
    case 'continue':
      return [
        'The failure is accepted.',
        after.length === 0 ? listed(after) : `Its dependants are skipped: ${listed(after)}.`,
        'All other waves go on.',
      ];
    case 'approve':
      return [`The wave ${wave?.waveId ?? ''} goes on.`, action?.prompt ?? ''].filter(Boolean);
    case 'decline':
      return [`The action fails, and with it the wave ${wave?.waveId ?? ''} unless the action is optional.`];
  }
};

const labels: Readonly<Record<Word, string>> = {
  pause: 'Pause',
  resume: 'Resume',
  cancel: 'Cancel execution',
  retry: 'Retry wave',
  skip: 'Skip wave',
  continue: 'Continue without it',
  approve: 'Approve',
  decline: 'Decline',
};

const grave: readonly Word[] = ['cancel', 'decline', 'skip', 'continue'];

const questionOf = (view: ExecutionView, word: Word, wave?: WaveView, action?: ActionView): Question => {
  const place = [
    ...(wave === undefined ? [] : ['waves', wave.waveId]),
    ...(action === undefined ? [] : ['actions', action.actionId]),
  ];
  const subject = action?.actionId ?? wave?.waveId ?? view.planId;
  return {
    title: `${labels[word]}: ${subject}`,
    consequences: consequencesOf(view, word, wave, action),
    action: labels[word],
    isGrave: grave.includes(word),
    needsReason: grave.includes(word),
    run: async (reason) => {
      await send('POST', ['', 'executions', view.executionId, ...place, word].join('/'), { reason });
    },
  };
};

interface DecisionProps {
  readonly view: ExecutionView;
  readonly word: Word;
  readonly wave?: WaveView;
  readonly action?: ActionView;
}

const Decision = ({ view, word, wave, action }: DecisionProps) => (
  <button
    type="button"
    class={word === 'approve' || word === 'retry' ? 'primary' : ''}
    onClick={() => ask(questionOf(view, word, wave, action))}
  >
    {labels[word]}
  </button>
);

export const ExecutionDecisions = ({ view }: { readonly view: ExecutionView }) =>
  isOver(view) || view.status === 'REQUESTED' ? null : (
    <div class="buttons">
      {view.status === 'RUNNING' && <Decision view={view} word="pause" />}
      {view.status === 'PAUSED' && <Decision view={view} word="resume" />}
      {view.status !== 'CANCELLING' && <Decision view={view} word="cancel" />}
    </div>
  );

/** Everything that waits for a person, first of all things on the page. */
export const Needs = ({ view }: { readonly view: ExecutionView }) => {
  const held = view.waves.filter(({ status }) => status === 'HELD');
  const approvals = view.waves.flatMap((wave) =>
    wave.status === 'STARTED'
      ? wave.actions
          .filter(({ kind, status }) => kind === 'approval' && status === 'RUNNING')
          .map((action) => ({ wave, action }))
      : [],
  );
  const others = view.needs.filter(({ waveId }) => !held.some((wave) => wave.waveId === waveId));
  return (
    <section class="needs" aria-label="Decisions that are due" aria-live="polite">
      {approvals.map(({ wave, action }) => (
        <article key={`${wave.waveId}/${action.actionId}`}>
          <div>
            <h3>Approval: {action.actionId}</h3>
            <p>
              {action.prompt === '' ? `Wave ${wave.waveId} waits for an approval.` : action.prompt}
              <small>
                Wave {wave.waveId}
                {action.approvers.length > 0 && ` · may answer: ${action.approvers.join(', ')}`}
              </small>
            </p>
          </div>
          <div class="buttons">
            <Decision view={view} word="decline" wave={wave} action={action} />
            <Decision view={view} word="approve" wave={wave} action={action} />
          </div>
        </article>
      ))}
      {held.map((wave) => (
        <article key={wave.waveId}>
          <div>
            <h3>Wave {wave.waveId} failed</h3>
            <p>{wave.notes.join('; ')}</p>
          </div>
          {view.status !== 'CANCELLING' && (
            <div class="buttons">
              <Decision view={view} word="continue" wave={wave} />
              <Decision view={view} word="skip" wave={wave} />
              <Decision view={view} word="retry" wave={wave} />
            </div>
          )}
        </article>
      ))}
      {others.map((need) => (
        <article key={`${need.about}/${need.waveId ?? ''}`}>
          <div>
            <h3>{need.waveId === undefined ? 'The execution needs you' : `Wave ${need.waveId} needs you`}</h3>
            <p>{need.why}</p>
          </div>
        </article>
      ))}
    </section>
  );
};

export const SkipWave = ({ view, wave }: { readonly view: ExecutionView; readonly wave: WaveView }) =>
  wave.status === 'WAITING' && !isOver(view) && view.status !== 'CANCELLING' ? (
    <Decision view={view} word="skip" wave={wave} />
  ) : null;
