import { useEffect, useState } from 'preact/hooks';
import type { Readiness, StoredPlan } from '../../../../contracts/api.ts';
import { get, messageOf } from './api.ts';
import { PlanGraph } from './plan-graph.tsx';
import { Reading } from './reading.tsx';
import { Findings } from './readiness.tsx';
import { askToStart } from './start-plan.tsx';
import { useTitle } from './route.ts';

const asking = 'Asking DRS…';

export const PlanPage = ({ planId }: { readonly planId: string }) => {
  const [stored, setStored] = useState<StoredPlan | undefined>(undefined);
  const [readiness, setReadiness] = useState<Readiness | undefined>(undefined);
  const [said, setSaid] = useState('');
  useEffect(() => {
    get<StoredPlan>(`/plans/${planId}`).then(setStored, (error: unknown) => setSaid(messageOf(error)));
  }, [planId]);
  const check = async (mode: 'DRILL' | 'RECOVERY'): Promise<void> => {
    setSaid(asking);
    try {
      setReadiness(await get<Readiness>(`/plans/${planId}/check?mode=${mode}`));
      setSaid('');
    } catch (error) {
      setSaid(messageOf(error));
    }
  };
  useTitle(planId);
  if (stored === undefined) return <Reading title="Plan" fault={said} back={['#/plans', 'All plans']} />;
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
          <button type="button" disabled={said === asking} onClick={() => void check('DRILL')}>
            Check readiness
          </button>
          <button type="button" onClick={() => askToStart(stored, 'RECOVERY')}>
            Start a recovery
          </button>
          <button type="button" class="primary" onClick={() => askToStart(stored, 'DRILL', readiness)}>
            Start a drill
          </button>
        </div>
      </header>
      <p class={said === asking ? 'quiet' : 'fault'} role="status">
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
