import { counted } from '../../../core/view/words.ts';
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { StoredPlan } from '../../../../contracts/api.ts';
import { get, messageOf } from './api.ts';
import { isOperator } from './caller.ts';
import { dateAndTime } from '../../../core/view/time-text.ts';
import { useTitle } from './route.ts';

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

export const PlansPage = () => {
  useEffect(() => void readPlans(), []);
  useTitle('Plans');
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
      {all === undefined && fault.value === '' && (
        <p class="empty" role="status">
          Reading…
        </p>
      )}
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
              {counted(stored.plan.waves.length, 'wave')}
              {stored.plan.rtoMinutes !== undefined && ` · RTO ${stored.plan.rtoMinutes} min`} · stored{' '}
              {dateAndTime(Date.parse(stored.storedAt))}
            </p>
            <div class="buttons">
              <a class="button" href={`#/plans/${stored.planId}`}>
                Open
              </a>
              {isOperator() && (
                <a class="button primary" href={`#/plans/${stored.planId}/drill`}>
                  Start a drill<span class="unseen"> of {stored.planId}</span>
                </a>
              )}
            </div>
          </article>
        ))}
      </div>
    </main>
  );
};
