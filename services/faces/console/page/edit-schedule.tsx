import { useEffect, useState } from 'preact/hooks';
import type * as z from 'zod';
import type { schedulePageSchema } from '../../../../contracts/schedules-api.ts';
import { visibleLines } from '../../../../contracts/visible-text.ts';
import { getAsIs, messageOf, send } from './api.ts';
import { Reading } from './reading.tsx';
import { goTo, useTitle } from './route.ts';

type Page = z.infer<typeof schedulePageSchema>;

const nameIn = (text: string): string => {
  const value: unknown = JSON.parse(text);
  const isNamed = typeof value === 'object' && value !== null && 'scheduleId' in value;
  return isNamed ? String(value.scheduleId) : 'unnamed';
};

const Editor = ({ stored }: { readonly stored: string }) => {
  const [text, setText] = useState(stored);
  const [said, setSaid] = useState('');
  const store = async (): Promise<void> => {
    try {
      await send('PUT', `/schedules/${encodeURIComponent(nameIn(text))}`, JSON.parse(text));
      goTo('schedules');
    } catch (error) {
      setSaid(messageOf(error));
    }
  };
  return (
    <main>
      <header class="page-head">
        <h1>Edit schedule</h1>
        <div class="buttons">
          <a class="button" href="#/schedules">
            Back
          </a>
          <button class="primary" onClick={() => void store()}>
            Store as a new version
          </button>
        </div>
      </header>
      <section class="panel">
        <label class="editor">
          Document (JSON)
          <textarea
            spellcheck={false}
            rows={20}
            value={text}
            aria-describedby="schedule-faults"
            aria-invalid={said !== ''}
            onInput={(event) => {
              setText(event.currentTarget.value);
              setSaid('');
            }}
          />
        </label>
        <p class="fault" id="schedule-faults" role="alert">
          {said}
        </p>
      </section>
    </main>
  );
};

/** The document of a schedule. The API names every fault of what is stored. */
export const EditSchedulePage = ({ scheduleId }: { readonly scheduleId: string }) => {
  const [text, setText] = useState<string | undefined>(scheduleId === 'new' ? example : undefined);
  const [said, setSaid] = useState('');
  useTitle('Edit schedule');
  useEffect(() => {
    if (scheduleId === 'new') return;
    getAsIs<Page>('/schedules').then(
      ({ schedules }) => {
        const known = schedules.find((each) => each.scheduleId === scheduleId);
        if (known === undefined) setSaid(`There is no schedule ${scheduleId}.`);
        else setText(visibleLines(JSON.stringify(known.schedule, null, 2)));
      },
      (error: unknown) => setSaid(messageOf(error)),
    );
  }, [scheduleId]);
  return text === undefined ? (
    <Reading title="Edit schedule" fault={said} back={['#/schedules', 'All schedules']} />
  ) : (
    <Editor stored={text} />
  );
};

const example = JSON.stringify(
  {
    scheduleId: 'quarterly',
    description: 'On the first Saturday of each quarter.',
    planId: 'my-plan',
    cron: '0 3 ? 1,4,7,10 SAT#1 *',
    zone: 'Europe/Berlin',
    startWindowMinutes: 60,
    calendars: [],
    blockedDates: [],
    blockedWindows: [],
    blockingAlarms: [],
  },
  null,
  2,
);
