import type { PlanProofAnswer } from '../../../contracts/evidence.ts';
import type { PlanProof } from './programme-model.ts';
import type { ExecutionReport } from './report-model.ts';

/** What an execution achieved, as it stands beside others. */
export const achieved = ({ launched, serverCount, rto, rpo }: ExecutionReport) => ({
  ...{ launched, serverCount, rto },
  rpo: { ...rpo, earlier: [...rpo.earlier] },
});

/** What is proven of a plan, without the whole report of its proof. */
export const toldProof = ({ proof, servers, unread, ...plan }: PlanProof): PlanProofAnswer => ({
  ...plan,
  servers: [...servers],
  unread: [...unread],
  ...(proof !== undefined && {
    proof: {
      ...{ executionId: proof.executionId, planVersion: proof.planVersion },
      ...{ startedAt: proof.startedAt, endedAt: proof.endedAt, ...achieved(proof) },
    },
  }),
});
