import type { ComponentChildren } from 'preact';
import { dueOf, type Due } from '../../../core/view/due.ts';
import type { ExecutionView } from '../../../core/view/execution-view.ts';
import { isOver } from '../../../core/view/fold.ts';
import { withNames } from '../../../core/view/words.ts';
import { Decision } from './decision.tsx';

interface NeedProps {
  readonly title: string;
  readonly text: string;
  readonly aside?: string;
  readonly children?: ComponentChildren;
}

const Need = ({ title, text, aside = '', children }: NeedProps) => (
  <article>
    <div>
      <h3>{title}</h3>
      <p>{text}</p>
      {aside !== '' && <small>{aside}</small>}
    </div>
    {children !== undefined && <div class="buttons">{children}</div>}
  </article>
);

type Of<Kind extends Due['kind']> = Extract<Due, { kind: Kind }> & { readonly view: ExecutionView };

const Approval = ({ view, wave, action }: Of<'approval'>) => {
  const { actionId, prompt, approvers } = action;
  const who = approvers.length > 0 ? ` · may answer: ${approvers.join(', ')}` : '';
  return (
    <Need
      title={`Approval: ${actionId}`}
      text={prompt === '' ? `Wave ${wave.waveId} waits for an approval.` : prompt}
      aside={`Wave ${wave.waveId}${who}`}
    >
      <Decision view={view} word="decline" wave={wave} action={action} />
      <Decision view={view} word="approve" wave={wave} action={action} />
    </Need>
  );
};

const Held = ({ view, wave }: Of<'held'>) => (
  <Need title={`Wave ${wave.waveId} failed`} text={withNames(wave.notes.join('; '), wave.servers)}>
    {view.status === 'CANCELLING' ? undefined : (
      <>
        <Decision view={view} word="continue" wave={wave} />
        <Decision view={view} word="skip" wave={wave} />
        {wave.servers.some(({ keepsInstance }) => keepsInstance) && (
          <Decision view={view} word="relaunch" wave={wave} />
        )}
        {wave.servers.some(({ phase, keepsInstance }) => phase !== 'FAILED' || !keepsInstance) && (
          <Decision view={view} word="retry" wave={wave} />
        )}
      </>
    )}
  </Need>
);

const Other = ({ view, need }: Of<'need'>) => (
  <Need
    title={need.waveId === undefined ? 'The execution needs you' : `Wave ${need.waveId} needs you`}
    text={need.why}
    aside={`Options: ${need.choices.join(', ')}`}
  >
    {need.about === 'approval' ? (
      <>
        <Decision view={view} word="decline" />
        <Decision view={view} word="approve" />
      </>
    ) : need.choices.includes('cancel') && view.status !== 'CANCELLING' ? (
      <Decision view={view} word="cancel" />
    ) : undefined}
  </Need>
);

const drawn = (view: ExecutionView, due: Due) => {
  switch (due.kind) {
    case 'approval':
      return <Approval key={`${due.wave.waveId}/${due.action.actionId}`} view={view} {...due} />;
    case 'held':
      return <Held key={due.wave.waveId} view={view} {...due} />;
    case 'need':
      return <Other key={`${due.need.about}/${due.need.waveId ?? ''}`} view={view} {...due} />;
  }
};

/** Everything that waits for a person, first of all things on the page. */
export const Needs = ({ view }: { readonly view: ExecutionView }) => {
  const due = dueOf(view);
  return (
    <section class="needs" aria-label="Decisions that are due" aria-live="polite">
      {due.map((each) => drawn(view, each))}
      {due.length === 0 && !isOver(view) && <p class="quiet">Nothing needs your decision.</p>}
    </section>
  );
};
