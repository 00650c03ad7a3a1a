import { useEffect, useState } from 'preact/hooks';
import type { Readiness, StoredPlan } from '../../../../contracts/api.ts';
import type { ExecutionView } from '../../../core/view/execution-view.ts';
import { get, messageOf } from './api.ts';
import { ofFailback } from './consequences.ts';
import { noOverrides, overridesQuery } from './overrides.tsx';
import { pointQuery } from './point-choice.tsx';
import { Findings } from './readiness.tsx';
import { Review } from './review.tsx';

interface Reviewed {
  readonly stored: StoredPlan;
  readonly readiness: Readiness;
}

const readReview = async ({
  planId,
  planVersion,
  mode,
  acceptWarnings = [],
  pointInTime,
}: ExecutionView): Promise<Reviewed> => {
  const accepted = overridesQuery({ ...noOverrides, warnings: acceptWarnings }) + pointQuery(pointInTime);
  const [stored, readiness] = await Promise.all([
    get<StoredPlan>(`/plans/${planId}?version=${planVersion}`),
    get<Readiness>(`/plans/${planId}/check?mode=${mode}&version=${planVersion}${accepted}`),
  ]);
  return { stored, readiness };
};

/** What a second person approves: the very version that waits, as it would run now. */
export const ApprovalReview = ({ view }: { readonly view: ExecutionView }) => {
  const [reviewed, setReviewed] = useState<Reviewed | undefined>(undefined);
  const [said, setSaid] = useState('');
  const { executionId, planVersion } = view;
  useEffect(() => {
    readReview(view).then(setReviewed, (error: unknown) => setSaid(messageOf(error)));
  }, [executionId, planVersion]);
  return reviewed === undefined ? (
    <p class={said === '' ? 'quiet' : 'fault'} role="status">
      {said === '' ? 'Asking DRS…' : said}
    </p>
  ) : (
    <>
      {reviewed.stored.plan.direction !== undefined && (
        <section class="panel" aria-labelledby="lets-title">
          <h2 id="lets-title">What the approval lets happen</h2>
          <ul class="consequences">
            {ofFailback[view.mode].map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </section>
      )}
      <Findings readiness={reviewed.readiness} />
      <Review {...reviewed} chosen={view.pointInTime} />
    </>
  );
};
