import { useEffect, useState } from 'preact/hooks';
import type * as z from 'zod';
import type { occurrenceSchema, schedulePageSchema } from '../../../../contracts/schedules-api.ts';
import { dateAndTime } from '../../../core/view/time-text.ts';
import { get, messageOf, send } from './api.ts';
import { mayEdit, mayEditSome } from './caller.ts';
import { createReading, ListPage } from './list-page.tsx';
import { Sign } from './signs.tsx';
import { ScrolledTable } from './scrolled-table.tsx';

type Shown = z.infer<typeof schedulePageSchema>['schedules'][number];
type Occurrence = z.infer<typeof occurrenceSchema>;

const {
  read: schedules,
  fault,
  again: readSchedules,
} = createReading(async () => (await get<{ readonly schedules: readonly Shown[] }>('/schedules')).schedules);

const change = async (scheduleId: string, verb: 'pause' | 'resume' | 'delete'): Promise<void> => {
  try {
    await send('POST', `/schedules/${scheduleId}/${verb}`, {});
  } catch (error) {
    fault.value = messageOf(error);
    return;
  }
  await readSchedules();
};

const Outcome = ({ outcome }: Pick<Occurrence, 'outcome'>) =>
  outcome.is === 'requested' ? (
    <a href={`#/executions/${outcome.executionId}`}>
      Drill<span class="unseen"> {outcome.executionId}</span>
    </a>
  ) : (
    <>
      Skipped: {outcome.message}
      {outcome.executionId !== undefined && (
        <>
          {' '}
          <a href={`#/executions/${outcome.executionId}`}>
            Request<span class="unseen"> {outcome.executionId}</span>
          </a>
        </>
      )}
    </>
  );

const Times = ({ next, schedule, status }: Pick<Shown, 'next' | 'schedule' | 'status'>) => (
  <ScrolledTable
    name={{ words: `Next times of ${schedule.scheduleId}` }}
    head={[`Next in ${schedule.zone}`, ...(schedule.zone === 'UTC' ? [] : ['UTC']), 'Note']}
  >
    {next.map(({ local, at, skipped }) => (
      <tr key={local}>
        <td>{local}</td>
        {schedule.zone !== 'UTC' && <td>{at === undefined ? 'None' : dateAndTime(Date.parse(at))}</td>}
        <td>{status === 'PAUSED' ? 'Not held: the schedule is paused' : (skipped ?? '')}</td>
      </tr>
    ))}
  </ScrolledTable>
);

const Occurrences = ({ occurrences, scheduleId }: Pick<Shown, 'occurrences' | 'scheduleId'>) =>
  occurrences.length === 0 ? (
    <p class="quiet">It has not been due yet.</p>
  ) : (
    <ScrolledTable
      name={{ words: `Past times of ${scheduleId}` }}
      head={['Was due (UTC)', 'What became of it']}
    >
      {occurrences.map(({ scheduledAt, outcome }) => (
        <tr key={scheduledAt}>
          <td>{dateAndTime(Date.parse(scheduledAt))}</td>
          <td>
            <Outcome outcome={outcome} />
          </td>
        </tr>
      ))}
    </ScrolledTable>
  );

const factsOf = ({ schedule }: Shown): readonly (readonly [name: string, value: string])[] => {
  const { cron, zone, startWindowMinutes, flexibleMinutes, calendars, blockedDates } = schedule;
  const { blockedWindows, blockingAlarms } = schedule;
  const flexible =
    flexibleMinutes === undefined ? '' : `, at some moment of the first ${flexibleMinutes} min`;
  const list = (name: string, values: readonly string[]) =>
    values.length === 0 ? [] : [[name, values.join(', ')] as const];
  return [
    ['When', `${cron} in ${zone}`],
    ['Start window', `${startWindowMinutes} min${flexible}`],
    ...list('Calendars', calendars),
    ...list('Blocked dates', blockedDates),
    ...list('Blocked windows', blockedWindows),
    ...list('Blocking alarms', blockingAlarms),
  ];
};

/** A schedule starts drills: whoever stores or resumes one has to be permitted that, too. */
const mayStart = ({ may }: Shown): boolean => may?.includes('run') ?? true;

interface ButtonsProps extends Pick<Shown, 'scheduleId' | 'status'> {
  readonly isRunnable: boolean;
}

const Buttons = ({ scheduleId, status, isRunnable }: ButtonsProps) => {
  const [isDeleting, setDeleting] = useState(false);
  const of = <span class="unseen"> {scheduleId}</span>;
  if (isDeleting)
    return (
      <div class="buttons" role="group" aria-label={`Delete ${scheduleId}`}>
        <p class="quiet">
          No drill of it starts any more. Its versions, and what became of its drills, stay on record.
        </p>
        <button onClick={() => setDeleting(false)}>Back</button>
        <button class="grave" onClick={() => void change(scheduleId, 'delete')}>
          Delete the schedule
        </button>
      </div>
    );
  const verb = status === 'PAUSED' ? 'resume' : 'pause';
  return (
    <div class="buttons">
      {isRunnable && (
        <a class="button" href={`#/schedules/${scheduleId}/edit`}>
          Edit{of}
        </a>
      )}
      {(isRunnable || verb === 'pause') && (
        <button onClick={() => void change(scheduleId, verb)}>
          {verb === 'resume' ? 'Resume' : 'Pause'}
          {of}
        </button>
      )}
      <button onClick={() => setDeleting(true)}>Delete{of}</button>
    </div>
  );
};

const Schedule = ({ shown }: { readonly shown: Shown }) => {
  const { scheduleId, version, status, schedule, next, occurrences } = shown;
  return (
    <section class="panel schedule" aria-labelledby={`schedule-${scheduleId}`}>
      <h2 id={`schedule-${scheduleId}`}>
        {scheduleId} <small>v{version}</small>{' '}
        {status === 'PAUSED' && (
          <span class="status is-PAUSED">
            <Sign status="PAUSED" />
            Paused
          </span>
        )}
      </h2>
      <p>
        Drills <a href={`#/plans/${schedule.planId}`}>{schedule.planId}</a>. {schedule.description}
      </p>
      <dl>
        {factsOf(shown).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Times {...{ next, schedule, status }} />
      <Occurrences {...{ occurrences, scheduleId }} />
      {mayEdit(shown) && <Buttons {...{ scheduleId, status }} isRunnable={mayStart(shown)} />}
    </section>
  );
};

/** Drills that start by themselves: when, what holds them back, and what became of the last ones. */
export const SchedulesPage = () => {
  useEffect(() => void readSchedules(), []);
  const all = schedules.value;
  return (
    <ListPage
      title="Schedules"
      fault={fault.value}
      isRead={all !== undefined}
      actions={
        <div class="buttons">
          <button onClick={() => void readSchedules()}>Read again</button>
          {mayEditSome() && (
            <a class="button" href="#/schedules/new/edit">
              New schedule
            </a>
          )}
        </div>
      }
    >
      {all?.length === 0 && (
        <p class="empty">No drill starts by itself yet. A new schedule starts from an example.</p>
      )}
      {(all ?? []).map((shown) => (
        <Schedule key={shown.scheduleId} shown={shown} />
      ))}
    </ListPage>
  );
};
