/** What a reader has written of a plan and not stored yet; the browser keeps it, so that neither Back nor a reload loses it. */
const keyOf = (planId: string): string => `groundswell.draft.${planId}`;

export const readDraft = (planId: string): string | undefined =>
  localStorage.getItem(keyOf(planId)) ?? undefined;

/** Without a text the draft is forgotten. */
export const keepDraft = (planId: string, text: string | undefined): void => {
  if (text === undefined) localStorage.removeItem(keyOf(planId));
  else localStorage.setItem(keyOf(planId), text);
};
