import type { Recorded } from '../../../contracts/envelope.ts';
import type { Prng } from '../prng.ts';
import type { FailbackWorld } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;

/** People answer approvals, and have what is held tried again. */
export const createOperator = (prng: Prng) => {
  let said = 0;
  return (world: FailbackWorld, event: Recorded): void => {
    const { executionId } = event.metadata;
    const decide = (type: string, afterMs: number, data: object): void => {
      const decisionId = `decision-${++said}`;
      const asked = { executionId, decisionId, by: 'operator', reason: 'as planned', ...data };
      world.agenda.after(afterMs, () => world.say(type, decisionId, asked));
    };
    if (event.type === 'ActionStarted') {
      const { waveId, actionId } = event.data as { waveId: string; actionId: string };
      for (const afterMs of [prng.int(2 * hour), 12 * hour])
        decide('ApproveRequested', afterMs, { waveId, actionId });
    }
    const { about, waveId } = event.data as { readonly about?: string; readonly waveId?: string };
    if (event.type === 'OperatorNeeded' && about === 'clean-up-failed')
      for (const afterMs of [prng.int(30 * minute), 10 * hour]) decide('CleanUpRequested', afterMs, {});
    if (event.type === 'OperatorNeeded' && about === 'wave-failed' && waveId !== undefined)
      for (const afterMs of [prng.int(30 * minute), 10 * hour, 20 * hour])
        decide('RetryWaveRequested', afterMs, { waveId });
  };
};
