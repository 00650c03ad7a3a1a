import { useEffect, useState } from 'preact/hooks';
import type { StoredPlan } from '../../../../../contracts/api.ts';
import { planSchema } from '../../../../../contracts/plan.ts';
import { differencesOf, type Difference } from '../../../../core/view/plan-difference.ts';
import { counted } from '../../../../core/view/words.ts';
import { getAsIs } from '../api.ts';
import { Differences } from '../plan-changes.tsx';
import { briefOf } from './plan-text.ts';

/** What a written document says otherwise than a stored plan, also while it is not valid. */
export const changesFrom = (stored: StoredPlan, value: unknown): readonly Difference[] => {
  const read = planSchema.safeParse(value);
  return read.success ? differencesOf(stored.plan, read.data) : differencesOf(briefOf(stored.plan), value);
};

/** The plan at an earlier version; undefined until it is read. */
const useVersion = (planId: string, version: number | undefined): StoredPlan | undefined => {
  const [read, setRead] = useState<StoredPlan | undefined>(undefined);
  useEffect(() => {
    if (version === undefined) return;
    getAsIs<StoredPlan>(`/plans/${planId}?version=${version}`).then(setRead, () => undefined);
  }, [planId, version]);
  return read?.version === version ? read : undefined;
};

interface BehindProps {
  /** The version from which the draft was begun; unknown where there was none. */
  readonly base: number | undefined;
  readonly newest: StoredPlan;
  readonly value: unknown;
  readonly onKeep: () => void;
  readonly onDiscard: () => void;
}

/** Somebody else stored a version meanwhile: what that changed, and what the draft would change in it. */
export const BehindNotice = ({ base, newest, value, onKeep, onDiscard }: BehindProps) => {
  const { planId, version } = newest;
  const before = useVersion(planId, base);
  const theirs = before === undefined ? [] : differencesOf(before.plan, newest.plan);
  const ours = changesFrom(newest, value);
  return (
    <section class="refusal behind" role="alert">
      <p>
        {base === undefined
          ? `There is a plan ${planId} already, at version ${version}. This draft was not begun from it.`
          : `Version ${version} was stored after this draft was begun from version ${base}.`}{' '}
        Nothing is lost: look at both, then keep the draft or take version {version}.
      </p>
      {theirs.length > 0 && (
        <details class="unfold" open>
          <summary>What came after version {base}</summary>
          <Differences differences={theirs} />
        </details>
      )}
      {value !== undefined && (
        <details class="unfold" open={theirs.length === 0}>
          <summary>
            {ours.length === 0
              ? `The draft says the same as version ${version}`
              : `What the draft would change in version ${version}`}
          </summary>
          <Differences differences={ours} />
        </details>
      )}
      <div class="buttons">
        <button type="button" onClick={onKeep}>
          Keep the draft
        </button>
        <button type="button" onClick={onDiscard}>
          Take version {version}
        </button>
      </div>
    </section>
  );
};

/** What would be stored that is not yet. */
export const DraftChanges = ({ stored, value }: { readonly stored: StoredPlan; readonly value: unknown }) => {
  const changes = changesFrom(stored, value);
  return (
    <details class="unfold">
      <summary>
        {changes.length === 0
          ? 'It says the same as what is stored'
          : `${counted(changes.length, 'difference')} from version ${stored.version}`}
      </summary>
      <Differences differences={changes} />
    </details>
  );
};
