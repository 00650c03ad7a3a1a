import { planNotFound } from './problem.ts';
import type { Readiness } from '../../../contracts/api.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import { type ChosenPoint, planSchema } from '../../../contracts/plan.ts';
import { checkPlan } from '../../core/readiness/check-plan.ts';
import { getPlan } from '../../core/streams/plan-store.ts';
import type { Answer, ApiPorts } from './route.ts';

/** Asks what the intake would ask, and changes nothing. */
export const answerCheck = async (
  ports: ApiPorts,
  question: {
    readonly planId: string;
    readonly mode: Mode;
    readonly version?: number | undefined;
    readonly allowDrillOverRecovery: boolean;
    readonly allowReplacing: readonly string[];
    readonly acceptWarnings: readonly string[];
    readonly pointInTime?: ChosenPoint | undefined;
  },
): Promise<Answer> => {
  const { planId, mode, version: planVersion, allowDrillOverRecovery, pointInTime } = question;
  const allowReplacing = [...question.allowReplacing];
  const acceptWarnings = [...question.acceptWarnings];
  const stored = await getPlan(ports.store, planId, planVersion);
  const plan = planSchema.safeParse(stored?.plan);
  if (stored === undefined || !plan.success) return planNotFound(planId, planVersion);
  const overrides = { allowDrillOverRecovery, allowReplacing, acceptWarnings };
  const prepared = await checkPlan(ports, plan.data, {
    ...{ mode, ...overrides },
    ...(pointInTime !== undefined && { pointInTime }),
  });
  const body: Readiness = {
    planId,
    version: stored.version,
    hash: stored.hash,
    ready: prepared.faults.length === 0,
    waves: prepared.waves.map(({ waveId, target, servers }) => ({
      ...{ waveId, account: target.account, region: target.region },
      servers: servers.map(({ sourceServerId, name }) => ({ sourceServerId, name })),
    })),
    findings: [...prepared.findings],
    faults: [...prepared.faults],
    replaced: prepared.replaced.map((each) => ({ ...each, obstacles: [...each.obstacles] })),
    traffic: prepared.traffic.map((each) => ({ ...each, moves: [...each.moves] })),
    ...(prepared.forecast !== undefined && { forecast: prepared.forecast }),
  };
  return { status: 200, body };
};
