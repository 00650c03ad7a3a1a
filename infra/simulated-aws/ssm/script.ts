import type { AutomationDocument, DocumentStep } from './document.ts';
import type { Parameters, ScriptedStep } from './execution.ts';
import { type DocumentScenario, type Duration, drawMs, type Outcome } from './scenario.ts';

const holds = (parameters: Parameters, when: Readonly<Record<string, readonly string[]>>): boolean =>
  Object.entries(when).every(([name, values]) =>
    values.every((value) => parameters[name]?.includes(value) === true),
  );

/** The first case that applies to these parameters, or -1. */
export const caseOf = (behaviour: DocumentScenario, parameters: Parameters): number =>
  behaviour.cases.findIndex(({ when }) => holds(parameters, when));

/** The outcome of the start number `earlier` + 1 of a case. */
export const outcomeOf = (behaviour: DocumentScenario, caseIndex: number, earlier: number): Outcome => {
  const outcomes = behaviour.cases[caseIndex]?.outcomes ?? behaviour.outcomes;
  return outcomes[earlier] ?? outcomes.at(-1) ?? { result: 'Success' };
};

const endOf = (step: DocumentStep, outcome: Outcome, isMeant: boolean): ScriptedStep['end'] => {
  if (!isMeant || outcome.result === 'Success')
    return step.action === 'aws:approve' ? { result: 'AwaitsApproval' } : { result: 'Success' };
  if (outcome.result === 'Failed') return { result: 'Failed', message: outcome.message };
  if (outcome.result === 'OtherStatus') return { result: 'OtherStatus', status: outcome.status };
  return { result: outcome.result };
};

interface Whole {
  readonly steps: readonly DocumentStep[];
  readonly seconds: Duration;
}

const stepsOf = (document: AutomationDocument, behaviour: DocumentScenario): Whole => ({
  steps:
    behaviour.steps?.map(({ seconds, ...step }) => ({
      ...step,
      ...(seconds !== undefined && { seconds }),
    })) ?? document.steps,
  seconds: behaviour.seconds ?? document.seconds,
});

/** Draws how a run of the document will go. Steps without a duration share what the whole has. */
export const scriptOf = (
  document: AutomationDocument,
  behaviour: DocumentScenario,
  outcome: Outcome,
  random: () => number,
): readonly ScriptedStep[] => {
  const { steps, seconds } = stepsOf(document, behaviour);
  const shareMs = Math.round(
    drawMs(seconds, random) / Math.max(1, steps.filter((step) => step.seconds === undefined).length),
  );
  const named = 'step' in outcome ? steps.findIndex(({ name }) => name === outcome.step) : -1;
  const meant = named < 0 ? steps.length - 1 : named;
  return steps.map(({ seconds: own, ...step }, index) => ({
    ...step,
    durationMs: own === undefined ? shareMs : drawMs(own, random),
    end: endOf(step, outcome, index === meant),
  }));
};
