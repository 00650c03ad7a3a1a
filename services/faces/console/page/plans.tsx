import { counted, tagsText } from '../../../core/view/words.ts';
import { useEffect } from 'preact/hooks';
import type { StoredPlan } from '../../../../contracts/api.ts';
import { get } from './api.ts';
import { mayEditSome, mayRun } from './caller.ts';
import { dateAndTime } from '../../../core/view/time-text.ts';
import { createReading, ListPage } from './list-page.tsx';

const {
  read: plans,
  fault,
  again: readPlans,
} = createReading(async () => (await get<{ readonly plans: readonly StoredPlan[] }>('/plans')).plans);

export const PlansPage = () => {
  useEffect(() => void readPlans(), []);
  const all = plans.value;
  return (
    <ListPage
      title="Plans"
      fault={fault.value}
      isRead={all !== undefined}
      actions={
        mayEditSome() ? (
          <a class="button" href="#/plans/new/edit">
            New plan
          </a>
        ) : undefined
      }
    >
      {all?.length === 0 && <p class="empty">There is no plan yet. A new one starts from an example.</p>}
      <div class="cards">
        {(all ?? []).map((stored) => (
          <article class="panel" key={stored.planId}>
            <h2>
              <a href={`#/plans/${stored.planId}`}>{stored.planId}</a> <small>v{stored.version}</small>
            </h2>
            {stored.plan.description !== undefined && <p>{stored.plan.description}</p>}
            <p class="quiet">
              {counted(stored.plan.waves.length, 'wave')}
              {stored.plan.tags !== undefined && ` · ${tagsText(stored.plan.tags)}`}
              {stored.plan.rtoMinutes !== undefined && ` · RTO ${stored.plan.rtoMinutes} min`} · stored{' '}
              {dateAndTime(Date.parse(stored.storedAt))}
            </p>
            <div class="buttons">
              <a class="button" href={`#/plans/${stored.planId}`}>
                Open
              </a>
              {mayRun(stored) && (
                <a class="button primary" href={`#/plans/${stored.planId}/drill`}>
                  Start a drill<span class="unseen"> of {stored.planId}</span>
                </a>
              )}
            </div>
          </article>
        ))}
      </div>
    </ListPage>
  );
};
