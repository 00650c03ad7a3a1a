import type { Fault, FrozenWave } from '../../../contracts/execution-events.ts';
import type { Plan, Target } from '../../../contracts/plan.ts';
import { toldInstancesMax } from '../../../contracts/told-instances.ts';
import { asksAboutServers } from '../domain/actions/kinds.ts';
import { refersToServers } from '../domain/clean-up/actions-first.ts';
import type { Closing } from '../domain/graph.ts';
import { placedActions } from '../domain/plan-actions.ts';
import { targetOfAction } from '../domain/wave/wave.ts';

/** Of a failback only its launches have instances that a clean-up ends. */
const launches = ({ homeward }: FrozenWave): boolean => homeward === undefined || homeward.phase === 'launch';

/** The servers that a plan recovers in one account and Region: of their instances its actions before a clean-up are told there. */
export const serversIn = (
  waves: readonly FrozenWave[],
  { account, region }: Pick<Target, 'account' | 'region'>,
): FrozenWave['servers'] =>
  waves
    .filter(launches)
    .flatMap(({ target, servers }) =>
      target.account === account && target.region === region ? servers : [],
    );

/** What actions before a clean-up could never be told: of servers where none is recovered, or of too many. */
export const toldFaults = (
  plan: Plan,
  waves: readonly FrozenWave[],
  { beforeCleanUp }: Closing,
): readonly Fault[] => {
  if (beforeCleanUp === undefined || !refersToServers(beforeCleanUp)) return [];
  const count = waves.reduce((sum, { servers }) => sum + servers.length, 0);
  const tooMany: Fault = {
    path: 'beforeCleanUp',
    message: `actions refer to the instances of ${count} servers, and can be given at most ${toldInstancesMax}`,
    expected: 'smaller plans, or actions that are given a tag and find the instances by it',
  };
  const places = [...new Set(waves.map(({ target }) => `${target.account}/${target.region}`))];
  const nowhere = placedActions(plan).flatMap(({ action, stage, at }): readonly Fault[] => {
    if (stage !== 'beforeCleanUp' || !asksAboutServers(action)) return [];
    const { account, region } = targetOfAction(beforeCleanUp, action);
    return places.includes(`${account}/${region}`)
      ? []
      : [
          {
            path: at,
            message: `${action.actionId} refers to servers in ${account}/${region}, where no wave recovers any`,
            expected: `an action in one of ${places.join(', ')}`,
          },
        ];
  });
  return [...(count > toldInstancesMax ? [tooMany] : []), ...nowhere];
};
