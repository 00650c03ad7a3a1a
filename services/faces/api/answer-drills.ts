import type { DrillPage } from '../../../contracts/api.ts';
import { readDrillRuns } from '../../core/readiness/drill-runs.ts';
import type { Answer, ApiPorts } from './route.ts';

/** For whoever may not see all plans: what no visible execution launched may be of one that is hidden. */
const ownOnly = (page: DrillPage): DrillPage => {
  const drills = page.drills.filter(({ execution }) => execution !== undefined);
  const hours = drills.reduce((sum, { instanceHours }) => sum + instanceHours, 0);
  return { ...page, drills, instanceHours: Math.round(hours * 100) / 100 };
};

export const answerDrills = async (ports: ApiPorts): Promise<Answer> => {
  const page = await readDrillRuns(ports);
  return { status: 200, body: ports.isNarrowed === true ? ownOnly(page) : page };
};
