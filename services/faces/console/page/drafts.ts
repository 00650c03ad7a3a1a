/** What a reader has written of a plan and not stored yet; the browser keeps it, so that neither Back nor a reload loses it. */
export interface Draft {
  readonly text: string;
  /** The version that was edited; absent of a plan that had none. */
  readonly version?: number;
}

const keyOf = (planId: string): string => `groundswell.draft.${planId}`;

const isDraft = (value: unknown): value is Draft =>
  typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string';

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Readers may have told their browser to keep nothing. */
const kept = (key: string): string | undefined => {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
};

const keep = (key: string, text: string | undefined): boolean => {
  try {
    if (text === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
};

/** A draft of an earlier release is the text alone. */
export const readDraft = (planId: string): Draft | undefined => {
  const text = kept(keyOf(planId));
  if (text === undefined) return undefined;
  const value = parsed(text);
  return isDraft(value) ? value : { text };
};

/** Without a draft the one that was kept is forgotten. False where the browser keeps nothing. */
export const keepDraft = (planId: string, draft: Draft | undefined): boolean =>
  keep(keyOf(planId), draft === undefined ? undefined : JSON.stringify(draft));

const writtenKeyOf = (planId: string): string => `groundswell.written.${planId}`;

/** A stored plan is data, without comments: the browser that wrote them keeps its text for this very version. */
export const keepWritten = (planId: string, hash: string, text: string): void =>
  void keep(writtenKeyOf(planId), JSON.stringify({ hash, text }));

/** The text from which this very version was stored by this browser. */
export const readWritten = (planId: string, hash: string): string | undefined => {
  const value = parsed(kept(writtenKeyOf(planId)) ?? '');
  return isDraft(value) && 'hash' in value && value.hash === hash ? value.text : undefined;
};
