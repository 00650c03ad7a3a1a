import type { ComponentChildren } from 'preact';
import type { DueDecision } from '../../../../contracts/api.ts';
import { decisionsOf } from '../../../core/view/decisions.ts';
import { dueOf, type Due } from '../../../core/view/due.ts';
import type { ExecutionView } from '../../../core/view/execution-view.ts';
import { isOver } from '../../../core/view/fold.ts';
import { dateTimeAndLocal, durationText } from '../../../core/view/time-text.ts';
import { withNames } from '../../../core/view/words.ts';
import { mayDecide, whyNoApprover } from './caller.ts';
import { now } from './clock.ts';
import { Decision } from './decision.tsx';

interface NeedProps {
  readonly title: string;
  readonly text: string;
  readonly aside?: readonly string[];
  readonly children?: ComponentChildren;
}

const Need = ({ title, text, aside = [], children }: NeedProps) => (
  <article>
    <div>
      <h3>{title}</h3>
      {text !== '' && <p>{text}</p>}
      {aside.length > 0 && <small>{aside.join(' · ')}</small>}
    </div>
    {children !== undefined && <div class="buttons">{children}</div>}
  </article>
);

interface Asked {
  readonly view: ExecutionView;
  readonly decision: DueDecision;
}
type Of<Kind extends Due['kind']> = Extract<Due, { kind: Kind }> & Asked;

/** Until when it can be answered, and what silence means. */
const untilOf = ({ until, silence }: DueDecision): string =>
  until === undefined
    ? silence
    : `until ${dateTimeAndLocal(Date.parse(until))}, in ${durationText(Math.max(0, Date.parse(until) - now.value))}: ${silence}`;

const sinceOf = ({ since }: DueDecision): string =>
  `for ${durationText(Math.max(0, now.value - Date.parse(since)))}`;

const Approval = ({ view, wave, action, decision }: Of<'approval'>) => {
  const { actionId, prompt, approvers } = action;
  const refusal = whyNoApprover({ approvers, may: view.may });
  return (
    <Need
      title={`Approval: ${actionId}`}
      text={prompt === '' ? `Wave ${wave.waveId} waits for an approval.` : prompt}
      aside={[`Wave ${wave.waveId}`, `may answer: ${decision.who}`, untilOf(decision), refusal].filter(
        Boolean,
      )}
    >
      {refusal === '' ? (
        <>
          <Decision view={view} word="decline" wave={wave} action={action} />
          <Decision view={view} word="approve" wave={wave} action={action} />
        </>
      ) : undefined}
    </Need>
  );
};

const Held = ({ view, wave, decision }: Of<'held'>) => (
  <Need
    title={`Wave ${wave.waveId} failed`}
    text={withNames(wave.notes.join('; '), wave.servers)}
    aside={[`waits ${sinceOf(decision)}`, decision.silence]}
  >
    {view.status === 'CANCELLING' || !mayDecide(view) ? undefined : (
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

const Paused = ({ view, decision }: Asked) => (
  <Need
    title={`Paused ${view.note ?? ''}`}
    text={`${sinceOf(decision).replace('for', 'For')}. ${decision.silence}`}
  >
    {mayDecide(view) ? <Decision view={view} word="resume" /> : undefined}
  </Need>
);

const SecondPerson = ({ view, decision }: Asked) => {
  const refusal = whyNoApprover({ not: view.requestedBy, may: view.may });
  return (
    <Need
      title="This recovery needs a second person"
      text={decision.asked}
      aside={[`may answer: ${decision.who}`, untilOf(decision), refusal].filter(Boolean)}
    >
      {refusal === '' ? (
        <>
          <Decision view={view} word="decline" />
          <Decision view={view} word="approve" />
        </>
      ) : undefined}
    </Need>
  );
};

const drillWords = ['keep', 'extend', 'clean-up'] as const;

const Other = ({ view, need, decision }: Of<'need'>) => (
  <Need
    title={need.waveId === undefined ? 'The execution needs you' : `Wave ${need.waveId} needs you`}
    text={need.why}
    aside={[`Options: ${need.choices.join(', ')}`, decision.silence]}
  >
    {need.about.startsWith('clean-up') && mayDecide(view) ? (
      drillWords
        .filter((word) => need.choices.includes(word))
        .map((word) => <Decision key={word} view={view} word={word} />)
    ) : need.choices.includes('cancel') && view.status !== 'CANCELLING' && mayDecide(view) ? (
      <Decision view={view} word="cancel" />
    ) : undefined}
  </Need>
);

const drawn = (view: ExecutionView, due: Due, decision: DueDecision) => {
  const asked = { view, decision };
  switch (due.kind) {
    case 'approval':
      return <Approval key={`${due.wave.waveId}/${due.action.actionId}`} {...asked} {...due} />;
    case 'held':
      return <Held key={due.wave.waveId} {...asked} {...due} />;
    case 'paused':
      return <Paused key="paused" {...asked} />;
    case 'need':
      return due.need.about === 'approval' ? (
        <SecondPerson key="second-person" {...asked} />
      ) : (
        <Other key={`${due.need.about}/${due.need.waveId ?? ''}`} {...asked} {...due} />
      );
  }
};

/** Everything that waits for a person, first of all things on the page. */
export const Needs = ({ view }: { readonly view: ExecutionView }) => {
  const decisions = decisionsOf(view);
  const due = dueOf(view);
  return (
    <section class="needs" aria-label="Decisions that are due">
      <p class="unseen" role="status">
        {decisions.map(({ asked }) => asked).join(' ')}
      </p>
      {due.map((each, index) => {
        const decision = decisions[index];
        return decision === undefined ? null : drawn(view, each, decision);
      })}
      {due.length === 0 && !isOver(view) && <p class="quiet">Nothing needs your decision.</p>}
    </section>
  );
};
