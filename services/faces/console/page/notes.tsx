import { useState } from 'preact/hooks';
import { dateTimeAndLocal } from '../../../core/view/time-text.ts';
import type { ExecutionView, NoteView } from '../../../core/view/execution-view.ts';
import { counted } from '../../../core/view/words.ts';
import { messageOf, newKey, send, UnansweredError } from './api.ts';
import { mayDecide } from './caller.ts';

const Note = ({ note: { at, by, text, to } }: { readonly note: NoteView }) => (
  <li>
    <p>
      <time>{dateTimeAndLocal(at)}</time> <b>{by}</b>
      {to !== undefined && (
        <>
          {' '}
          handed over to <b>{to}</b>
        </>
      )}
    </p>
    {text !== '' && <p class="note-text">{text}</p>}
  </li>
);

const Form = ({ executionId }: { readonly executionId: string }) => {
  const [text, setText] = useState('');
  const [to, setTo] = useState('');
  const [key, setKey] = useState(newKey);
  const [said, setSaid] = useState('');
  const [fault, setFault] = useState('');
  const [isBusy, setBusy] = useState(false);
  const isHandover = to.trim() !== '';
  const add = async (): Promise<void> => {
    if (text.trim() === '' && !isHandover) {
      setFault('Write something, or name somebody.');
      return;
    }
    setBusy(true);
    setFault('');
    try {
      const words = { text: text.trim() };
      if (isHandover)
        await send('POST', `/executions/${executionId}/handover`, { ...words, to: to.trim() }, key);
      else await send('POST', `/executions/${executionId}/notes`, words, key);
      setSaid(isHandover ? `Handed over to ${to.trim()}.` : 'Noted.');
      setText('');
      setTo('');
      setKey(newKey());
    } catch (error) {
      setFault(
        error instanceof UnansweredError
          ? `${error.message} Try again: it takes effect only once.`
          : messageOf(error),
      );
    }
    setBusy(false);
  };
  return (
    <form
      class="note-form"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <label>
        Note
        <textarea
          rows={2}
          maxLength={2_000}
          value={text}
          onInput={({ currentTarget: { value } }) => setText(value)}
        />
      </label>
      <label>
        Hand over to (if to anybody)
        <input
          type="text"
          maxLength={256}
          value={to}
          onInput={({ currentTarget: { value } }) => setTo(value)}
        />
      </label>
      <button type="submit" disabled={isBusy}>
        {isHandover ? 'Hand over' : 'Add note'}
      </button>
      <p role="status">{said}</p>
      <p class="fault" role="alert">
        {fault}
      </p>
    </form>
  );
};

/** What people told each other about an execution, who is in charge, and room for more, also after its end. */
export const Notes = ({ view, isReplay }: { readonly view: ExecutionView; readonly isReplay: boolean }) => {
  const { notes, inCharge, executionId } = view;
  const isWriter = mayDecide(view) && !isReplay;
  if (notes.length === 0 && !isWriter) return null;
  return (
    <details class="panel notes" open={notes.length > 0}>
      <summary>
        <h2>{notes.length === 0 ? 'Notes and handover' : counted(notes.length, 'note')}</h2>
        {inCharge !== undefined && <span> {inCharge} is in charge</span>}
      </summary>
      {notes.length > 0 && (
        <ol>
          {notes.toReversed().map((note) => (
            <Note key={`${note.at}/${note.by}/${note.text}`} note={note} />
          ))}
        </ol>
      )}
      {isWriter && <Form executionId={executionId} />}
    </details>
  );
};
