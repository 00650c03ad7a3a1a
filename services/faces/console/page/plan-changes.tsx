import { useEffect, useState } from 'preact/hooks';
import type { ExecutionPage, ExecutionSnapshot, StoredPlan } from '../../../../contracts/api.ts';
import { differencesOf, type Difference } from '../../../core/view/plan-difference.ts';
import { dateAndTime } from '../../../core/view/time-text.ts';
import { get } from './api.ts';

const shownMax = 200;

/** What one version of a plan says otherwise than another. */
export const Differences = ({ differences }: { readonly differences: readonly Difference[] }) => (
  <ul class="differences">
    {differences.slice(0, shownMax).map(({ path, before, after }) => (
      <li key={path}>
        <b class="code">{path}</b> {before !== undefined && <del>{before}</del>}{' '}
        {after !== undefined && <ins>{after}</ins>}
      </li>
    ))}
  </ul>
);

/** The drill that proves a plan: the last one that recovered all. */
export interface Proof {
  readonly executionId: string;
  readonly version: number;
  readonly at: string;
}

const lastDrill = async (planId: string): Promise<Proof | undefined> => {
  const query = new URLSearchParams({ plan: planId, mode: 'DRILL', status: 'COMPLETED', limit: '1' });
  const [last] = (await get<ExecutionPage>(`/executions?${query}`)).executions;
  if (last === undefined) return undefined;
  const { planVersion } = await get<ExecutionSnapshot>(`/executions/${last.executionId}`);
  return { executionId: last.executionId, version: planVersion, at: last.startedAt };
};

/** When the plan was last proven; undefined while that is not known, null: never. */
export const useProof = (planId: string): Proof | null | undefined => {
  const [proof, setProof] = useState<Proof | null | undefined>(undefined);
  useEffect(() => {
    lastDrill(planId).then(
      (found) => setProof(found ?? null),
      () => undefined,
    );
  }, [planId]);
  return proof;
};

export const ProofLine = ({ proof, version }: { readonly proof: Proof | null; readonly version: number }) =>
  proof === null ? (
    <p>No drill of it has recovered everything yet.</p>
  ) : (
    <p>
      Last proven by <a href={`#/executions/${proof.executionId}`}>a drill</a> on{' '}
      {dateAndTime(Date.parse(proof.at))} UTC, with version {proof.version}
      {proof.version === version ? ', which is this one.' : `; this is version ${version}.`}
    </p>
  );

interface SinceProofProps {
  readonly stored: StoredPlan;
  readonly proof: Proof | null | undefined;
}

/** What has changed since the last drill that recovered everything. */
export const SinceProof = ({ stored, proof }: SinceProofProps) => {
  const [before, setBefore] = useState<StoredPlan | undefined>(undefined);
  useEffect(() => {
    if (proof === undefined || proof === null || proof.version === stored.version) return;
    get<StoredPlan>(`/plans/${stored.planId}?version=${proof.version}`).then(setBefore, () => undefined);
  }, [proof, stored]);
  if (proof === undefined) return null;
  const differences = before === undefined ? [] : differencesOf(before.plan, stored.plan);
  return (
    <section class="panel" aria-labelledby="since-proof">
      <h2 id="since-proof">Since the last drill</h2>
      <ProofLine proof={proof} version={stored.version} />
      {differences.length > 0 && <Differences differences={differences} />}
    </section>
  );
};
