import type { Action } from '../../contracts/action.ts';
import type { Fault } from '../../contracts/execution-events.ts';
import type { Plan, PlanWave } from '../../contracts/plan.ts';
import { cycleIn } from './graph.ts';
import { referenceFaults } from './parameter-reference.ts';

/** Everything that is wrong with a plan that its schema cannot say. Empty for a good plan. */
export const planFaults = (plan: Plan): readonly Fault[] => [
  ...duplicateWaves(plan),
  ...plan.waves.flatMap((wave, index) => [
    ...dependencyFaults(plan, wave, `waves[${index}]`),
    ...targetFaults(plan, wave, `waves[${index}]`),
    ...actionFaults(wave, `waves[${index}]`),
  ]),
  ...duplicateServers(plan),
  ...cycleFaults(plan),
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
  const names = plan.waves.map((other) => other.waveId);
  return wave.dependsOn.flatMap((dependency, index): Fault[] => {
    const at = `${path}.dependsOn[${index}]`;
    if (dependency === wave.waveId) return [{ path: at, message: `wave ${wave.waveId} depends on itself` }];
    return names.includes(dependency)
      ? []
      : [{ path: at, message: `there is no wave ${dependency}`, expected: `one of ${names.join(', ')}` }];
  });
};

const targetFaults = (plan: Plan, wave: PlanWave, path: string): readonly Fault[] => {
  if (wave.target === undefined || plan.targets[wave.target] !== undefined) return [];
  const known = Object.keys(plan.targets);
  return [
    {
      path: `${path}.target`,
      message: `there is no target ${wave.target}`,
      expected: known.length > 0 ? `one of ${known.join(', ')}` : 'a target defined under targets',
    },
  ];
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
            message: `server ${server.sourceServerId} stands at ${first} too`,
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

const stages = ['before', 'after', 'onFailureActions', 'onCancelActions'] as const;

const actionFaults = (wave: PlanWave, path: string): readonly Fault[] => {
  const actions = stages.flatMap((stage) =>
    wave[stage].flatMap((step, index) => {
      const at = `${path}.${stage}[${index}]`;
      return (
        Array.isArray(step)
          ? step.map((action, inner) => ({ stage, action, at: `${at}[${inner}]` }))
          : [{ stage, action: step, at }]
      ) satisfies { action: Action }[];
    }),
  );
  const twice = repeated(actions.map(({ action }) => action.actionId));
  return actions.flatMap(({ stage, action, at }) => [
    ...(twice.has(action.actionId)
      ? [
          {
            path: `${at}.actionId`,
            message: `two actions of the wave are named ${action.actionId}`,
            expected: 'a name of its own for each action of a wave',
          },
        ]
      : []),
    ...(action.kind === 'automation'
      ? referenceFaults(
          action.parameters,
          stage === 'after' || stage === 'onFailureActions',
          `${at}.parameters`,
        )
      : []),
  ]);
};
