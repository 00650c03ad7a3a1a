import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { messageOf, newKey, UnansweredError } from './api.ts';

/** A question that has to be answered before something is done. */
export interface Question {
  readonly title: string;
  /** What will follow, sentence by sentence. */
  readonly consequences: readonly string[];
  readonly action: string;
  readonly isGrave: boolean;
  readonly needsReason: boolean;
  readonly fields?: ComponentChildren;
  /** Does it. The key is the same however often an unanswered question is sent. */
  readonly run: (reason: string, key: string) => Promise<void>;
}

const asked = signal<Question | undefined>(undefined);
export const ask = (question: Question): void => {
  asked.value = question;
};

const QuestionDialog = ({ question }: { readonly question: Question }) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [key] = useState(newKey);
  useEffect(() => dialog.current?.showModal(), []);
  const close = (): void => {
    dialog.current?.close();
    asked.value = undefined;
  };
  const run = async (): Promise<void> => {
    if (question.needsReason && reason.trim() === '') {
      setFault('Give a reason, for the record.');
      return;
    }
    setBusy(true);
    try {
      await question.run(reason.trim(), key);
      close();
    } catch (error) {
      const isUnanswered = error instanceof UnansweredError;
      setFault(isUnanswered ? `${error.message} Try again: it takes effect only once.` : messageOf(error));
    }
    setBusy(false);
  };
  return (
    <dialog ref={dialog} aria-labelledby="question" onCancel={close}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <h2 id="question">{question.title}</h2>
        <ul class="consequences">
          {question.consequences.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
        {question.fields}
        <label>
          Reason{question.needsReason ? '' : ' (optional)'}
          <textarea rows={2} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
        </label>
        <p class="fault" role="alert">
          {fault}
        </p>
        <div class="buttons">
          <button type="button" onClick={close}>
            Back
          </button>
          <button type="submit" class={question.isGrave ? 'grave' : 'primary'} disabled={isBusy}>
            {question.action}
          </button>
        </div>
      </form>
    </dialog>
  );
};

export const Dialogs = () =>
  asked.value === undefined ? null : <QuestionDialog key={asked.value.title} question={asked.value} />;
