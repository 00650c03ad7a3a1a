import { functionName, functions } from '../../../../infra/topology.ts';
import type { PlanVersion } from '../../../core/domain/plan-version.ts';
import type { Deployment } from '../../../core/ports/deployment.ts';
import type { RecoveryQuotas } from '../../../core/ports/recovery-service.ts';
import { layersOf } from '../../../core/view/layers.ts';
import { counted } from '../../../core/view/words.ts';
import { fault, type Finding, ok, warning } from './finding.ts';

/** How many waves of a plan may run at once: those of its widest layer. */
const widthOf = ({ plan }: PlanVersion): number =>
  Math.max(0, ...layersOf(plan.waves).map((layer) => layer.length));

/** A running wave wakes its launcher, its watcher and what concludes it, beside the audit and the notifier. */
const functionsAWave = 3;

/** Concurrency that is there for the other functions when one wave runs. */
const functionsBeside = functions.length;

export const concurrencyCheck = async (
  { concurrencyMax, reservedConcurrency }: Deployment,
  plans: readonly PlanVersion[],
): Promise<readonly Finding[]> => {
  const names = functions.map(({ service }) => functionName(service));
  const reserved = await Promise.all(names.map((name) => reservedConcurrency(name)));
  const stopped = names.filter((_, index) => reserved[index] === 0);
  const width = Math.max(1, ...plans.map(widthOf));
  const needed = functionsBeside + functionsAWave * width;
  const max = await concurrencyMax();
  return [
    ...stopped.map((name) =>
      fault(
        'concurrency',
        `${name} is stopped: its reserved concurrency is 0`,
        `aws lambda delete-function-concurrency --function-name ${name}`,
      ),
    ),
    max < needed
      ? fault(
          'concurrency',
          `Lambda's concurrency limit is ${max} here; ${counted(width, 'wave')} at once may need ${needed}`,
          'request an increase: aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000',
        )
      : ok('concurrency', `Lambda's concurrency limit is ${max}; the widest stored plan needs ${needed}`),
  ];
};

/** Servers of a wave that are chosen by id; how many a tag chooses is asked when a plan is checked. */
const namedServers = (servers: PlanVersion['plan']['waves'][number]['servers']): number =>
  Array.isArray(servers) ? servers.length : 0;

export const quotasFindings = (
  { jobsMax, serversInJobsMax, serversPerJobMax }: RecoveryQuotas,
  plans: readonly PlanVersion[],
): readonly Finding[] => {
  const widest = plans.map((version) => ({ version, width: widthOf(version) }));
  const largest = plans.flatMap(({ plan }) =>
    plan.waves.map(({ waveId, servers }) => ({
      ...{ planId: plan.planId, waveId },
      perJob: Math.min(namedServers(servers), serversPerJobMax),
    })),
  );
  const findings = [
    ...widest
      .filter(({ width }) => width > jobsMax)
      .map(({ version, width }) =>
        warning(
          'quotas',
          `${width} waves of ${version.planId} may be ready at once, and DRS runs ${jobsMax} jobs: the others will wait their turn`,
          'nothing, if the recovery time allows it; the quota is not adjustable',
        ),
      ),
    ...largest
      .filter(({ perJob }) => perJob > serversInJobsMax)
      .map(({ planId, waveId, perJob }) =>
        fault(
          'quotas',
          `a job of ${perJob} servers of wave ${waveId} of ${planId} never fits the quota of ${serversInJobsMax} servers in all jobs`,
          'split the wave',
        ),
      ),
  ];
  return findings.length > 0
    ? findings
    : [
        ok(
          'quotas',
          `DRS runs ${jobsMax} jobs with ${serversInJobsMax} servers at once; the stored plans fit`,
        ),
      ];
};
