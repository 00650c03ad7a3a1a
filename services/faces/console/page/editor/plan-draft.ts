import { useEffect, useState } from 'preact/hooks';
import type { StoredPlan } from '../../../../../contracts/api.ts';
import { getAsIs, messageOf, ProblemError, send } from '../api.ts';
import { keepDraft, keepWritten, readDraft, readWritten } from '../drafts.ts';
import { goTo } from '../route.ts';
import { examplePlan } from './example-plan.ts';
import type { PlanDocument } from './plan-document.ts';
import { planText } from './plan-text.ts';

/** A version of a plan that the writer knows of. */
interface Known {
  readonly planId: string;
  readonly version: number;
}

const textOf = (stored: StoredPlan | undefined): string =>
  stored === undefined ? examplePlan : (readWritten(stored.planId, stored.hash) ?? planText(stored.plan));

const planIdOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'planId' in value ? String(value.planId) : '';

/** The newest version; undefined where there is no such plan. */
const newestOf = async (planId: string): Promise<StoredPlan | undefined> => {
  try {
    return await getAsIs<StoredPlan>(`/plans/${planId}`);
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status === 404) return undefined;
    throw error;
  }
};

export interface PlanDraft {
  /** What the editor opens with. */
  readonly text: string;
  /** What is compared with the draft. */
  readonly stored: StoredPlan | undefined;
  readonly isDraft: boolean;
  readonly isKept: boolean;
  /** What the API said to this very text. */
  readonly said: string;
  /** A version of which the writer has not been told yet. */
  readonly newer: StoredPlan | undefined;
  readonly baseOf: (newer: StoredPlan) => number | undefined;
  readonly keep: (text: string) => void;
  /** The text that is stored, in the newest version that was found. */
  readonly restored: string;
  /** Forgets the draft in favour of what is stored, once that is what the editor shows. */
  readonly discard: () => void;
  /** Goes on with the draft, knowing of that version. */
  readonly accept: (newer: StoredPlan) => void;
  readonly store: (plan: PlanDocument) => Promise<void>;
}

/** What somebody writes of a plan, from what they began, and what became of that meanwhile. */
export const useDraft = (planId: string, opened: StoredPlan | undefined): PlanDraft => {
  const [kept] = useState(() => readDraft(planId));
  const [stored, setStored] = useState(opened);
  const [storedText, setStoredText] = useState(() => textOf(opened));
  const [text, setText] = useState(() => kept?.text ?? storedText);
  const [isKept, setIsKept] = useState(true);
  const [said, setSaid] = useState('');
  // A draft of an earlier release does not say from which version it was begun.
  const [known, setKnown] = useState<Known | undefined>(() =>
    opened === undefined ? undefined : { planId, version: kept?.version ?? opened.version },
  );
  const [found, setFound] = useState(opened);
  const isDraft = text !== storedText;
  const isKnown = (plan: StoredPlan): boolean =>
    known?.planId === plan.planId && known.version === plan.version;
  useEffect(() => {
    if (isKept || !isDraft) return undefined;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [isKept, isDraft]);

  const keepAs = (next: string, version: number | undefined): void =>
    setIsKept(keepDraft(planId, { text: next, ...(version !== undefined && { version }) }));
  const versionOf = (of: Known | undefined): number | undefined =>
    of?.planId === planId ? of.version : undefined;
  const keep = (next: string): void => {
    setText(next);
    setSaid('');
    if (next === storedText) setIsKept(keepDraft(planId, undefined));
    else keepAs(next, versionOf(known));
  };
  const newest = found?.planId === planId ? found : stored;
  const restored = newest === stored ? storedText : textOf(newest);
  const discard = (): void => {
    setStored(newest);
    setStoredText(restored);
    setText(restored);
    setKnown(newest);
    setFound(newest);
    setIsKept(keepDraft(planId, undefined));
  };
  const put = async ({ text: written, value }: PlanDocument): Promise<void> => {
    const { planId: name, hash } = await send<StoredPlan>('PUT', `/plans/${planIdOf(value)}`, value);
    keepWritten(name, hash, written);
    keepDraft(planId, undefined);
    goTo('plans', name);
  };
  return {
    ...{ text, stored, isDraft, isKept, said, keep, restored, discard },
    newer: found !== undefined && isDraft && !isKnown(found) ? found : undefined,
    baseOf: (newer) => (known?.planId === newer.planId ? known.version : undefined),
    accept: (newer) => {
      setKnown(newer);
      if (newer.planId === planId) setStored(newer);
      keepAs(text, newer.planId === planId ? newer.version : undefined);
    },
    store: async (plan) => {
      try {
        const now = await newestOf(planIdOf(plan.value));
        if (now === undefined || isKnown(now)) await put(plan);
        else setFound(now);
      } catch (error) {
        setSaid(messageOf(error));
      }
    },
  };
};
