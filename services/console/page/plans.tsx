import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { Accepted, Readiness, StoredPlan } from '../../../contracts/api.ts';
import { get, messageOf, send } from './api.ts';
import { ask } from './dialog.tsx';
import { PlanGraph } from './graph.tsx';
import { PlanEditor } from './plan-editor.tsx';
import { goTo } from './route.ts';
import { count, dateAndTime } from './text.ts';

const plans = signal<readonly StoredPlan[] | undefined>(undefined);
const fault = signal('');

const readPlans = async (): Promise<void> => {
  try {
    plans.value = (await get<{ readonly plans: readonly StoredPlan[] }>('/plans')).plans;
    fault.value = '';
  } catch (error) {
    fault.value = messageOf(error);
  }
};

const askToStart = ({ planId, version }: StoredPlan, mode: 'DRILL' | 'RECOVERY'): void =>
  ask({
    title: `${mode === 'DRILL' ? 'Start a drill' : 'Start a recovery'}: ${planId}`,
    consequences:
      mode === 'DRILL'
        ? [
            'Isolated copies of the servers are launched; what runs in production stays as it is.',
            'Instances of an earlier drill of the same servers are replaced.',
          ]
        : [
            'This is the real thing: servers are recovered for production use.',
            'Recovery instances that exist already are replaced by the new ones.',
          ],
    action: mode === 'DRILL' ? 'Start the drill' : 'Start the recovery',
    isGrave: mode === 'RECOVERY',
    needsReason: mode === 'RECOVERY',
    run: async (reason) => {
      const order = { planId, planVersion: version, mode, ...(reason !== '' && { reason }) };
      const { executionId } = await send<Accepted>('POST', '/executions', order);
      goTo('executions', executionId);
    },
  });

export const PlansPage = () => {
  useEffect(() => void readPlans(), []);
  const all = plans.value;
  return (
    <main>
      <header class="page-head">
        <h1>Plans</h1>
        <a class="button" href="#/plans/new/edit">
          New plan
        </a>
      </header>
      <p class="fault" role="alert">
        {fault.value}
      </p>
      {all !== undefined && all.length === 0 && (
        <p class="empty">There is no plan yet. A new one starts from an example.</p>
      )}
      <div class="cards">
        {(all ?? []).map((stored) => (
          <article class="panel" key={stored.planId}>
            <h2>
              <a href={`#/plans/${stored.planId}`}>{stored.planId}</a> <small>v{stored.version}</small>
            </h2>
            <p>{stored.plan.description}</p>
            <p class="quiet">
              {count(stored.plan.waves.length, 'wave')}
              {stored.plan.rtoMinutes !== undefined && ` · RTO ${stored.plan.rtoMinutes} min`} · stored{' '}
              {dateAndTime(Date.parse(stored.storedAt))}
            </p>
            <div class="buttons">
              <a class="button" href={`#/plans/${stored.planId}`}>
                Open
              </a>
              <button type="button" class="primary" onClick={() => askToStart(stored, 'DRILL')}>
                Start a drill
              </button>
            </div>
          </article>
        ))}
      </div>
    </main>
  );
};

const Findings = ({ readiness }: { readonly readiness: Readiness }) => (
  <div class={`readiness ${readiness.ready ? 'is-ready' : 'is-unready'}`} role="status">
    <h3>
      {readiness.ready ? '✓ Ready' : '✕ Not ready'}
      <small>
        {count(readiness.faults.length, 'fault')},{' '}
        {count(readiness.findings.filter(({ level }) => level === 'warning').length, 'warning')}
      </small>
    </h3>
    <ul>
      {readiness.faults.map(({ path, message, expected }) => (
        <li key={path + message}>
          <b>{path}</b> {message}
          {expected !== undefined && <small>expected: {expected}</small>}
        </li>
      ))}
      {readiness.findings
        .filter(({ level }) => level === 'warning')
        .map(({ waveId, name, message }) => (
          <li key={name + message}>
            <b>{waveId}</b> {message} <small>warning: {name}</small>
          </li>
        ))}
    </ul>
    <p class="quiet">
      {readiness.waves
        .map(({ waveId, servers }) => `${waveId}: ${servers.map(({ name }) => name).join(', ')}`)
        .join(' · ')}
    </p>
  </div>
);

export const PlanPage = ({ planId }: { readonly planId: string }) => {
  const [stored, setStored] = useState<StoredPlan | undefined>(undefined);
  const [readiness, setReadiness] = useState<Readiness | undefined>(undefined);
  const [said, setSaid] = useState('');
  useEffect(() => {
    get<StoredPlan>(`/plans/${planId}`).then(setStored, (error: unknown) => setSaid(messageOf(error)));
  }, [planId]);
  const check = async (mode: 'DRILL' | 'RECOVERY'): Promise<void> => {
    setSaid('Asking DRS…');
    try {
      setReadiness(await get<Readiness>(`/plans/${planId}/check?mode=${mode}`));
      setSaid('');
    } catch (error) {
      setSaid(messageOf(error));
    }
  };
  if (stored === undefined) return <p class="empty">{said === '' ? 'Reading the plan…' : said}</p>;
  return (
    <main>
      <header class="page-head">
        <div>
          <p class="crumb">
            <a href="#/plans">Plans</a> / {planId}
          </p>
          <h1>
            {planId} <small>v{stored.version}</small>
          </h1>
          <p>{stored.plan.description}</p>
        </div>
        <div class="buttons">
          <a class="button" href={`#/plans/${planId}/edit`}>
            Edit
          </a>
          <button type="button" onClick={() => void check('DRILL')}>
            Check readiness
          </button>
          <button type="button" onClick={() => askToStart(stored, 'RECOVERY')}>
            Start a recovery
          </button>
          <button type="button" class="primary" onClick={() => askToStart(stored, 'DRILL')}>
            Start a drill
          </button>
        </div>
      </header>
      <p class="quiet" role="status">
        {said}
      </p>
      {readiness !== undefined && <Findings readiness={readiness} />}
      <section class="panel" aria-labelledby="plan-graph">
        <h2 id="plan-graph">Waves</h2>
        <PlanGraph waves={stored.plan.waves} />
      </section>
      <section class="panel" aria-labelledby="plan-text">
        <h2 id="plan-text">Document</h2>
        <pre tabIndex={0}>{JSON.stringify(stored.plan, null, 2)}</pre>
      </section>
    </main>
  );
};

export const EditPage = ({ planId }: { readonly planId: string }) => {
  const [text, setText] = useState<string | undefined>(planId === 'new' ? example : undefined);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (planId === 'new') return;
    get<StoredPlan>(`/plans/${planId}`).then(
      ({ plan }) => setText(JSON.stringify(plan, null, 2)),
      (error: unknown) => setSaid(messageOf(error)),
    );
  }, [planId]);
  return text === undefined ? (
    <p class="empty">{said === '' ? 'Reading the plan…' : said}</p>
  ) : (
    <PlanEditor initial={text} />
  );
};

const example = JSON.stringify(
  {
    planId: 'my-plan',
    description: 'A database, and behind it everything that carries the tag of the web tier.',
    rtoMinutes: 60,
    waves: [
      { waveId: 'database', servers: { tags: { Tier: 'database' }, minimum: 1 } },
      { waveId: 'web', dependsOn: ['database'], servers: { tags: { Tier: 'web' }, minimum: 1 } },
    ],
  },
  null,
  2,
);
