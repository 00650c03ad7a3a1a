import { readDecisions } from '../../core/streams/read-decisions.ts';
import type { Answer, ApiPorts } from './route.ts';

/** What waits for people, in all executions. */
export const answerDue = async ({ store, clock }: ApiPorts): Promise<Answer> => ({
  status: 200,
  body: { decisions: await readDecisions(store, clock.now()) },
});
