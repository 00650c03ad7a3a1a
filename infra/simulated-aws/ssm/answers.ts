import type { RunbookStep } from './runbook.ts';
import type { SsmScenario, StepAnswer } from './scenario.ts';

/** What the scenario says of a step: by its document and name first, then by its action. */
export const answerOf = (
  { answers }: SsmScenario,
  document: string,
  { name, action }: Pick<RunbookStep, 'name' | 'action'>,
): StepAnswer | undefined => {
  const own = answers[document];
  const all = answers['*'];
  return own?.[name] ?? own?.[action] ?? all?.[name] ?? all?.[action];
};
