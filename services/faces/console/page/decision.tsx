import type { ActionView, ExecutionView, WaveView } from '../../../core/view/execution-view.ts';
import { isOver } from '../../../core/view/fold.ts';
import { send } from './api.ts';
import { mayDecide } from './caller.ts';
import { consequencesOf, type Word } from './consequences.ts';
import { ask, type Question } from './dialog.tsx';

const labels: Readonly<Record<Word, string>> = {
  pause: 'Pause',
  resume: 'Resume',
  cancel: 'Cancel execution',
  retry: 'Retry wave',
  relaunch: 'Launch again',
  skip: 'Skip wave',
  continue: 'Continue without it',
  approve: 'Approve',
  decline: 'Decline',
  'clean-up': 'Clean up',
  'clean-up-kept': 'Clean up what is kept',
  'clean-up-without': 'Clean up without the actions',
  extend: 'Extend by an hour',
  keep: 'Keep',
};

const grave: readonly Word[] = [
  'cancel',
  'decline',
  'relaunch',
  'skip',
  'continue',
  'clean-up',
  'clean-up-kept',
  'clean-up-without',
  'keep',
];

/** What is sent where a word is not the path's own name, or says more than a reason. */
const sent: Readonly<Partial<Record<Word, { readonly path: string; readonly more: object }>>> = {
  relaunch: { path: 'retry', more: { relaunch: true } },
  'clean-up-kept': { path: 'clean-up', more: { includeKept: true } },
  'clean-up-without': { path: 'clean-up', more: { skipActions: true } },
  extend: { path: 'extend', more: { minutes: 60 } },
};

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
    run: async (reason, key) => {
      const planHash =
        action === undefined && word === 'approve' ? view.awaitedApproval?.planHash : undefined;
      const { path: verb, more: said } = sent[word] ?? { path: word, more: {} };
      const path = ['', 'executions', view.executionId, ...place, verb].join('/');
      const more = { ...(planHash !== undefined && { planHash }), ...said };
      await send('POST', path, { reason, ...more }, key);
    },
  };
};

interface DecisionProps {
  readonly view: ExecutionView;
  readonly word: Word;
  readonly wave?: WaveView;
  readonly action?: ActionView;
}

/** A button that asks for a decision, with its consequences, before it is taken. */
export const Decision = ({ view, word, wave, action }: DecisionProps) => (
  <button
    type="button"
    class={word === 'approve' || word === 'retry' ? 'primary' : ''}
    onClick={() => ask(questionOf(view, word, wave, action))}
  >
    {labels[word]}
  </button>
);

export const ExecutionDecisions = ({ view }: { readonly view: ExecutionView }) =>
  isOver(view) ||
  view.status === 'REQUESTED' ||
  view.status === 'AWAITING_APPROVAL' ||
  !mayDecide(view) ? null : (
    <div class="buttons">
      {view.status === 'RUNNING' && <Decision view={view} word="pause" />}
      {view.status !== 'CANCELLING' && <Decision view={view} word="cancel" />}
    </div>
  );

export const SkipWave = ({ view, wave }: { readonly view: ExecutionView; readonly wave: WaveView }) =>
  wave.status === 'WAITING' && !isOver(view) && view.status !== 'CANCELLING' && mayDecide(view) ? (
    <Decision view={view} word="skip" wave={wave} />
  ) : null;
