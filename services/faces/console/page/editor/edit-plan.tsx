import './without-eval.ts';
import { useEffect, useState } from 'preact/hooks';
import type { StoredPlan } from '../../../../../contracts/api.ts';
import { getAsIs, messageOf } from '../api.ts';
import { Reading } from '../reading.tsx';
import { PlanEditor } from './plan-editor.tsx';

/** The editor of a plan, stored or new. */
export const EditPage = ({ planId }: { readonly planId: string }) => {
  const isNew = planId === 'new';
  const [stored, setStored] = useState<StoredPlan | undefined>(undefined);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (isNew) return;
    getAsIs<StoredPlan>(`/plans/${planId}`).then(setStored, (error: unknown) => setSaid(messageOf(error)));
  }, [planId]);
  if (isNew) return <PlanEditor planId={planId} stored={undefined} />;
  return stored === undefined ? (
    <Reading title="Edit plan" fault={said} back={['#/plans', 'All plans']} />
  ) : (
    <PlanEditor planId={planId} stored={stored} />
  );
};
