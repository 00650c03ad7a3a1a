import type { Accepted, Readiness, StoredPlan } from '../../../../contracts/api.ts';
import { send } from './api.ts';
import { ask } from './dialog.tsx';
import { goTo } from './route.ts';

type Replaced = Readiness['replaced'][number];

/** What a drill ends or overwrites only where a person names it. */
const isGivenUp = ({ origin, obstacles }: Replaced): boolean =>
  origin !== 'drill' || obstacles.includes('failback');

interface Machines {
  readonly replaced: readonly Replaced[];
  /** Collects what is ticked. */
  readonly named: Set<string>;
}

const ToGiveUp = ({ replaced, named }: Machines) => (
  <fieldset>
    <legend>
      The drill may end or overwrite these machines; it is refused for those that are not ticked
    </legend>
    {replaced.map(({ instanceId, sourceServerId, origin, fate, state }) => (
      <label key={`${sourceServerId}/${instanceId}`} class="choice">
        <input
          type="checkbox"
          onChange={(event) =>
            event.currentTarget.checked ? named.add(instanceId) : named.delete(instanceId)
          }
        />{' '}
        {instanceId} of {sourceServerId} ({origin}, {state}) may be {fate}
      </label>
    ))}
  </fieldset>
);

/** Asks whether a plan is to be run, says what follows, and goes to its execution. */
export const askToStart = (
  { planId, version }: StoredPlan,
  mode: 'DRILL' | 'RECOVERY',
  readiness?: Pick<Readiness, 'replaced'>,
): void => {
  const named = new Set<string>();
  const replaced = mode === 'DRILL' ? (readiness?.replaced.filter(isGivenUp) ?? []) : [];
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
    ...(replaced.length > 0 && { fields: <ToGiveUp replaced={replaced} named={named} /> }),
    run: async (reason, key) => {
      const order = {
        ...{ planId, planVersion: version, mode },
        ...(reason !== '' && { reason }),
        ...(named.size > 0 && { allowReplacing: [...named] }),
      };
      const { executionId } = await send<Accepted>('POST', '/executions', order, key);
      goTo('executions', executionId);
    },
  });
};
