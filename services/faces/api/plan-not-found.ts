import { problem } from './problem.ts';
import type { Answer } from './route.ts';

export const planNotFound = (planId: string, version?: number): Answer =>
  problem(404, `There is no plan ${planId}${version === undefined ? '' : ` of version ${version}`}.`);
