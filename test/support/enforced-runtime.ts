import type { Deployment } from '../../infra/simulated-aws/iam/deployment.ts';
import type { Judged } from '../../infra/simulated-aws/iam/authority.ts';
import type { RuntimeOptions } from '../../infra/local/runtime.ts';
import { type OperatedRuntime, operateRuntime } from './operated-runtime.ts';

export interface EnforcedRuntime {
  readonly operated: OperatedRuntime;
  /** Every decision, in its order. */
  readonly judged: readonly Judged[];
  /** Who was refused what, each once. */
  refused(): readonly string[];
}

const whoOf = ({ principal }: Judged): string =>
  principal.kind === 'service' ? principal.name : principal.arn.replace(/^.*\//, '');

/** A runtime that enforces a deployment, and all that it has decided. */
export const enforceDeployment = async (
  deployment: Deployment,
  options: Pick<RuntimeOptions, 'scenario' | 'speed'> = {},
): Promise<EnforcedRuntime> => {
  const judged: Judged[] = [];
  const operated = await operateRuntime({
    ...{ speed: 600, ...options },
    iam: { deployment, onJudged: (each) => void judged.push(each) },
  });
  return {
    operated,
    judged,
    refused: () => [
      ...new Set(
        judged
          .filter(({ decision }) => !decision.allowed)
          .map((each) => `${whoOf(each)} ${each.access.action}`),
      ),
    ],
  };
};
