import { existsSync } from 'node:fs';
import { defaultScenario, type Scenario, scenarioSchema } from '../../../infra/simulated-aws/scenario.ts';
import { readDocumentFile } from './document-file.ts';

/** The scenario in a file; throws an InputError with all of its faults. */
export const readScenarioFile = (file: string): Scenario =>
  readDocumentFile(file, scenarioSchema, 'Invalid scenario');

/** `plan.yaml` may have its servers in `plan.scenario.yaml` beside it. */
export const scenarioBeside = (planFile: string): string | undefined => {
  const file = planFile.replace(/\.(ya?ml|json)$/, '.scenario.$1');
  return file !== planFile && existsSync(file) ? file : undefined;
};

/** The scenario that was asked for, else the one beside the plan, else the sample. */
export const chooseScenario = (asked: string | undefined, planFile?: string): Scenario => {
  const file = asked ?? (planFile === undefined ? undefined : scenarioBeside(planFile));
  return file === undefined ? defaultScenario : readScenarioFile(file);
};
