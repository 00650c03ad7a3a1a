import { readDrillRuns } from '../../core/readiness/drill-runs.ts';
import type { Answer, ApiPorts } from './route.ts';

export const answerDrills = async (ports: ApiPorts): Promise<Answer> => ({
  status: 200,
  body: await readDrillRuns(ports),
});
