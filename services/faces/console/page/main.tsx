import { render } from 'preact';
import { messageOf } from './api.ts';
import { now } from './clock.ts';
import { readCaller } from './caller.ts';
import { decisions, followDecisions } from './decisions-store.ts';
import { Dialogs } from './dialog.tsx';
import { NeedsYouPage } from './needs-you.tsx';
import { ExecutionsPage } from './executions.tsx';
import { connection, lostSince, type Connection } from './connection.ts';
import { goLive } from './live.ts';
import { lazily } from './lazily.tsx';
import { readPlace, route } from './route.ts';
import { hasSession, isSignedOut, openSession, signInAgain, signOut } from './session.ts';
import { localText, timeOfDay } from '../../../core/view/time-text.ts';

const connectionWords: Readonly<Record<Connection, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  polling: 'Every 3 s',
  lost: 'Offline',
};

/** Beside UTC, where the reader's clocks show another time. */
const localTime = (at: number): string => {
  const local = localText(at);
  return local === '' ? '' : ` · ${local}`;
};

const places = [
  ['executions', '#/', 'Executions'],
  ['needs-you', '#/needs-you', 'Needs you'],
  ['drills', '#/drills', 'Drills'],
  ['plans', '#/plans', 'Plans'],
  ['servers', '#/servers', 'Servers'],
  ['schedules', '#/schedules', 'Schedules'],
  ['evidence', '#/evidence', 'Evidence'],
] as const;

const Bar = () => {
  const [place = 'executions'] = route.value;
  const waiting = decisions.value?.length ?? 0;
  return (
    <header class="bar">
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <a class="brand" href="#/">
        <svg viewBox="0 0 32 24" aria-hidden="true">
          <path d="M2 12c5 0 5-6 10-6s5 6 10 6s5-6 8-6M2 20c5 0 5-4 10-4s5 4 10 4s5-4 8-4" />
        </svg>
        Groundswell
      </a>
      <nav aria-label="Main">
        {places.map(([name, href, words]) => (
          <a key={name} href={href} aria-current={place === name ? 'page' : undefined}>
            {words}
            {name === 'needs-you' && waiting > 0 && <b class="badge">{waiting}</b>}
          </a>
        ))}
      </nav>
      <span class={`connection is-${connection.value}`} role="status">
        {connectionWords[connection.value]}
      </span>
      <time>
        {timeOfDay(now.value)} UTC{localTime(now.value)}
      </time>
      {hasSession() && !isSignedOut.value && (
        <button class="sign-out" onClick={signOut}>
          Sign out
        </button>
      )}
    </header>
  );
};

const SignedOut = () => (
  <p class="offline" role="alert">
    You are signed out. You see what was known before; running executions continue.{' '}
    <button onClick={signInAgain}>Sign in again</button>
  </p>
);

/** Nobody may take what is shown for the present when it is not. */
const Offline = () =>
  lostSince.value === undefined ? null : (
    <p class="offline" role="alert">
      Connection lost at {timeOfDay(lostSince.value)} UTC, reconnecting. You see what was known then; running
      executions continue.
    </p>
  );

const DrillsPage = lazily(async () => (await import('./drills.tsx')).DrillsPage);
// Its editor weighs more than all other pages together, and few readers ever write a plan.
const EditPage = lazily(async () => (await import('./editor/edit-plan.tsx')).EditPage, { isAwaited: false });
const PlanPage = lazily(async () => (await import('./plan.tsx')).PlanPage);
const PlansPage = lazily(async () => (await import('./plans.tsx')).PlansPage);
const ServersPage = lazily(async () => (await import('./servers.tsx')).ServersPage);
const SchedulesPage = lazily(async () => (await import('./schedules.tsx')).SchedulesPage);
const ExecutionPage = lazily(async () => (await import('./execution.tsx')).ExecutionPage);
const EvidencePage = lazily(async () => (await import('./evidence.tsx')).EvidencePage);
const EditSchedulePage = lazily(async () => (await import('./edit-schedule.tsx')).EditSchedulePage);
const StartPage = lazily(async () => (await import('./start-plan.tsx')).StartPage);

const Page = () => {
  const [place = 'executions', id, mode] = route.value;
  if (place === 'plans' && id !== undefined) {
    if (mode === 'edit') return <EditPage key={id} planId={id} />;
    if (mode === 'drill') return <StartPage key={`${id}/drill`} planId={id} mode="DRILL" />;
    if (mode === 'recovery') return <StartPage key={`${id}/recovery`} planId={id} mode="RECOVERY" />;
    return <PlanPage key={id} planId={id} />;
  }
  if (place === 'plans') return <PlansPage />;
  if (place === 'drills') return <DrillsPage />;
  if (place === 'servers') return <ServersPage />;
  if (place === 'schedules')
    return id === undefined ? <SchedulesPage /> : <EditSchedulePage key={id} scheduleId={id} />;
  if (place === 'evidence') return <EvidencePage />;
  if (place === 'needs-you') return <NeedsYouPage />;
  return id === undefined ? <ExecutionsPage /> : <ExecutionPage key={id} executionId={id} />;
};

const App = () => (
  <>
    <Bar />
    {isSignedOut.value ? <SignedOut /> : <Offline />}
    <div id="content" tabIndex={-1}>
      <Page />
    </div>
    <Dialogs />
  </>
);

const NotOpened = ({ reason }: { readonly reason: string }) => (
  <main id="content">
    <h1>The console is not open</h1>
    <p role="alert">{reason}</p>
    <p>
      <a href="/">Try again</a>
    </p>
  </main>
);

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no place for the console.');
openSession().then(
  () => {
    readPlace();
    render(<App />, root);
    readCaller();
    followDecisions();
    void goLive();
  },
  (error: unknown) => render(<NotOpened reason={messageOf(error)} />, root),
);
