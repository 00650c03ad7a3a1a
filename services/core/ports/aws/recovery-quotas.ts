import * as z from 'zod';
import type { Target } from '../../../../contracts/plan.ts';
import type { RecoveryQuotas } from '../recovery-service.ts';
import type { Access, SignedCall } from './signed-call.ts';
import { cachedByTarget } from './target-credentials.ts';

/** "AWS Elastic Disaster Recovery endpoints and quotas"; AWS does not adjust them on request. */
const defaults: RecoveryQuotas = { jobsMax: 20, serversPerJobMax: 100, serversInJobsMax: 500 };

const codes: Readonly<Record<keyof RecoveryQuotas, string>> = {
  jobsMax: 'L-D88FAC3A',
  serversPerJobMax: 'L-B827C881',
  serversInJobsMax: 'L-05AFA8C6',
};

const answerSchema = z.object({
  Quotas: z.array(z.object({ QuotaCode: z.string(), Value: z.number() })),
});

/** Service Quotas: ListServiceQuotas. DRS has fewer quotas than a page holds. */
const ask = async (call: SignedCall, access: Access): Promise<RecoveryQuotas> => {
  const answer = await call({
    ...access,
    service: 'servicequotas',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'ServiceQuotasV20190624.ListServiceQuotas',
    },
    body: JSON.stringify({ ServiceCode: 'drs', MaxResults: 100 }),
  });
  const { Quotas } = answerSchema.parse(JSON.parse(answer));
  const valueOf = (name: keyof RecoveryQuotas): number =>
    Quotas.find(({ QuotaCode }) => QuotaCode === codes[name])?.Value ?? defaults[name];
  return {
    jobsMax: valueOf('jobsMax'),
    serversPerJobMax: valueOf('serversPerJobMax'),
    serversInJobsMax: valueOf('serversInJobsMax'),
  };
};

/**
 * The quotas of a target, asked for once in a sandbox's life. A role that may not read them is no reason not
 * to recover: then AWS's defaults hold, and DRS itself refuses what goes beyond the truth.
 */
export const createRecoveryQuotas = (
  call: SignedCall,
  access: (target: Target) => Promise<Access>,
): ((target: Target) => Promise<RecoveryQuotas>) =>
  cachedByTarget((target) =>
    access(target)
      .then((own) => ask(call, own))
      .catch(() => defaults),
  );
