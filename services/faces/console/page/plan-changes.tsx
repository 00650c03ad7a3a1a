import { useEffect, useState } from 'preact/hooks';
import type { StoredPlan } from '../../../../contracts/api.ts';
import type { PlanProofAnswer } from '../../../../contracts/evidence.ts';
import { differencesOf, type Difference } from '../../../core/view/plan-difference.ts';
import { dateAndTime } from '../../../core/view/time-text.ts';
import { counted } from '../../../core/view/words.ts';
import { coverageText } from '../../report/programme-text.ts';
import { rpoText, rtoText } from '../../report/sentences.ts';
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

/** When the plan was last proven, for what, and which servers that left out; undefined while it is not known. */
export const useProof = (planId: string): PlanProofAnswer | undefined => {
  const [told, setTold] = useState<PlanProofAnswer | undefined>(undefined);
  useEffect(() => {
    get<PlanProofAnswer>(`/plans/${planId}/proof`).then(setTold, () => undefined);
  }, [planId]);
  return told;
};

const coveredText = (told: PlanProofAnswer): string => {
  const { value, note } = coverageText(told);
  const left = told.servers.filter(({ isProven }) => !isProven).map(({ name }) => name);
  return `It launched ${value} servers${left.length === 0 ? '' : `, without ${left.join(', ')}`}: ${note}.`;
};

/** The version that is looked at may be another than the newest. */
export const ProofLine = ({
  told,
  version,
}: {
  readonly told: PlanProofAnswer;
  readonly version: number;
}) => {
  const { proof, isOverdue, provenWithinDays } = told;
  const overdue = isOverdue && (
    <b class="told is-bad"> Overdue: wanted every {counted(provenWithinDays ?? 0, 'day')}.</b>
  );
  if (proof === undefined) return <p>No drill of it has recovered everything yet.{overdue}</p>;
  const [rto, rpo] = [
    rtoText({ ...proof, isOver: true, status: 'COMPLETED' }),
    rpoText({ ...proof, isOver: true }),
  ];
  return (
    <>
      <p>
        Last proven by <a href={`#/executions/${proof.executionId}`}>a drill</a> on{' '}
        {dateAndTime(proof.endedAt)} UTC, with version {proof.planVersion}
        {proof.planVersion === version ? ', which is this one.' : `; this is version ${version}.`}
        {overdue}
      </p>
      <p class="quiet">
        Recovery time {rto.value} ({rto.note}), recovery point {rpo.value} ({rpo.note}). {coveredText(told)}
      </p>
    </>
  );
};

interface SinceProofProps {
  readonly stored: StoredPlan;
  readonly told: PlanProofAnswer | undefined;
}

/** What has changed since the last drill that recovered everything. */
export const SinceProof = ({ stored, told }: SinceProofProps) => {
  const [before, setBefore] = useState<StoredPlan | undefined>(undefined);
  const proven = told?.proof?.planVersion;
  useEffect(() => {
    if (proven === undefined || proven === stored.version) return;
    get<StoredPlan>(`/plans/${stored.planId}?version=${proven}`).then(setBefore, () => undefined);
  }, [proven, stored]);
  if (told === undefined) return null;
  const differences = before === undefined ? [] : differencesOf(before.plan, stored.plan);
  return (
    <section class="panel" aria-labelledby="since-proof">
      <h2 id="since-proof">Since the last drill</h2>
      <ProofLine told={told} version={stored.version} />
      {differences.length > 0 && <Differences differences={differences} />}
    </section>
  );
};
