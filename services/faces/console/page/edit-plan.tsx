import { useEffect, useState } from 'preact/hooks';
import type { StoredPlan } from '../../../../contracts/api.ts';
import { visibleLines } from '../../../../contracts/visible-text.ts';
import { getAsIs, messageOf } from './api.ts';
import { PlanEditor } from './plan-editor.tsx';
import { Reading } from './reading.tsx';

export const EditPage = ({ planId }: { readonly planId: string }) => {
  const [text, setText] = useState<string | undefined>(planId === 'new' ? example : undefined);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (planId === 'new') return;
    getAsIs<StoredPlan>(`/plans/${planId}`).then(
      ({ plan }) => setText(visibleLines(JSON.stringify(plan, null, 2))),
      (error: unknown) => setSaid(messageOf(error)),
    );
  }, [planId]);
  return text === undefined ? (
    <Reading title="Edit plan" fault={said} back={['#/plans', 'All plans']} />
  ) : (
    <PlanEditor planId={planId} stored={text} />
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
