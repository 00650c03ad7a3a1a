import type { LocalService } from '../../infra/simulated-aws/wire.ts';
import { type SignedCall, SignedCallError } from '../../services/core/ports/aws/signed-call.ts';
import { createMemoryRunbookReader } from '../memory/runbook-reader.ts';

/** SSM where nobody has any runbook. */
export const noRunbooks = createMemoryRunbookReader(() => undefined);

/** Signed calls that reach one simulated service without a socket. */
export const signedCallTo =
  (service: LocalService): SignedCall =>
  async ({ service: name, headers, body }) => {
    const answer = await service.handle({ method: 'POST', path: '/', query: {}, headers, body });
    if (answer.statusCode !== 200) throw new SignedCallError(name, answer.statusCode, answer.body);
    return answer.body;
  };
