import type { Fault } from '../../../contracts/execution-events.ts';
import type { Plan, PlanWave } from '../../../contracts/plan.ts';
import { kindOf } from './actions/kinds.ts';
import { directionFaults } from './failback/failback-faults.ts';
import { cycleIn } from './graph.ts';
import { isClosing } from './closing.ts';
import { sizeFaults } from './plan-size.ts';
import { placedActions, type PlacedAction } from './plan-actions.ts';
import { isReadable } from './readable-plan.ts';
import { stopFaults } from './stop-faults.ts';
import { targetFaults } from './target-faults.ts';

/** Everything that is wrong with a plan that its schema cannot say. Empty for a good plan. */
export const planFaults = (plan: Plan): readonly Fault[] => [
  ...duplicateWaves(plan),
  ...plan.waves.flatMap((wave, index) => [
    ...dependencyFaults(plan, wave, `waves[${index}]`),
    ...targetFaults(plan, wave.target, `waves[${index}].target`),
    ...policyFaults(wave, `waves[${index}]`),
    ...reservedWaves(wave, `waves[${index}]`),
  ]),
  ...stopFaults(plan),
  ...actionFaults(plan),
  ...duplicateServers(plan),
  ...cycleFaults(plan),
  ...directionFaults(plan),
  ...sizeFaults(plan),
];

const repeated = <T>(values: readonly T[]): ReadonlySet<T> =>
  new Set(values.filter((value, index) => values.indexOf(value) !== index));

const duplicateWaves = (plan: Plan): readonly Fault[] => {
  const twice = repeated(plan.waves.map((wave) => wave.waveId));
  return plan.waves.flatMap((wave, index) =>
    twice.has(wave.waveId)
      ? [
          {
            path: `waves[${index}].waveId`,
            message: `two waves are named ${wave.waveId}`,
            expected: 'a name of its own for each wave',
          },
        ]
      : [],
  );
};

const dependencyFaults = (plan: Plan, wave: PlanWave, path: string): readonly Fault[] => {
  const names = plan.waves.map((other) => other.waveId).filter(isReadable);
  const isWhole = names.length === plan.waves.length;
  return wave.dependsOn.flatMap((dependency, index): Fault[] => {
    const at = `${path}.dependsOn[${index}]`;
    if (dependency === wave.waveId) return [{ path: at, message: `wave ${wave.waveId} depends on itself` }];
    // Whether a wave is missing cannot be told while names of waves cannot be read.
    return names.includes(dependency) || !isReadable(dependency) || !isWhole
      ? []
      : [{ path: at, message: `there is no wave ${dependency}`, expected: `one of ${names.join(', ')}` }];
  });
};

const duplicateServers = (plan: Plan): readonly Fault[] => {
  const seen = new Map<string, string>();
  return plan.waves.flatMap((wave, waveIndex) =>
    (Array.isArray(wave.servers) ? wave.servers : []).flatMap((server, index): Fault[] => {
      const path = `waves[${waveIndex}].servers[${index}].sourceServerId`;
      const first = seen.get(server.sourceServerId);
      if (first !== undefined)
        return [
          {
            path,
            message: `server ${server.sourceServerId} is also at ${first}`,
            expected: 'each server once in a plan',
          },
        ];
      seen.set(server.sourceServerId, path);
      return [];
    }),
  );
};

const cycleFaults = (plan: Plan): readonly Fault[] => {
  const known = new Set(plan.waves.map((wave) => wave.waveId));
  const waves = plan.waves.map(({ waveId, dependsOn }) => ({
    waveId,
    dependsOn: dependsOn.filter((id) => known.has(id) && id !== waveId),
  }));
  const cycle = cycleIn(waves);
  return cycle === undefined
    ? []
    : [
        {
          path: 'waves',
          message: `these waves wait for each other: ${cycle.join(' → ')}`,
          expected: 'dependencies without a cycle',
        },
      ];
};

/** A pause before a wave is an approval of this name. */
const reservedActionId = 'pause-before';

const repeatedIds = (actions: readonly PlacedAction[]): readonly Fault[] => {
  const twice = repeated(actions.map(({ action }) => action.actionId));
  return actions
    .filter(({ action }) => twice.has(action.actionId) || action.actionId === reservedActionId)
    .map(({ action: { actionId }, at }) => ({
      path: `${at}.actionId`,
      message:
        actionId === reservedActionId
          ? `${actionId} is the name of the pause before a wave`
          : `two actions are named ${actionId}`,
      expected: 'a name of its own for each action of a wave, and for each of the plan',
    }));
};

/** Servers are known once they are recovered, and of the plan's own actions to those before their instances are ended. */
const knowsServers = ({ wave, stage }: PlacedAction): boolean =>
  stage === 'beforeCleanUp' || (wave !== '' && (stage === 'after' || stage === 'onFailureActions'));

/** A real recovery is never cleaned up. */
const neverRun = (at: string): Fault => ({
  path: `${at}.when`,
  message: 'only the instances of a drill are ended, so that this action would never run',
  expected: 'BOTH or DRILL',
});

const actionFaults = (plan: Plan): readonly Fault[] => {
  const actions = placedActions(plan);
  const places = [...new Set(actions.map(({ wave }) => wave))];
  return [
    ...places.flatMap((place) => repeatedIds(actions.filter(({ wave }) => wave === place))),
    ...actions.flatMap(({ action, stage, at }) =>
      stage === 'beforeCleanUp' && action.when === 'RECOVERY' ? [neverRun(at)] : [],
    ),
    ...actions.flatMap((placed) => {
      const { action, at } = placed;
      return kindOf(action).faults(action, { plan, at, knowsServers: knowsServers(placed) });
    }),
  ];
};

/** A policy that cannot be met is a mistake, found before a disaster finds it. */
const policyFaults = ({ success, servers }: PlanWave, path: string): readonly Fault[] => {
  if (typeof success === 'string' || !('atLeast' in success)) return [];
  const count = Array.isArray(servers) ? servers.length : servers.minimum;
  return success.atLeast <= count
    ? []
    : [
        {
          path: `${path}.success.atLeast`,
          message: `${success.atLeast} servers can be more than the wave has`,
          expected: `at most ${count}, ${Array.isArray(servers) ? 'its servers' : 'the minimum of its tags'}`,
        },
      ];
};

const reservedWaves = (wave: PlanWave, path: string): readonly Fault[] =>
  isClosing(wave.waveId)
    ? [{ path: `${path}.waveId`, message: `${wave.waveId} is the name of the plan's own last actions` }]
    : [];
