import type { Accepted, StoredPlan } from '../../../contracts/api.ts';
import { send } from './api.ts';
import { ask } from './dialog.tsx';
import { goTo } from './route.ts';

/** Asks whether a plan is to be run, says what follows, and goes to its execution. */
export const askToStart = ({ planId, version }: StoredPlan, mode: 'DRILL' | 'RECOVERY'): void =>
  ask({
    title: `${mode === 'DRILL' ? 'Start a drill' : 'Start a recovery'}: ${planId}`,
    consequences:
      mode === 'DRILL'
        ? [
            'Isolated copies of the servers are launched; what runs in production stays as it is.',
            'Instances of an earlier drill of the same servers are replaced.',
          ]
        : [
            'This is the real thing: servers are recovered for production use.',
            'Recovery instances that exist already are replaced by the new ones.',
          ],
    action: mode === 'DRILL' ? 'Start the drill' : 'Start the recovery',
    isGrave: mode === 'RECOVERY',
    needsReason: mode === 'RECOVERY',
    run: async (reason, key) => {
      const order = { planId, planVersion: version, mode, ...(reason !== '' && { reason }) };
      const { executionId } = await send<Accepted>('POST', '/executions', order, key);
      goTo('executions', executionId);
    },
  });
