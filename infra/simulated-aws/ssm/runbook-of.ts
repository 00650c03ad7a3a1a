import type { AutomationDocument } from './document.ts';
import { parseRunbookText, type Runbook } from './runbook.ts';

const parsed = new WeakMap<AutomationDocument, Runbook>();

/** The runbook that somebody wrote; undefined for a document that behaves as the scenario says. */
export const runbookOf = (document: AutomationDocument): Runbook | undefined => {
  if (document.content === undefined) return undefined;
  const known = parsed.get(document) ?? parseRunbookText(document.content.text);
  parsed.set(document, known);
  return known;
};
