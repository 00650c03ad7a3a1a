import { useEffect, useState } from 'preact/hooks';
import type { Readiness, StoredPlan } from '../../../../contracts/api.ts';
import { stopTexts } from '../../../core/view/stop-text.ts';
import { tagsText } from '../../../core/view/words.ts';
import { get, messageOf } from './api.ts';
import { mayEdit, mayRun, withheldText } from './caller.ts';
import { ProofLine, useProof } from './plan-changes.tsx';
import { PlanGraph } from './plan-graph.tsx';
import { PlanHistory } from './plan-history.tsx';
import { PlanVersions } from './plan-versions.tsx';
import { Reading } from './reading.tsx';
import { Findings } from './readiness.tsx';
import { useTitle } from './route.ts';
import { PlannedWaves } from './planned-waves.tsx';

const asking = 'Asking DRS…';

interface HeadProps {
  readonly stored: StoredPlan;
  readonly isAsking: boolean;
  readonly onCheck: () => void;
}

const Head = ({ stored, isAsking, onCheck }: HeadProps) => {
  const { planId, version, plan } = stored;
  const withheld = withheldText(stored, ['run', 'edit'], planId);
  const told = useProof(planId);
  return (
    <header class="page-head">
      <div>
        <p class="crumb">
          <a href="#/plans">Plans</a> / {planId}
        </p>
        <h1>
          {planId} <small>v{version}</small>
        </h1>
        <p>{plan.description}</p>
        {plan.tags !== undefined && <p class="quiet">Tags: {tagsText(plan.tags)}</p>}
        {withheld !== '' && <p class="quiet">{withheld}</p>}
        {told !== undefined && <ProofLine told={told} version={version} />}
        {stopTexts(plan).map((text) => (
          <p key={text}>Stopped by {text}.</p>
        ))}
      </div>
      <div class="buttons">
        {mayEdit(stored) && (
          <a class="button" href={`#/plans/${planId}/edit`}>
            Edit
          </a>
        )}
        <button type="button" disabled={isAsking} onClick={onCheck}>
          Check readiness
        </button>
        {mayRun(stored) && (
          <>
            <a class="button" href={`#/plans/${planId}/recovery`}>
              Start a recovery
            </a>
            <a class="button primary" href={`#/plans/${planId}/drill`}>
              Start a drill
            </a>
          </>
        )}
      </div>
    </header>
  );
};

export const PlanPage = ({ planId }: { readonly planId: string }) => {
  const [stored, setStored] = useState<StoredPlan | undefined>(undefined);
  const [readiness, setReadiness] = useState<Readiness | undefined>(undefined);
  const [said, setSaid] = useState('');
  const read = (): void => {
    get<StoredPlan>(`/plans/${planId}`).then(setStored, (error: unknown) => setSaid(messageOf(error)));
  };
  useEffect(read, [planId]);
  const check = async (): Promise<void> => {
    setSaid(asking);
    try {
      setReadiness(await get<Readiness>(`/plans/${planId}/check?mode=DRILL`));
      setSaid('');
    } catch (error) {
      setSaid(messageOf(error));
    }
  };
  useTitle(planId);
  if (stored === undefined) return <Reading title="Plan" fault={said} back={['#/plans', 'All plans']} />;
  return (
    <main>
      <Head stored={stored} isAsking={said === asking} onCheck={() => void check()} />
      <p class={said === asking ? 'quiet' : 'fault'} role="status">
        {said}
      </p>
      {readiness !== undefined && <Findings readiness={readiness} />}
      <section class="panel" aria-labelledby="plan-graph">
        <h2 id="plan-graph">Waves</h2>
        <PlanGraph waves={stored.plan.waves} />
        <PlannedWaves waves={stored.plan.waves} />
      </section>
      <PlanHistory planId={planId} />
      <PlanVersions stored={stored} onRestored={read} />
      <section class="panel" aria-labelledby="plan-text">
        <details class="plain">
          <summary>
            <h2 id="plan-text">Document</h2>
          </summary>
          <pre tabIndex={0}>{JSON.stringify(stored.plan, null, 2)}</pre>
        </details>
      </section>
    </main>
  );
};
